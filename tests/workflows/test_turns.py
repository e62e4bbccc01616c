from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from convonet.contracts.assistant import ToolState
from tests.workflows.deployment import Deployment
from tests.workflows.script import Lost, Script, change, holding, look, refused, words
from workflows import phrases
from workflows.turn import MAX_STEPS


async def test_an_utterance_is_answered_and_what_was_heard_is_kept(convonet: Deployment) -> None:
    call = await convonet.start(Script({"t1": [words("From nine to five.")]}))
    await call.say("When are you open")
    await call.answered("t1")
    await call.hear("t1", "From nine to five.")
    assert await call.over() == ["caller: When are you open", "assistant: From nine to five."]


async def test_the_tools_of_a_step_are_all_called_and_their_results_go_back_in_order(
    convonet: Deployment,
) -> None:
    script = Script({"t1": [words("One moment.", look(), change()), words("All done.")]})
    call = await convonet.start(script)
    await call.say("Look, and add milk")
    await call.answered("t1")
    await call.hear("t1", "One moment. All done.")
    assert await call.over() == [
        "caller: Look, and add milk",
        "get_todos: succeeded",
        "create_todo: succeeded",
        "assistant: One moment. All done.",
    ]
    results = script.asked[1].turns[-1].steps[0].results
    assert [result.call_id for result in results] == ["look", "change"]
    assert {called.idempotency_key for called in script.called} == {
        f"{call.handle.id}:look",
        f"{call.handle.id}:change",
    }


async def test_tools_run_side_by_side(convonet: Deployment) -> None:
    script = Script(
        {"t1": [words("", look("a"), look("b")), words("Both.")]}, holding(look("a"), look("b"))
    )
    call = await convonet.start(script)
    await call.say("Look twice")
    await script.until(lambda: len(script.called) == 2)
    script.release()
    await call.answered("t1")
    assert (await call.over())[:3] == [
        "caller: Look twice",
        "get_todos: succeeded",
        "get_todos: succeeded",
    ]


async def test_a_tool_that_fails_or_is_lost_costs_its_result_only(timeless: Deployment) -> None:
    script = Script(
        {"t1": [words("", look(), change()), words("Sorry.")]},
        {"look": ApplicationError("broken", non_retryable=True), "change": Lost()},
    )
    call = await timeless.start(script)
    await call.say("Look, and add milk")
    assert (await call.over())[:3] == [
        "caller: Look, and add milk",
        "get_todos: failed",
        "create_todo: timed_out",
    ]
    texts = [result.text for result in script.asked[1].turns[-1].steps[0].results]
    assert texts == [phrases.TOOL_FAILED, phrases.TOOL_TIMED_OUT]


async def test_a_result_that_says_no_goes_back_as_it_is(convonet: Deployment) -> None:
    no = refused(change(), ToolState.UNKNOWN_TOOL)
    script = Script({"t1": [words("", change()), words("I can't.")]}, {"change": no})
    call = await convonet.start(script)
    await call.say("Add milk")
    await call.answered("t1")
    assert (await call.over())[1] == "create_todo: unknown_tool"
    assert script.asked[1].turns[-1].steps[0].results == (no,)


async def test_an_assistant_that_never_stops_acting_is_stopped(convonet: Deployment) -> None:
    steps = [words("", look(f"look{n}")) for n in range(MAX_STEPS)]
    script = Script({"t1": steps})
    call = await convonet.start(script)
    await call.say("Go on for ever")
    await script.until(lambda: bool(script.announced))
    assert [one.text for one in script.announced] == [phrases.TOO_MANY_STEPS]
    await call.hear("t1", phrases.TOO_MANY_STEPS)
    assert (await call.over())[-1] == f"assistant: {phrases.TOO_MANY_STEPS}"
    assert len(script.asked) == MAX_STEPS


