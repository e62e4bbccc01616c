"""A conversation too long for one run goes on in the next."""

from convonet.contracts.conversation import Heard
from tests.workflows.call import Call
from tests.workflows.deployment import Deployment
from tests.workflows.script import Script, change, words
from workflows.conversation import ConversationWorkflow
from workflows.record import KEPT_TURNS


async def talk(call: Call, runs: int) -> int:
    """Exchange words until there have been that many runs; return how many turns it took."""
    turns = 0
    while len(call.script.media_runs) < runs:
        turns += 1
        said = await call.say(f"Number {turns}")
        await call.answered(said.turn_id)
        await call.hear(said.turn_id, "Yes.")
    return turns


async def test_a_long_conversation_goes_on_in_a_new_run_that_knows_all(real: Deployment) -> None:
    script = Script()
    call = await real.start(script, greet=True)
    await script.until(lambda: bool(script.announced))
    turns = await talk(call, runs=3)
    lines = [["assistant: --"]]
    lines += [[f"caller: Number {n}", "assistant: Yes."] for n in range(1, turns + 1)]
    assert await call.over() == [line for turn in lines[-KEPT_TURNS:] for line in turn]
    assert [run.generation for run in script.media_runs] == [0, 1, 2]
    assert len(script.announced) == len(script.opened) == len(script.closed) == 1
    ordinals = {one.turn.turn_id: one.ordinal for one in script.saved}
    assert ordinals == {"greeting": 0} | {f"t{n}": n for n in range(1, turns + 1)}
    assert (await call.result()).turns == turns + 1
    asked = script.asked[-1].turns
    assert [turn.turn_id for turn in asked] == list(ordinals)[-KEPT_TURNS:]


async def test_a_caller_who_never_pauses_loses_nothing_between_runs(real: Deployment) -> None:
    """There is always something unanswered and something unsaved: no moment of rest."""
    script = Script()
    call = await real.start(script)
    said = [await call.say("Number 1")]
    while len(script.media_runs) < 3:
        await call.answered(said[-1].turn_id)
        heard = call.heard(said[-1].turn_id, "Yes.")
        said.append(await call.say(f"Number {len(said) + 1}", heard=heard))
    await call.answered(said[-1].turn_id)
    await call.hear(said[-1].turn_id, "Yes.")
    lines = [[f"caller: Number {n}", "assistant: Yes."] for n, _ in enumerate(said, 1)]
    assert await call.over() == [line for turn in lines[-KEPT_TURNS:] for line in turn]
    newest = {one.turn.turn_id: (one.ordinal, one.turn.heard) for one in script.saved}
    assert newest == {one.turn_id: (place, "Yes.") for place, one in enumerate(said)}
    assert [request.turns[-1].turn_id for request in script.asked] == [one.turn_id for one in said]


async def test_a_resend_from_before_is_dropped_in_the_new_run(real: Deployment) -> None:
    script = Script()
    call = await real.start(script)
    first = await call.say("Number 0")
    await call.answered("t1")
    await call.hear("t1", "Yes.")
    await talk(call, runs=2)
    asked = len(script.asked)
    await call.tell(first)
    last = await call.say("Last")
    await call.answered(last.turn_id)
    assert len(script.asked) == asked + 1
    lines = await call.over()
    assert lines.count("caller: Number 0") == 1


async def test_news_of_an_old_turn_reaches_the_new_run(real: Deployment) -> None:
    script = Script({"t1": [words("", change()), words("Added.")]})
    call = await real.start(script)
    await call.say("Add milk")
    await call.answered("t1")
    await call.hear("t1", "Added.")
    await talk(call, runs=2)
    await call.handle.signal(
        ConversationWorkflow.barged_in, Heard(turn_id="t1", epoch=call.raise_epoch(), text="Ad")
    )
    lines = await call.over()
    assert lines[:3] == ["caller: Add milk", "create_todo: succeeded", "assistant: Ad --"]
    newest = [one for one in script.saved if one.turn.turn_id == "t1"][-1]
    assert (newest.ordinal, newest.turn.heard) == (0, "Ad")
