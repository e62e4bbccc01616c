from temporalio.exceptions import ApplicationError

from convonet.contracts.assistant import END_CALL_TOOL, ToolCall
from tests.workflows.deployment import Deployment
from tests.workflows.script import Held, Script, change, words
from workflows import phrases


def goodbye(**arguments: str) -> ToolCall:
    return ToolCall(id="bye", name=END_CALL_TOOL, arguments=dict(arguments))


async def test_the_call_ends_when_the_farewell_has_been_heard(convonet: Deployment) -> None:
    script = Script({"t1": [words("Goodbye, Ann.", goodbye())]})
    call = await convonet.start(script)
    await call.say("That was all")
    await call.until(lambda view: "bye" in str(view.turns))
    assert (await call.view()).ended is None
    await call.hear("t1", "Goodbye, Ann.")
    assert (await call.result()).reason == "goodbye"
    assert await call.lines() == [
        "caller: That was all",
        "end_call: succeeded",
        "assistant: Goodbye, Ann.",
    ]
    assert script.announced == []
    assert [one.reason for one in script.told] == ["goodbye"]
    assert [one.reason for one in script.closed] == ["goodbye"]


async def test_a_wordless_goodbye_is_given_words(convonet: Deployment) -> None:
    script = Script(
        {"t1": [words("", goodbye(farewell="Take care."))], "t2": [words("", goodbye())]}
    )
    call = await convonet.start(script)
    await call.say("Bye")
    await script.until(lambda: len(script.announced) == 1)
    await call.say("One more thing")
    await script.until(lambda: len(script.announced) == 2)
    await call.hear("t2", "Goodbye.")
    assert (await call.result()).reason == "goodbye"
    assert [one.text for one in script.announced] == ["Take care.", phrases.GOODBYE]


async def test_a_goodbye_beside_another_tool_is_said_when_that_is_done(
    convonet: Deployment,
) -> None:
    """Its step is not the last as far as the media session knows: only an announcement is."""
    script = Script({"t1": [words("Adding it.", change(), goodbye())]})
    call = await convonet.start(script)
    await call.say("Add milk and goodbye")
    await script.until(lambda: len(script.announced) == 1)
    await call.hear("t1", "Adding it. Goodbye.")
    assert (await call.result()).reason == "goodbye"


async def test_the_call_goes_on_when_the_caller_speaks_into_the_farewell(
    convonet: Deployment,
) -> None:
    script = Script({"t1": [words("Goodbye, Ann.", goodbye())]})
    call = await convonet.start(script)
    await call.say("That was all")
    await call.until(lambda view: "bye" in str(view.turns))
    await call.barge_in("t1", "Goodbye")
    await call.say("Wait")
    await call.answered("t2")
    await call.hear("t2", "Yes.")
    view = await call.until(lambda view: view.turns[-1].heard == "Yes.")
    assert view.ended is None
    assert (await call.over())[-2:] == ["caller: Wait", "assistant: Yes."]
    assert (await call.result()).reason == "hangup"


async def test_a_farewell_of_which_no_news_comes_ends_the_call_all_the_same(
    timeless: Deployment,
) -> None:
    call = await timeless.start(Script({"t1": [words("Goodbye, Ann.", goodbye())]}))
    await call.say("That was all")
    assert (await call.result()).reason == "goodbye"


async def test_hanging_up_into_the_farewell_ends_the_call_at_once(convonet: Deployment) -> None:
    call = await convonet.start(Script({"t1": [words("Goodbye, Ann.", goodbye())]}))
    await call.say("That was all")
    await call.until(lambda view: "bye" in str(view.turns))
    await call.hang_up()
    assert (await call.result()).reason == "hangup"
    events = [event for history in await convonet.histories(call) for event in history.events]
    assert not any(event.HasField("timer_fired_event_attributes") for event in events)


async def test_what_was_asked_before_hanging_up_is_carried_out(convonet: Deployment) -> None:
    thought = Held(words("", change()))
    script = Script({"t1": [thought, words("Added.")]})
    call = await convonet.start(script)
    await call.say("Add milk")
    await script.until(lambda: len(script.asked) == 1)
    await call.hang_up()
    await script.until(lambda: bool(script.told))
    assert script.called == []
    thought.release()
    assert (await call.result()).reason == "hangup"
    lines = ["caller: Add milk", "create_todo: succeeded", "assistant: --"]
    assert await call.lines() == lines


async def test_why_a_call_ended_is_what_was_told_first(convonet: Deployment) -> None:
    call = await convonet.start()
    await call.hang_up("idle")
    await call.hang_up("hangup")
    assert (await call.result()).reason == "idle"


async def test_a_media_session_that_fails_for_good_ends_the_call_as_an_error(
    convonet: Deployment,
) -> None:
    script = Script(media=ApplicationError("no ears", non_retryable=True), media_ends=True)
    call = await convonet.start(script)
    assert (await call.result()).reason == "error"
    assert [one.reason for one in script.told] == ["error"]


async def test_a_media_session_that_fails_for_good_leaves_no_eager_utterance_waiting(
    convonet: Deployment,
) -> None:
    ears: Held[None] = Held(ApplicationError("no ears", non_retryable=True))
    script = Script({"t1": [words("", change())]}, media=ears, media_ends=True)
    call = await convonet.start(script)
    await call.say_perhaps("Add milk")
    await script.until(lambda: len(script.asked) == 1)
    ears.release()
    assert (await call.result()).reason == "error"
    assert script.called == []


async def test_a_media_session_that_returns_has_ended_the_call(convonet: Deployment) -> None:
    call = await convonet.start(Script(media_ends=True))
    assert (await call.result()).reason == "hangup"
