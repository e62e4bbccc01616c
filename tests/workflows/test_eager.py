from temporalio.exceptions import ApplicationError

from convonet.contracts.conversation import Withdrawal
from tests.workflows.deployment import Deployment
from tests.workflows.script import Held, Script, change, holding, words
from workflows.conversation import ConversationWorkflow


async def test_an_eager_utterance_is_thought_about_but_acted_on_only_when_confirmed(
    convonet: Deployment,
) -> None:
    script = Script({"t1": [words("Adding it.", change()), words("Added.")]})
    call = await convonet.start(script)
    eager = await call.say_perhaps("Add milk")
    await script.until(lambda: len(script.asked) == 1)
    assert script.called == []
    await call.confirm(eager)
    await script.until(lambda: len(script.asked) == 2)
    await call.answered("t1")
    await call.hear("t1", "Adding it. Added.")
    assert await call.over() == [
        "caller: Add milk",
        "create_todo: succeeded",
        "assistant: Adding it. Added.",
    ]


async def test_an_eager_utterance_confirmed_after_its_answer_is_not_answered_again(
    convonet: Deployment,
) -> None:
    call = await convonet.start()
    eager = await call.say_perhaps("Hello")
    await call.answered("t1")
    await call.confirm(eager)
    await call.hear("t1", "Yes.")
    assert await call.over() == ["caller: Hello", "assistant: Yes."]
    assert len(call.script.asked) == 1


async def test_an_eager_utterance_confirmed_before_its_turn_comes_is_taken_once(
    convonet: Deployment,
) -> None:
    script = Script(
        {"t1": [words("", change())], "t2": [words("", change("next")), words("Added.")]},
        holding(change()),
    )
    call = await convonet.start(script)
    await call.say("Add milk")
    await script.until(lambda: len(script.called) == 1)
    eager = await call.say_perhaps("Add bread")
    await call.confirm(eager)
    await call.until(lambda view: view.epoch == eager.epoch)
    script.release()
    await script.until(lambda: len(script.called) == 2)
    await call.answered("t2")
    await call.hear("t2", "Added.")
    assert await call.over() == [
        "caller: Add milk",
        "create_todo: succeeded",
        "assistant: --",
        "caller: Add bread",
        "create_todo: succeeded",
        "assistant: Added.",
    ]


async def test_a_withdrawn_utterance_leaves_nothing_and_its_longer_form_is_answered(
    convonet: Deployment,
) -> None:
    script = Script({"t1": [words("", change()), words("Added.")]})
    call = await convonet.start(script)
    eager = await call.say_perhaps("Add")
    await script.until(lambda: len(script.asked) == 1)
    await call.withdraw(eager)
    await call.until(lambda view: not view.turns)
    await call.say("Add milk")
    await call.answered("t1")
    await script.until(lambda: len(script.asked) == 3)
    await call.hear("t1", "Added.")
    lines = ["caller: Add milk", "create_todo: succeeded", "assistant: Added."]
    assert await call.over() == lines
    assert [request.turns[-1].said for request in script.asked] == ["Add", "Add milk", "Add milk"]
    assert {one.ordinal for one in script.saved} == {0}


async def test_an_utterance_withdrawn_before_its_turn_comes_leaves_nothing(
    convonet: Deployment,
) -> None:
    script = Script({"t1": [words("", change())]}, holding(change()))
    call = await convonet.start(script)
    await call.say("Add milk")
    await script.until(lambda: len(script.called) == 1)
    await call.withdraw(await call.say_perhaps("And"))
    await call.until(lambda view: view.epoch == call.epoch)
    script.release()
    assert await call.over() == ["caller: Add milk", "create_todo: succeeded", "assistant: --"]


async def test_a_withdrawal_told_again_does_not_take_the_next_utterance_with_it(
    convonet: Deployment,
) -> None:
    script = Script({"t1": [Held(words("Eager.")), words("Added.")]})
    call = await convonet.start(script)
    eager = await call.say_perhaps("Add")
    await script.until(lambda: len(script.asked) == 1)
    withdrawal: Withdrawal = await call.withdraw(eager)
    script.answers["t1"] = [words("Added.")]
    await call.say("Add milk")
    await call.handle.signal(ConversationWorkflow.utterance_withdrawn, withdrawal)
    await call.answered("t1")
    await call.hear("t1", "Added.")
    assert await call.over() == ["caller: Add milk", "assistant: Added."]


async def test_an_utterance_withdrawn_while_we_apologize_does_no_harm(
    convonet: Deployment,
) -> None:
    script = Script({"t1": [ApplicationError("bad key", non_retryable=True)]})
    script.failures["announce"] = 2
    call = await convonet.start(script)
    eager = await call.say_perhaps("Add")
    await script.until(lambda: script.failures["announce"] == 1)
    await call.withdraw(eager)
    assert await call.over() == []
