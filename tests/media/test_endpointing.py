from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from convonet.media.endpointing import (
    WINDOW_MS,
    Edge,
    Ended,
    Endpointer,
    Paused,
    Resumed,
    Started,
    Thresholds,
)

LIMITS = Thresholds()

probabilities = st.lists(
    st.tuples(st.sampled_from([0.0, 0.2, 0.4, 0.6, 1.0]), st.integers(1, 60)), max_size=40
).map(lambda runs: [level for level, length in runs for _ in range(length)])


def edges(levels: Sequence[float], limits: Thresholds = LIMITS) -> list[Edge]:
    endpointer = Endpointer(limits)
    return [edge for level in levels for edge in endpointer.feed(level)]


def windows(ms: int, level: float = 1.0) -> list[float]:
    return [level] * (ms // WINDOW_MS)


def test_a_sentence_is_one_turn_with_the_times_of_its_sound() -> None:
    heard = edges(windows(320, 0.0) + windows(640) + windows(960, 0.0))
    assert heard == [
        Started(at_ms=320),
        Paused(voice_end_ms=960, at_ms=960 + LIMITS.pause_ms),
        Ended(started_ms=320, voice_end_ms=960, at_ms=960 + LIMITS.end_ms, voiced_ms=640),
    ]


def test_a_pause_inside_a_sentence_does_not_cut_it() -> None:
    heard = edges(windows(640) + windows(192, 0.0) + windows(640) + windows(480, 0.0))
    assert [type(edge) for edge in heard] == [Started, Paused]


def test_a_longer_pause_is_told_and_taken_back() -> None:
    heard = edges(windows(640) + windows(640, 0.0) + windows(640) + windows(960, 0.0))
    assert [type(edge) for edge in heard] == [Started, Paused, Resumed, Paused, Ended]


def test_a_click_neither_begins_a_turn_nor_ends_a_pause() -> None:
    click = [*windows(320, 0.0), 1.0, *windows(320, 0.0)]
    assert edges(click) == []
    heard = edges(windows(640) + windows(480, 0.0) + [1.0] + windows(480, 0.0))
    assert [type(edge) for edge in heard] == [Started, Paused, Ended]


def test_a_turn_can_be_ended_at_a_pause_only() -> None:
    endpointer = Endpointer()
    for level in windows(640):
        assert list(endpointer.feed(level)) in ([], [Started(0)])
    assert endpointer.end() is None
    paused = [edge for level in windows(288, 0.0) for edge in endpointer.feed(level)]
    assert paused == [Paused(640, 928)]
    assert endpointer.end() == Ended(0, 640, 928, 640)
    assert endpointer.end() is None


def test_a_voice_that_never_stops_is_cut() -> None:
    heard = edges(windows(1_920), Thresholds(longest_ms=1_600))
    assert [type(edge) for edge in heard] == [Started, Ended, Started]


@given(probabilities)
def test_edges_come_in_order_and_their_times_never_go_back(levels: list[float]) -> None:
    following = {
        None: {Started},
        Started: {Paused, Ended},
        Paused: {Resumed, Ended},
        Resumed: {Paused, Ended},
        Ended: {Started},
    }
    last: type[Edge] | None = None
    at_ms = 0
    for edge in edges(levels):
        assert type(edge) in following[last]
        assert edge.at_ms >= at_ms
        last, at_ms = type(edge), edge.at_ms


@given(probabilities)
def test_turns_do_not_overlap_and_hold_their_voice(levels: list[float]) -> None:
    before = 0
    for edge in edges(levels):
        if isinstance(edge, Ended):
            assert before <= edge.started_ms < edge.voice_end_ms <= edge.at_ms
            assert LIMITS.start_ms <= edge.voiced_ms <= edge.at_ms - edge.started_ms
            before = edge.at_ms


@given(probabilities)
def test_silence_always_ends_a_turn(levels: list[float]) -> None:
    heard = edges([*levels, *windows(LIMITS.end_ms + WINDOW_MS, 0.0)])
    assert not heard or isinstance(heard[-1], Ended)


@given(probabilities, st.integers(0, 200))
def test_a_replay_from_the_end_of_a_turn_finds_the_same_turns(
    levels: list[float], which: int
) -> None:
    ends = [edge for edge in edges(levels) if isinstance(edge, Ended)]
    if not ends:
        return
    cut = ends[which % len(ends)].at_ms
    later = [edge for edge in ends if edge.at_ms > cut]
    replayed = [edge for edge in edges(levels[cut // WINDOW_MS :]) if isinstance(edge, Ended)]
    assert [edge.at_ms + cut for edge in replayed] == [edge.at_ms for edge in later]
