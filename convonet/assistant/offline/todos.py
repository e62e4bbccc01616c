"""What to do about sentences on todos."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from pydantic import JsonValue

from convonet.assistant.offline.dates import When
from convonet.assistant.offline.reply import Reply, Scene, ask
from convonet.assistant.offline.saying import say_day, say_time
from convonet.assistant.offline.titles import target, title
from convonet.assistant.offline.toolbox import Wanted
from convonet.assistant.offline.understanding import Meaning

Arguments = dict[str, JsonValue]


def unavailable(what: str) -> Reply:
    """Say honestly that a thing cannot be done here."""
    return Reply(f"I'm sorry, I can't {what} on this system.")


def iso(when: When) -> str:
    """Return what a tool is told: a moment with its offset, or only the day."""
    return (when.start or when.day).isoformat()


def passed(when: When, now: datetime) -> str:
    """Return a sentence about a time that lies behind us, or nothing."""
    if when.start is not None and when.start <= now:
        return f"{say_time(when.start)} {say_day(when.day, now.date())} has already passed."
    if when.start is None and when.day < now.date():
        return f"That day, {when.day:%A}, {when.day:%B} {when.day.day}, has already passed."
    return ""


def create_todo(meaning: Meaning, scene: Scene) -> Reply:
    """Note a todo, asking for what is missing."""
    if not scene.tools.has("create_todo"):
        return unavailable("note todos")
    if meaning.repeats:
        return Reply(
            "I can't make repeating todos yet. Tell me one date, and I'll note it for then."
        )
    name, team = title(meaning.slots.get("title", "")), team_of(meaning)
    if not name:
        place = f" for the {team} team" if team else ""
        return ask(meaning, "title", f"What is the todo{place}?")
    if unclear := _unclear_date(meaning, scene):
        return unclear
    arguments: Arguments = {"title": name}
    if meaning.when is not None:
        arguments["due_date"] = iso(meaning.when)
    if meaning.priority:
        arguments["priority"] = scene.tools.level("create_todo", "priority", meaning.priority)
    people = {"team": team, "assignee": meaning.slots.get("assignee", "")}
    arguments |= {argument: value for argument, value in people.items() if value}
    tool = "create_team_todo" if team and scene.tools.has("create_team_todo") else "create_todo"
    return Reply(calls=(Wanted(tool, arguments),))


def team_of(meaning: Meaning) -> str:
    """Return the team that was named, or chosen since."""
    return meaning.slots.get("team", "") or meaning.team


def _unclear_date(meaning: Meaning, scene: Scene) -> Reply | None:
    if meaning.question:
        return ask(replace(meaning, question=""), "when", meaning.question)
    late = passed(meaning.when, scene.record.now) if meaning.when is not None else ""
    return ask(replace(meaning, when=None), "when", f"{late} When is it due?") if late else None


def get_todos(meaning: Meaning, scene: Scene) -> Reply:
    """Read the open todos out."""
    return _list(meaning, scene, {})


def get_todos_done(meaning: Meaning, scene: Scene) -> Reply:
    """Read the completed todos out."""
    return _list(meaning, scene, {"status": "completed"})


def _list(meaning: Meaning, scene: Scene, arguments: Arguments) -> Reply:
    if not scene.tools.has("get_todos"):
        return unavailable("read todos out")
    if meaning.question:
        return ask(replace(meaning, question=""), "when", meaning.question)
    if meaning.priority:
        arguments["priority"] = scene.tools.level("get_todos", "priority", meaning.priority)
    if team := team_of(meaning):
        arguments["team"] = team
    if meaning.when is not None:
        arguments |= span("due", meaning.when, scene.record.now.date())
    return Reply(calls=(Wanted("get_todos", arguments),))


def span(kind: str, when: When, today: date) -> Arguments:
    """Return the arguments that narrow a list down to a day; today's has what is overdue too."""
    arguments: Arguments = {f"{kind}_before": (when.day + timedelta(days=1)).isoformat()}
    if when.day != today:
        arguments[f"{kind}_from"] = when.day.isoformat()
    return arguments


def complete_todo(meaning: Meaning, scene: Scene) -> Reply:
    """Mark a todo as completed."""
    if not scene.tools.has("complete_todo"):
        return unavailable("complete todos")
    name = target(meaning.slots.get("title", ""))
    if not name:
        return ask(_without_title(meaning), "title", "Which todo is done?")
    return Reply(calls=(Wanted("complete_todo", {"title": name}),))


def update_todo(meaning: Meaning, scene: Scene) -> Reply:
    """Change a todo's title, date or priority."""
    if not scene.tools.has("update_todo"):
        return unavailable("change todos")
    name = target(meaning.slots.get("title", ""))
    if not name:
        return ask(_without_title(meaning), "title", "Which todo shall I change?")
    arguments: Arguments = {"title": name}
    if new := meaning.slots.get("new_title", ""):
        arguments["new_title"] = title(new)
    if level := meaning.slots.get("priority", "") or meaning.priority:
        arguments["priority"] = scene.tools.level("update_todo", "priority", level)
    if unclear := _unclear_date(meaning, scene):
        return unclear
    if meaning.when is not None:
        arguments["due_date"] = iso(meaning.when)
    if len(arguments) == 1:
        return ask(meaning, "when", "When should it be due?")
    return Reply(calls=(Wanted("update_todo", arguments),))


def delete_todo(meaning: Meaning, scene: Scene) -> Reply:
    """Delete a todo, once the caller has said yes."""
    if not scene.tools.has("delete_todo"):
        return unavailable("delete todos")
    name = target(meaning.slots.get("title", ""))
    if not name:
        return ask(_without_title(meaning), "title", "Which todo shall I delete?")
    if not scene.confirmed:
        return ask(meaning, "confirm", f'Shall I delete the todo "{name}"?')
    return Reply(calls=(Wanted("delete_todo", {"title": name}),))


def _without_title(meaning: Meaning) -> Meaning:
    slots = {name: value for name, value in meaning.slots.items() if name != "title"}
    return replace(meaning, slots=slots)
