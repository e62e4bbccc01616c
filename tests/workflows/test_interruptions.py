from tests.workflows.deployment import Deployment
from tests.workflows.script import Held, Script, change, holding, look, words
from workflows import phrases


async def test_speaking_while_the_assistant_thinks_abandons_the_thought(
    convonet: Deployment,
) -> None:
    script = Script({"t1": [Held(words("Too late."))], "t2": [words("Tomorrow.")]})
    call = await convonet.start(script)
    await call.say("Today")
    await script.until(lambda: len(script.asked) == 1)
    await call.say("No, tomorrow")
    await script.until(lambda: script.abandoned == ["take_turn"])
    await call.answered("t2")
    await call.hear("t2", "Tomorrow.")
    assert await call.over() == [
        "caller: Today",
        "assistant: --",
        "caller: No, tomorrow",
        "assistant: Tomorrow.",
    ]


async def test_only_what_was_heard_before_the_interruption_is_kept(convonet: Deployment) -> None:
    script = Script({"t1": [words("We are open from nine to five.")]})
    call = await convonet.start(script)
    await call.say("When are you open")
    await call.answered("t1")
    await call.barge_in("t1", "We are open")
    await call.say("Never mind")
    await call.answered("t2")
    heard = script.asked[1].turns[0]
    assert (heard.heard, heard.interrupted) == ("We are open", True)
    assert (await call.over())[:2] == ["caller: When are you open", "assistant: We are open --"]


async def test_a_change_that_has_begun_is_finished_and_its_result_kept(
    convonet: Deployment,
) -> None:
    script = Script({"t1": [words("Adding it.", change())]}, holding(change()))
    call = await convonet.start(script)
    await call.say("Add milk")
    await script.until(lambda: len(script.called) == 1)
    await call.barge_in("t1", "Adding")
    await call.say("Wait")
    await call.until(lambda view: view.epoch == call.epoch)
    assert len(script.asked) == 1
    script.release()
    await call.answered("t2")
    assert script.asked[1].turns[0].steps[0].results[0].text == "create_todo: done"
    assert (await call.over())[:4] == [
        "caller: Add milk",
        "create_todo: succeeded",
        "assistant: Adding --",
        "caller: Wait",
    ]
    newest = [one.turn for one in script.saved if one.turn.turn_id == "t1"][-1]
    assert newest.steps[0].results[0].state == "succeeded"


async def test_a_look_that_has_begun_is_abandoned(convonet: Deployment) -> None:
    script = Script({"t1": [words("Let me see.", look(), change())]}, holding(look()))
    call = await convonet.start(script)
    await call.say("Look")
    await script.until(lambda: len(script.called) == 2)
    await call.say("Wait")
    await script.until(lambda: script.abandoned == ["call_tool"])
    await call.answered("t2")
    assert (await call.over())[:4] == [
        "caller: Look",
        "get_todos: cancelled",
        "create_todo: succeeded",
        "assistant: --",
    ]


async def test_tools_that_have_not_begun_are_not_called(convonet: Deployment) -> None:
    script = Script({"t1": [Held(words("", change()))]})
    call = await convonet.start(script)
    eager = await call.say_perhaps("Add milk")
    await script.until(lambda: len(script.asked) == 1)
    call.script.release()
    await call.until(lambda view: view.epoch == eager.epoch)
    await call.barge_in("t1", "")
    await call.until(lambda view: view.state == "listening")
    assert script.called == []
    assert (await call.over())[-2:] == ["create_todo: cancelled", "assistant: --"]


async def test_nothing_is_left_to_say_after_an_interruption_without_words(
    convonet: Deployment,
) -> None:
    script = Script({"t1": [words("", look()), Held(words("Too late."))]})
    call = await convonet.start(script)
    await call.say("Look")
    await script.until(lambda: len(script.asked) == 2)
    await call.barge_in("t1", "")
    await script.until(lambda: script.abandoned == ["take_turn"])
    assert await call.over() == ["caller: Look", "get_todos: succeeded", "assistant: --"]
    assert phrases.CANNOT_THINK not in [one.text for one in script.announced]
