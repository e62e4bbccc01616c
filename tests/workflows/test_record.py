import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from convonet.contracts.assistant import Step, ToolCall, ToolResult, ToolState
from convonet.contracts.conversation import ConversationState, Heard, Utterance
from workflows.record import KEPT_TURNS, TurnRecord, without_running

TEXTS = st.sampled_from(["", "Yes.", "We open at nine."])


def utterance(turn_id: str, text: str = "Hello") -> Utterance:
    return Utterance(turn_id=turn_id, text=text, epoch=1, ended_at="now")


class Conversation(RuleBasedStateMachine):
    """Turns begin, go on, are heard, withdrawn and carried over into new runs, in any order."""

    turns = Bundle("turns")

    def __init__(self) -> None:
        super().__init__()
        self.record = TurnRecord(ConversationState())
        self.begun: list[str] = []
        """Every turn there was, in order, but for those withdrawn."""
        self.heard: dict[str, tuple[str, bool]] = {}
        self.sequence = 0

    @rule(target=turns, text=TEXTS, times=st.sampled_from([1, 1, 1, KEPT_TURNS]))
    def begin(self, text: str, times: int) -> str:
        for _ in range(times):
            self._silence_newest()
            self.sequence += 1
            self.record.begin(utterance(f"t{self.sequence}", text))
            self.begun.append(f"t{self.sequence}")
        return self.begun[-1]

    @rule(turn_id=turns, text=TEXTS, tools=st.booleans())
    def go_on(self, turn_id: str, text: str, tools: bool) -> None:
        if self.record.turn(turn_id) is None:
            return
        calls = (ToolCall(id="a", name="get_todos", arguments={}),) if tools else ()
        self.record.add_step(turn_id, Step(text=text, calls=calls))
        if tools:
            self.record.add_results(turn_id, without_running(calls, "interrupted"))

    @rule(turn_id=turns, text=TEXTS, interrupted=st.booleans())
    def hear(self, turn_id: str, text: str, interrupted: bool) -> None:
        news = Heard(turn_id=turn_id, epoch=1, text=text, timings_ms={"total": 1})
        known = self.record.hear(news, interrupted=interrupted)
        assert known is (turn_id in self._kept)
        if known:
            self.heard[turn_id] = (text, interrupted)
            assert self.record.timings_ms(turn_id) == {"total": 1}

    @rule(turn_id=consumes(turns))
    def withdraw(self, turn_id: str) -> None:
        """Only the newest turn is ever withdrawn."""
        if self.begun and self.begun[-1] == turn_id:
            self.record.withdraw(turn_id)
            self.begun.pop()
            self.heard.pop(turn_id, None)
            assert self.record.turn(turn_id) is None

    @rule()
    def settle(self) -> None:
        self.record.settle()
        self._silence_newest()

    @rule()
    def go_on_in_a_new_run(self) -> None:
        state = ConversationState(
            turns=self.record.turns,
            epoch=self.record.epoch,
            seen=self.record.seen,
            turn_count=self.record.count,
        )
        again = ConversationState.model_validate_json(state.model_dump_json())
        self.record = TurnRecord(again)

    @invariant()
    def keeps_the_newest_turns_in_order(self) -> None:
        assert [turn.turn_id for turn in self.record.turns] == self._kept
        assert self.record.count == len(self.begun)

    @invariant()
    def knows_each_turn_by_its_place(self) -> None:
        for turn_id in self._kept:
            assert self.begun[self.record.ordinal(turn_id)] == turn_id

    @invariant()
    def keeps_what_was_heard(self) -> None:
        for turn in self.record.turns:
            expected = self.heard.get(turn.turn_id, (None, False))
            assert (turn.heard, turn.interrupted) == expected

    @invariant()
    def leaves_no_call_without_its_result(self) -> None:
        for turn in self.record.turns:
            for step in turn.steps:
                assert [one.id for one in step.calls] == [one.call_id for one in step.results]

    @property
    def _kept(self) -> list[str]:
        # A withdrawn turn does not bring back the one that made room for it.
        newest = self.record.turns
        return self.begun[len(self.begun) - len(newest) :] if newest else []

    def _silence_newest(self) -> None:
        if self.begun and self.begun[-1] not in self.heard:
            self.heard[self.begun[-1]] = ("", True)


TestConversation = Conversation.TestCase
TestConversation.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)


def test_an_id_is_new_once_and_remembered_over_runs() -> None:
    record = TurnRecord(ConversationState())
    assert record.first_sight("t1")
    assert not record.first_sight("t1")
    again = TurnRecord(ConversationState(seen=record.seen))
    assert not again.first_sight("t1")
    assert again.first_sight("t2")


def test_only_so_many_turns_are_kept() -> None:
    record = TurnRecord(ConversationState())
    for number in range(KEPT_TURNS + 5):
        record.begin(utterance(f"t{number}"))
    assert len(record.turns) == KEPT_TURNS
    assert record.last is not None
    assert record.ordinal(record.last.turn_id) == KEPT_TURNS + 4
    with pytest.raises(KeyError):
        record.ordinal("t0")


def test_results_are_those_of_the_newest_step() -> None:
    record = TurnRecord(ConversationState())
    record.begin(utterance("t1"))
    call = ToolCall(id="a", name="get_todos", arguments={})
    record.add_step("t1", Step(text="One.", calls=(call,)))
    done = ToolResult(call_id="a", state=ToolState.SUCCEEDED, text="None.")
    record.add_results("t1", [done])
    record.add_step("t1", Step(text="Two."))
    turn = record.turn("t1")
    assert turn is not None
    assert [step.results for step in turn.steps] == [(done,), ()]
