import pytest

from convonet.media.playout import Playout, Sentence
from convonet.session.playing import PlayHead


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def playout(sent_ms: int) -> Playout:
    playout = Playout("t1", 1, 8_000)
    playout.sentences.append(Sentence(0, 0, "words", pcm=bytearray(16 * 10_000), made=True))
    playout.sent_ms = sent_ms
    return playout


def test_without_a_word_from_the_page_the_clock_counts(clock: Clock) -> None:
    head = PlayHead(clock)
    head.start(0)
    clock.now += 0.7
    assert head.played_ms(playout(1_000)) == 700
    clock.now += 5
    assert head.played_ms(playout(1_000)) == 1_000


def test_a_page_that_plays_late_is_believed_as_long_as_it_makes_progress(clock: Clock) -> None:
    head = PlayHead(clock)
    head.start(0)
    clock.now += 6
    for ms in (200, 400, 600):
        head.report("t1", ms)
        clock.now += 0.2
    assert head.played_ms(playout(5_000)) == 800


def test_a_page_that_makes_no_progress_is_not_waited_for(clock: Clock) -> None:
    head = PlayHead(clock)
    head.start(0)
    for _ in range(20):
        head.report("t1", 300)
        clock.now += 0.2
    assert head.played_ms(playout(2_000)) == 2_000


def test_what_was_said_before_a_pause_does_not_age_into_what_comes_after(clock: Clock) -> None:
    head = PlayHead(clock)
    head.start(0)
    clock.now += 0.5
    head.report("t1", 500)
    clock.now += 1.0
    head.start(500)
    assert head.played_ms(playout(900)) == 500
