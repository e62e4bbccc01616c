from tests.workflows.deployment import Deployment
from tests.workflows.script import Held, Script, words
from workflows.record import KEPT_TURNS

_SIGNALED = "workflow_execution_signaled_event_attributes"


def newest(script: Script) -> dict[str, tuple[int, str | None, bool]]:
    """Return each turn as it was saved last: its place, what was heard, whether interrupted."""
    return {
        one.turn.turn_id: (one.ordinal, one.turn.heard, one.turn.interrupted)
        for one in script.saved
    }


async def test_what_was_heard_is_what_is_saved_each_turn_in_its_place(convonet: Deployment) -> None:
    script = Script({"t2": [Held(words("Too late."))], "t3": [words("We are open from nine.")]})
    call = await convonet.start(script, greet=True)
    await script.until(lambda: bool(script.announced))
    await call.hear("greeting", "Hello Ann, how can I help?")
    await call.say("Hello")
    await call.answered("t1")
    await call.hear("t1", "Yes.")
    await call.say("Today")
    await script.until(lambda: len(script.asked) == 2)
    await call.say("When are you open")
    await call.answered("t3")
    await call.barge_in("t3", "We are")
    await call.over()
    assert newest(script) == {
        "greeting": (0, "Hello Ann, how can I help?", False),
        "t1": (1, "Yes.", False),
        "t2": (2, "", True),
        "t3": (3, "We are", True),
    }
    assert (await call.result()).turns == 4
    timed = next(one for one in script.saved if one.turn.turn_id == "t1")
    assert timed.timings_ms == {"total": 900}
    assert [one.workflow_id for one in script.opened] == [call.handle.id]


async def test_what_an_utterance_tells_of_the_turn_before_it_is_kept(convonet: Deployment) -> None:
    script = Script()
    call = await convonet.start(script)
    await call.say("First")
    for number in (1, 2, 3):
        await call.answered(f"t{number}")
        await call.say("Next", heard=call.heard(f"t{number}", "Yes."))
    await call.answered("t4")
    assert [request.turns[-2].heard for request in script.asked[1:]] == ["Yes."] * 3
    await call.hear("t4", "Yes.")
    await script.until(lambda: set(newest(script)) == {"t1", "t2", "t3", "t4"})
    assert newest(script) == {f"t{n}": (n - 1, "Yes.", False) for n in range(1, 5)}
    assert all(one.timings_ms == {"total": 900} for one in script.saved)
    assert [one.turn.turn_id for one in script.saved] == ["t1", "t2", "t3", "t4"]


async def test_what_waited_to_be_written_down_is_written_at_the_end(convonet: Deployment) -> None:
    call = await convonet.start()
    await call.say("First")
    await call.answered("t1")
    await call.say("Second", heard=call.heard("t1", "Yes."))
    await call.over()
    assert newest(call.script) == {"t1": (0, "Yes.", False), "t2": (1, "", True)}


async def test_a_turn_costs_one_signal_and_half_an_activity_to_keep_it(
    convonet: Deployment,
) -> None:
    """With one tool that makes 25 events, with none 13."""
    turns = 10
    script = Script()
    call = await convonet.start(script)
    await call.say("First")
    for number in range(1, turns):
        await call.answered(f"t{number}")
        # Writing down is not slower than talking.
        await script.until(lambda pairs=(number - 1) // 2: len(script.saved) >= 2 * pairs)
        await call.say("Next", heard=call.heard(f"t{number}", "Yes."))
    await call.answered(f"t{turns}")
    await call.over()
    (history,) = await convonet.histories(call)
    signals = [one for one in history.events if one.HasField(_SIGNALED)]
    scheduled = [one.activity_task_scheduled_event_attributes for one in history.events]
    saves = [one for one in scheduled if one.activity_type.name == "save_turn"]
    assert len(signals) == turns + 1
    assert len(saves) <= turns // 2 + 1


async def test_a_turn_cut_off_by_the_transfer_button_is_saved_too(convonet: Deployment) -> None:
    script = Script({"t1": [Held(words("Too late."))]})
    call = await convonet.start(script)
    await call.say("Hello")
    await script.until(lambda: len(script.asked) == 1)
    await call.ask_for_human()
    await script.until(lambda: bool(script.announced))
    await call.over()
    assert newest(script)["t1"] == (0, "", True)


async def test_a_database_that_is_away_holds_up_no_turn_and_loses_none(
    timeless: Deployment,
) -> None:
    away = 1_000_000
    script = Script(failures={"open_conversation": away, "save_turn": 6, "close_conversation": 3})
    call = await timeless.start(script)
    for number in range(1, 4):
        await call.say("Hello")
        await call.answered(f"t{number}")
        await call.hear(f"t{number}", "Yes.")
    assert script.saved == []
    script.failures["open_conversation"] = 0
    await call.over()
    assert newest(script) == {f"t{n}": (n - 1, "Yes.", False) for n in range(1, 4)}
    assert len(script.closed) == 1


async def test_turns_forgotten_by_the_assistant_while_the_database_is_away_are_saved(
    timeless: Deployment,
) -> None:
    script = Script(failures={"open_conversation": 3})
    call = await timeless.start(script)
    count = KEPT_TURNS + 3
    for number in range(1, count + 1):
        await call.say(f"Number {number}")
        await call.answered(f"t{number}")
        await call.hear(f"t{number}", "Yes.")
    await call.over()
    assert newest(script) == {f"t{n}": (n - 1, "Yes.", False) for n in range(1, count + 1)}
    assert len((await call.view()).turns) == KEPT_TURNS


async def test_words_of_ours_that_cannot_be_spoken_do_not_end_the_call(
    timeless: Deployment,
) -> None:
    script = Script(failures={"announce": 1_000})
    call = await timeless.start(script, greet=True)
    await call.hang_up("idle")
    assert (await call.result()).reason == "idle"
    assert script.announced == []
