"""Any order of Deepgram's messages gives turns that a media session can rely on."""

from collections.abc import Iterable

import pytest
from deepgram.listen.v1.types import ListenV1Results, ListenV1SpeechStarted, ListenV1UtteranceEnd
from deepgram.listen.v2.types import ListenV2TurnInfo
from hypothesis import given
from hypothesis import strategies as st

from convonet.speech.deepgram.clock import AudioClock, silence
from convonet.speech.deepgram.flux_turns import FluxTurns
from convonet.speech.deepgram.keyterms import keyterms
from convonet.speech.deepgram.nova_turns import NovaTurns
from convonet.speech.deepgram.pieces import pieces
from convonet.speech.deepgram.turns import Turns
from convonet.speech.ports import (
    EndOfTurn,
    HeardEvent,
    Hints,
    Interim,
    SpeechStarted,
    SpeechStopped,
    TurnResumed,
)
from tests.speech.deepgram.sounds import tone

FED_MS = 20_000

texts = st.sampled_from(["", "create", "create a todo", "yes"])
seconds = st.floats(0, 40, allow_nan=False)
words = st.lists(
    st.fixed_dictionaries(
        {"word": st.just("w"), "confidence": st.just(0.9)},
        optional={"start": seconds, "end": seconds},
    ),
    max_size=3,
)

timed_words = st.lists(
    st.fixed_dictionaries(
        {"word": st.just("w"), "confidence": st.just(0.9), "start": seconds, "end": seconds}
    ),
    max_size=3,
)

turn_infos = st.builds(
    ListenV2TurnInfo.model_validate,
    st.fixed_dictionaries(
        {
            "type": st.just("TurnInfo"),
            "request_id": st.just("r"),
            "sequence_id": st.just(0),
            "event": st.sampled_from(
                ["StartOfTurn", "Update", "EagerEndOfTurn", "TurnResumed", "EndOfTurn"]
            ),
            "turn_index": st.integers(0, 4),
            "audio_window_start": seconds,
            "audio_window_end": seconds,
            "transcript": texts,
            "words": words,
            "end_of_turn_confidence": st.just(0.5),
        }
    ),
)

results = st.builds(
    ListenV1Results.model_validate,
    st.fixed_dictionaries(
        {
            "type": st.just("Results"),
            "channel_index": st.just([0, 1]),
            "start": seconds,
            "duration": seconds,
            "is_final": st.booleans(),
            "speech_final": st.booleans(),
            "from_finalize": st.booleans(),
            "channel": st.fixed_dictionaries(
                {
                    "alternatives": st.lists(
                        st.fixed_dictionaries(
                            {"transcript": texts, "confidence": st.just(0.9), "words": timed_words}
                        ),
                        max_size=1,
                    )
                }
            ),
            "metadata": st.just(
                {
                    "request_id": "r",
                    "model_uuid": "m",
                    "model_info": {"name": "nova-3", "version": "1", "arch": "nova"},
                }
            ),
        }
    ),
)
nova_messages = st.one_of(
    results,
    st.builds(
        ListenV1SpeechStarted,
        type=st.just("SpeechStarted"),
        channel=st.just([0]),
        timestamp=seconds,
    ),
    st.builds(
        ListenV1UtteranceEnd,
        type=st.just("UtteranceEnd"),
        channel=st.just([0]),
        last_word_end=seconds,
    ),
)


def fed_clock() -> AudioClock:
    clock = AudioClock()
    clock.feed(silence(FED_MS))
    return clock


class Listener:
    """What a media session may rely on, checked event by event."""

    def __init__(self) -> None:
        self.in_turn = False
        self.stopped = False
        self.eager: str | None = None

    def check(self, event: HeardEvent) -> None:
        match event:
            case SpeechStarted(at_ms):
                assert not self.in_turn
                assert 0 <= at_ms <= FED_MS
                self.in_turn, self.stopped = True, False
            case SpeechStopped(at_ms):
                assert self.in_turn
                assert 0 <= at_ms <= FED_MS
                self.stopped = True
            case Interim(text):
                assert self.in_turn
                assert text
                assert self.eager is None
            case TurnResumed():
                assert self.eager is not None
                self.eager = None
            case EndOfTurn(eager=True):
                assert self.in_turn
                assert self.eager is None
                self._check_times(event)
                self.eager = event.text
            case EndOfTurn():
                assert self.in_turn
                assert self.stopped
                assert self.eager in {None, event.text}
                self._check_times(event)
                self.in_turn, self.eager = False, None

    def _check_times(self, event: EndOfTurn) -> None:
        assert 0 <= event.speech_end_ms <= event.end_ms <= FED_MS
        assert event.endpointing_ms >= 0
        assert event.speech_ms >= 0
        assert event.stt_ms == 0