async def test_an_assistant_that_fails_for_good_costs_its_turn_only(convonet: Deployment) -> None:
    script = Script({"t1": [ApplicationError("bad key", non_retryable=True)]})
    call = await convonet.start(script)
    await call.say("Hello")
    await script.until(lambda: bool(script.announced))
    await call.hear("t1", phrases.CANNOT_THINK)
    await call.say("Again")
    await call.answered("t2")
    await call.hear("t2", "Yes.")
    assert await call.over() == [
        "caller: Hello",
        f"assistant: {phrases.CANNOT_THINK}",
        "caller: Again",
        "assistant: Yes.",
    ]


async def test_an_assistant_that_is_busy_is_asked_again_until_there_is_no_sense_in_it(
    timeless: Deployment,
) -> None:
    script = Script({"t1": [ApplicationError("busy")]})
    call = await timeless.start(script)
    await call.say("Hello")
    await call.over()
    assert len(script.asked) == 6
    assert len({request.now for request in script.asked}) == 1
    assert [one.text for one in script.announced] == [phrases.CANNOT_THINK]


async def test_two_utterances_at_once_are_both_kept_and_the_newer_is_answered(
    client: Client,
) -> None:
    convonet = Deployment(client)
    call = await convonet.start()
    await call.say("First")
    await call.say("Second")
    async with convonet.running():
        await call.answered("t2")
        await call.hear("t2", "Yes.")
        lines = ["caller: First", "assistant: --", "caller: Second", "assistant: Yes."]
        assert await call.over() == lines
        await convonet.replay()
    assert [request.turns[-1].turn_id for request in call.script.asked] == ["t2"]


async def test_what_was_said_before_hanging_up_is_still_carried_out_by_a_late_worker(
    client: Client,
) -> None:
    """Everything arrives before the worker takes its first step."""
    convonet = Deployment(client)
    script = Script({"t1": [words("", change()), words("Added.")]})
    call = await convonet.start(script, greet=True)
    await call.say("Add milk")
    await call.hang_up()
    async with convonet.running():
        result = await call.result()
        assert (result.reason, result.turns) == ("hangup", 1)
        lines = ["caller: Add milk", "create_todo: succeeded", "assistant: --"]
        assert await call.lines() == lines
        await convonet.replay()
    assert script.announced == []


async def test_an_utterance_that_is_told_again_is_taken_once(convonet: Deployment) -> None:
    call = await convonet.start()
    said = await call.say("Add milk")
    await call.tell(said)
    await call.answered("t1")
    await call.tell(said)
    await call.hear("t1", "Yes.")
    await call.tell(said)
    assert await call.over() == ["caller: Add milk", "assistant: Yes."]
    assert len(call.script.asked) == 1


async def test_the_caller_is_greeted_when_the_call_asks_for_it(convonet: Deployment) -> None:
    script = Script()
    call = await convonet.start(script, greet=True)
    await script.until(lambda: bool(script.announced))
    assert script.announced[0].text == "Hello Ann, how can I help?"
    await call.hear("greeting", "Hello Ann, how can I")
    await call.say("Hi")
    await call.answered("t1")
    await call.hear("t1", "Yes.")
    assert await call.over() == [
        "assistant: Hello Ann, how can I",
        "caller: Hi",
        "assistant: Yes.",
    ]


async def test_a_wish_for_a_human_is_answered_honestly(convonet: Deployment) -> None:
    script = Script()
    call = await convonet.start(script)
    await call.ask_for_human()
    await script.until(lambda: bool(script.announced))
    await call.hear("t1", phrases.NOBODY_THERE)
    assert script.announced[0].event == {
        "type": "transfer",
        "state": "failed",
        "reason": phrases.NO_AGENTS,
    }
    lines = [f"caller: {phrases.WANTS_HUMAN}", f"assistant: {phrases.NOBODY_THERE}"]
    assert await call.over() == lines
    assert script.asked == []


async def test_the_assistant_learns_that_no_human_is_there(convonet: Deployment) -> None:
    transfer = look("x").model_copy(update={"name": "transfer_to_agent"})
    script = Script({"t1": [words("", transfer), words("Nobody is there.")]})
    call = await convonet.start(script)
    await call.say("A human, please")
    await call.answered("t1")
    assert (await call.over())[1] == "transfer_to_agent: failed"
    assert script.called == []
