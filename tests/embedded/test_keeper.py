from convonet.embedded.keeper import Backoff


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_first_death_is_answered_at_once_and_repeated_ones_ever_slower() -> None:
    backoff = Backoff(Clock())
    pauses: list[float] = []
    for _ in range(10):
        backoff.started()
        pauses.append(backoff.died())
    assert pauses[0] == 0
    assert pauses == sorted(pauses)
    assert pauses[-1] == pauses[-2] == 15


def test_a_minute_without_a_death_makes_up_for_all_before() -> None:
    clock = Clock()
    backoff = Backoff(clock)
    for _ in range(5):
        backoff.started()
        backoff.died()
    backoff.started()
    clock.now += 60
    assert backoff.died() == 0