def check(turns: Turns, messages: Iterable[object]) -> None:
    listener = Listener()
    for message in messages:
        for event in turns.hear(message):
            listener.check(event)
        assert turns.open == listener.in_turn


@given(st.lists(turn_infos, max_size=30))
def test_any_order_of_flux_events_gives_whole_turns(messages: list[ListenV2TurnInfo]) -> None:
    check(FluxTurns(fed_clock()), messages)


@given(st.lists(nova_messages, max_size=30))
def test_any_order_of_nova_messages_gives_whole_turns(messages: list[object]) -> None:
    check(NovaTurns(fed_clock()), messages)


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 50)), max_size=20), st.data())
def test_positions_in_the_audio_sent_map_back_to_the_audio_fed(
    runs: list[tuple[bool, int]], data: st.DataObject
) -> None:
    clock = AudioClock()
    fed_of: list[int] = [0]
    for is_fed, ms in runs:
        for _ in range(ms):
            if is_fed:
                clock.feed(silence(1))
            else:
                clock.fill(silence(1))
            fed_of.append(fed_of[-1] + is_fed)
    sent_ms = len(fed_of) - 1
    assert clock.fed_ms == fed_of[-1]
    assert [clock.fed_at(at) for at in range(sent_ms + 1)] == fed_of
    at = data.draw(st.integers(0, sent_ms))
    assert clock.since(fed_of[at]) == sent_ms - fed_of.index(fed_of[at])


def test_a_voice_is_told_from_silence_by_its_energy() -> None:
    clock = AudioClock()
    clock.feed(silence(100) + tone(200) + silence(100))
    assert (clock.voiced_ms, clock.last_voiced_ms, clock.fed_ms) == (200, 300, 400)
    clock.feed(b"")
    assert clock.fed_ms == 400


@given(st.text(max_size=200), st.integers(1, 50))
def test_portions_hold_every_word_and_no_more_than_they_may(text: str, longest: int) -> None:
    portions = pieces(text, longest)
    assert "".join(portions) == " ".join(text.split())
    assert all(0 < len(portion) <= longest for portion in portions)


def test_no_more_keyterms_than_deepgram_takes() -> None:
    many = keyterms(Hints(names=tuple(f"name {number}" for number in range(80))))
    assert many == [f"name {number}" for number in range(50)]
    assert keyterms(Hints(names=("a" * 600, "b" * 600))) == ["a" * 600]


def turn_info(event: str, **more: object) -> ListenV2TurnInfo:
    """Return a message as the SDK hands it over: not validated."""
    fields: dict[str, object] = {
        "type": "TurnInfo",
        "event": event,
        "turn_index": 0,
        "audio_window_end": 1.0,
        "transcript": "yes",
        "words": [],
    }
    return ListenV2TurnInfo.model_construct(None, **(fields | more))


def test_what_still_comes_of_an_ended_flux_turn_is_ignored() -> None:
    turns = FluxTurns(fed_clock())
    assert turns.hear(turn_info("StartOfTurn"))
    assert turns.hear(turn_info("EndOfTurn"))
    assert turns.hear(turn_info("Update", transcript="yes please")) == []
    assert turns.hear(turn_info("Update", transcript="", turn_index=1)) == []
    assert turns.hear(turn_info("StartOfTurn", turn_index=1))


@pytest.mark.parametrize("end", [float("nan"), float("inf"), -1.0, "soon", None])
def test_impossible_times_are_ignored(end: object) -> None:
    turns = FluxTurns(fed_clock())
    assert turns.hear(turn_info("StartOfTurn", audio_window_end=end)) == []
    assert turns.hear(turn_info("StartOfTurn", words=[{"word": "a", "end": float("inf")}])) == []
    assert not turns.open
