"""What to say about everything that no tool is for: the call itself and small talk."""

from collections.abc import Callable
from typing import Final

from convonet.assistant.offline.record import Exchange, Outcome
from convonet.assistant.offline.reply import Reply, Scene, ask
from convonet.assistant.offline.saying import say_list, say_time
from convonet.assistant.offline.todos import unavailable
from convonet.assistant.offline.toolbox import Wanted
from convonet.assistant.offline.understanding import Meaning
from convonet.contracts.assistant import END_CALL_TOOL, TRANSFER_TOOL, ToolState

UNDO_TOOL: Final = "undo_last_change"
_READING = ("get_", "search_", "count_", "find_", "check_", "test_", "sync_")
_NOT_CHANGES = (END_CALL_TOOL, TRANSFER_TOOL)
EXAMPLES: Final = (
    "Say, for example: add a todo to buy milk. Or: remind me tomorrow at two to call the dentist."
)


def undo(_meaning: Meaning, scene: Scene) -> Reply:
    """Take the last change back."""
    if not scene.tools.has(UNDO_TOOL):
        return unavailable("undo changes")
    return Reply(calls=(Wanted(UNDO_TOOL),))


def repeat(_meaning: Meaning, scene: Scene) -> Reply:
    """Say the last answer again."""
    answers = [exchange.answer for exchange in _before(scene) if exchange.answer]
    return Reply(answers[-1] if answers else "I haven't said anything yet.")


def report(_meaning: Meaning, scene: Scene) -> Reply:
    """Tell the last change of this call."""
    change = last_change(_before(scene))
    if change is None:
        return Reply("I haven't changed anything in this call yet.")
    return Reply(f"The last thing I did: {change.spoken or change.tool.replace('_', ' ')}")


def last_change(exchanges: list[Exchange]) -> Outcome | None:
    """Return the newest tool call that really changed something."""
    for exchange in reversed(exchanges):
        for outcome in reversed(exchange.outcomes):
            if outcome.state is ToolState.SUCCEEDED and _changes(outcome.tool):
                return outcome
    return None


def _changes(tool: str) -> bool:
    return not tool.startswith(_READING) and tool not in _NOT_CHANGES


def _before(scene: Scene) -> list[Exchange]:
    return list(scene.record.exchanges[:-1])


def stop(_meaning: Meaning, _scene: Scene) -> Reply:
    """Be quiet."""
    return Reply("Okay.")


def agree(_meaning: Meaning, _scene: Scene) -> Reply:
    """Take a yes that answers no question."""
    return Reply("Okay. What can I do for you?")


def refuse(_meaning: Meaning, scene: Scene) -> Reply:
    """Take a no; right behind a change it may mean that the change was wrong."""
    before = _before(scene)[-1:]
    if scene.tools.has(UNDO_TOOL) and last_change(before) is not None:
        return ask(Meaning("undo"), "confirm", "Shall I undo that?")
    return Reply("Okay.")


def goodbye(_meaning: Meaning, scene: Scene) -> Reply:
    """Say goodbye and end the call."""
    farewell = f"Goodbye{_name(scene)}."
    calls = (Wanted(END_CALL_TOOL, {"farewell": farewell}),)
    return Reply(farewell, calls if scene.tools.has(END_CALL_TOOL) else ())


def human(meaning: Meaning, scene: Scene) -> Reply:
    """Move the caller to a person."""
    if not scene.tools.has(TRANSFER_TOOL):
        return Reply("I'm sorry, there is nobody I could connect you with here.")
    department = meaning.slots.get("department", "")
    arguments = {"department": department} if department else {}
    return Reply(calls=(Wanted(TRANSFER_TOOL, {**arguments}),))


def explain(_meaning: Meaning, scene: Scene) -> Reply:
    """Tell what there is to be had, of what is really there."""
    abilities = [
        words
        for tool, words in (
            ("create_todo", "note, change and complete todos"),
            ("create_reminder", "set reminders"),
            ("create_calendar_event", "keep your calendar"),
            ("create_team", "look after your teams"),
            (UNDO_TOOL, "undo the last change"),
            (TRANSFER_TOOL, "connect you with a person"),
        )
        if scene.tools.has(tool)
    ]
    if not abilities:
        return Reply("Right now I can only tell you the time and the date.")
    return Reply(f"I can {say_list(abilities)}. {EXAMPLES}")


def greet(meaning: Meaning, scene: Scene) -> Reply:
    """Greet back."""
    daytime = meaning.slots.get("daytime", "")
    hello = f"Good {daytime}" if daytime else "Hello"
    return Reply(f"{hello}{_name(scene)}. What can I do for you?")


def thanks(_meaning: Meaning, _scene: Scene) -> Reply:
    """Take thanks."""
    return Reply("You're welcome.")


def tell_time(_meaning: Meaning, scene: Scene) -> Reply:
    """Tell the caller's time."""
    return Reply(f"It's {say_time(scene.record.now)}.")


def tell_day(_meaning: Meaning, scene: Scene) -> Reply:
    """Tell the caller's date."""
    now = scene.record.now
    return Reply(f"Today is {now:%A}, {now:%B} {now.day}, {now.year}.")


def introduce(_meaning: Meaning, _scene: Scene) -> Reply:
    """Say who is speaking."""
    return Reply("I'm Convonet, an automatic assistant for your todos, reminders and calendar.")


def tell_caller(_meaning: Meaning, scene: Scene) -> Reply:
    """Say who is calling."""
    record = scene.record
    who = f"You're signed in as {record.caller}" if record.caller else "I don't know your name"
    if not record.teams:
        return Reply(f"{who}.")
    kind = "teams" if len(record.teams) > 1 else "team"
    return Reply(f"{who}, a member of the {kind} {say_list(record.teams)}.")


def reassure(_meaning: Meaning, _scene: Scene) -> Reply:
    """Tell that the line is good."""
    return Reply("Yes, I can hear you.")


def not_understood(scene: Scene, times: int) -> Reply:
    """Say honestly that this was not understood; differently the second time."""
    if times == 0:
        return Reply(f"I'm sorry, I can't help with that. {EXAMPLES}", missed=1)
    person = " You can also ask for a person." if scene.tools.has(TRANSFER_TOOL) else ""
    return Reply(
        "I still don't understand. Please use one short sentence, such as: show my todos. "
        f"Say help to hear what I can do.{person}",
        missed=times + 1,
    )


def _name(scene: Scene) -> str:
    return f", {scene.record.caller}" if scene.record.caller else ""


Handler = Callable[[Meaning, Scene], Reply]
HANDLERS: Final[dict[str, Handler]] = {
    "undo": undo,
    "repeat": repeat,
    "report": report,
    "stop": stop,
    "yes": agree,
    "no": refuse,
    "goodbye": goodbye,
    "human": human,
    "help": explain,
    "greeting": greet,
    "thanks": thanks,
    "time": tell_time,
    "day": tell_day,
    "who": introduce,
    "who_am_i": tell_caller,
    "presence": reassure,
}
