"""Calls whose histories are kept: each kind of thing that can happen, once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from temporalio.exceptions import ApplicationError

from convonet.contracts.assistant import END_CALL_TOOL, ToolCall
from tests.workflows.call import Call
from tests.workflows.script import Held, Script, change, holding, look, words


@dataclass(frozen=True)
class Scenario:
    """How a call goes, given its script."""

    play: Callable[[Call], Awaitable[None]]
    script: Script = field(default_factory=Script)
    greet: bool = False

    @property
    def name(self) -> str:
        """What its history is called."""
        return self.play.__name__


async def greeting_and_tools(call: Call) -> None:
    await call.script.until(lambda: bool(call.script.announced))
    await call.hear("greeting", "Hello Ann, how can I help?")
    await call.say("Look, and add milk")
    await call.answered("t1")
    await call.hear("t1", "One moment. Done.")
    await call.hang_up()


async def interruptions(call: Call) -> None:
    await call.say("Today")
    await call.script.until(lambda: len(call.script.asked) == 1)
    await call.say("Tomorrow")
    await call.script.until(lambda: len(call.script.called) == 2)
    await call.barge_in("t2", "Let me")
    await call.say("Never mind")
    await call.script.until(lambda: "call_tool" in call.script.abandoned)
    call.script.release()
    await call.answered("t3")
    await call.hear("t3", "Yes.")
    await call.hang_up("idle")


async def eager_utterances(call: Call) -> None:
    eager = await call.say_perhaps("Add")
    await call.script.until(lambda: len(call.script.asked) == 1)
    await call.withdraw(eager)
    eager = await call.say_perhaps("Add milk")
    await call.script.until(lambda: len(call.script.asked) == 2)
    await call.confirm(eager)
    await call.script.until(lambda: len(call.script.asked) == 3)
    await call.answered("t1")
    await call.hear("t1", "Done.")
    await call.hang_up()


async def goodbye(call: Call) -> None:
    await call.say("Bye")
    await call.until(lambda view: "bye" in str(view.turns))
    await call.hear("t1", "Goodbye.")


async def human_wanted(call: Call) -> None:
    await call.ask_for_human()
    await call.script.until(lambda: bool(call.script.announced))
    await call.hang_up()


async def assistant_fails(call: Call) -> None:
    await call.say("Hello")
    await call.script.until(lambda: bool(call.script.announced))
    await call.hang_up()


async def media_fails(call: Call) -> None:
    await call.result()


async def long_call(call: Call) -> None:
    turns = 0
    while len(call.script.media_runs) < 2:
        turns += 1
        said = await call.say(f"Number {turns}")
        await call.answered(said.turn_id)
        await call.hear(said.turn_id, "Yes.")
        await call.script.until(lambda turns=turns: len(call.script.saved) == turns)
        await call.view()
    await call.hang_up()


async def talk_without_pause(call: Call) -> None:
    """Each utterance tells what was heard of the turn before, over into a new run."""
    said = await call.say("Number 1")
    while len(call.script.media_runs) < 2:
        await call.answered(said.turn_id)
        said = await call.say("Next", heard=call.heard(said.turn_id, "Yes."))
    await call.answered(said.turn_id)
    await call.hang_up()


_BYE = ToolCall(id="bye", name=END_CALL_TOOL, arguments={})


def scenarios() -> list[Scenario]:
    """Return all of them, with fresh scripts."""
    broken = ApplicationError("will never work", non_retryable=True)
    interrupted = Script(
        {"t1": [Held(words("Too late."))], "t2": [words("Let me see.", look(), change())]},
        holding(look(), change()),
    )
    tools = Script({"t1": [words("One moment.", look(), change()), words("Done.")]})
    eager = Script({"t1": [words("", change()), words("Done.")]})
    return [
        Scenario(greeting_and_tools, tools, greet=True),
        Scenario(interruptions, interrupted),
        Scenario(eager_utterances, eager),
        Scenario(goodbye, Script({"t1": [words("Goodbye.", _BYE)]})),
        Scenario(human_wanted),
        Scenario(assistant_fails, Script({"t1": [broken]})),
        Scenario(media_fails, Script(media=broken, media_ends=True)),
        Scenario(long_call),
        Scenario(talk_without_pause),
    ]
