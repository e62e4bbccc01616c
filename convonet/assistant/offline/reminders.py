"""What to do about sentences on reminders."""

from dataclasses import replace

from pydantic import JsonValue

from convonet.assistant.offline.reply import Reply, Scene, ask
from convonet.assistant.offline.saying import say_day
from convonet.assistant.offline.titles import target, title
from convonet.assistant.offline.todos import iso, passed, span, unavailable
from convonet.assistant.offline.toolbox import Wanted
from convonet.assistant.offline.understanding import Meaning


def create_reminder(meaning: Meaning, scene: Scene) -> Reply:
    """Set a reminder, asking for what is missing."""
    if not scene.tools.has("create_reminder"):
        return unavailable("set reminders")
    if meaning.repeats:
        return Reply(
            "I can't repeat reminders yet. I can remind you once: tell me the day and the time."
        )
    text = title(meaning.slots.get("text", ""))
    if not text:
        return ask(meaning, "text", "What should I remind you about?")
    if missing := _missing_time(meaning, scene, "When should I remind you?"):
        return missing
    arguments: dict[str, JsonValue] = {"reminder_text": text}
    if meaning.when is not None:
        arguments["reminder_date"] = iso(meaning.when)
    if meaning.priority:
        level = scene.tools.level("create_reminder", "importance", meaning.priority)
        arguments["importance"] = level
    return Reply(calls=(Wanted("create_reminder", arguments),))


def _missing_time(meaning: Meaning, scene: Scene, question: str) -> Reply | None:
    if meaning.question:
        return ask(replace(meaning, question=""), "when", meaning.question)
    if meaning.when is None:
        return ask(meaning, "when", question)
    if late := passed(meaning.when, scene.record.now):
        return ask(replace(meaning, when=None), "when", f"{late} {question}")
    if meaning.when.start is None:
        day = say_day(meaning.when.day, scene.record.now.date())
        return ask(meaning, "when", f"At what time {day}?")
    return None


def get_reminders(meaning: Meaning, scene: Scene) -> Reply:
    """Read the reminders out."""
    if not scene.tools.has("get_reminders"):
        return unavailable("read reminders out")
    if meaning.question:
        return ask(replace(meaning, question=""), "when", meaning.question)
    today = scene.record.now.date()
    arguments = span("date", meaning.when, today) if meaning.when is not None else {}
    return Reply(calls=(Wanted("get_reminders", arguments),))


def update_reminder(meaning: Meaning, scene: Scene) -> Reply:
    """Move a reminder to another time."""
    if not scene.tools.has("update_reminder"):
        return unavailable("change reminders")
    name = target(meaning.slots.get("title", ""))
    if not name:
        return ask(meaning, "title", "Which reminder shall I move?")
    if missing := _missing_time(meaning, scene, "To when shall I move it?"):
        return missing
    arguments: dict[str, JsonValue] = {"reminder_text": name}
    if meaning.when is not None:
        arguments["reminder_date"] = iso(meaning.when)
    return Reply(calls=(Wanted("update_reminder", arguments),))


def snooze_reminder(meaning: Meaning, scene: Scene) -> Reply:
    """Let a reminder come later: the one named, or the last that came."""
    if not scene.tools.has("snooze_reminder"):
        return unavailable("snooze reminders")
    if meaning.question:
        return ask(replace(meaning, question=""), "when", meaning.question)
    if meaning.when is not None and (late := passed(meaning.when, scene.record.now)):
        return ask(replace(meaning, when=None), "when", f"{late} Until when?")
    name = target(meaning.slots.get("title", ""))
    arguments: dict[str, JsonValue] = {"reminder_text": name} if name else {}
    if meaning.when is not None:
        arguments["until"] = iso(meaning.when)
    elif minutes := _minutes(meaning):
        arguments["minutes"] = minutes
    return Reply(calls=(Wanted("snooze_reminder", arguments),))


def _minutes(meaning: Meaning) -> int:
    if meaning.length is not None:
        return max(1, round(meaning.length.total_seconds() / 60))
    return int(meaning.slots.get("minutes", "0"))


def delete_reminder(meaning: Meaning, scene: Scene) -> Reply:
    """Delete a reminder, once the caller has said yes."""
    if not scene.tools.has("delete_reminder"):
        return unavailable("delete reminders")
    name = target(meaning.slots.get("title", ""))
    if not name:
        return ask(meaning, "title", "Which reminder shall I delete?")
    if not scene.confirmed:
        return ask(meaning, "confirm", f'Shall I delete the reminder "{name}"?')
    return Reply(calls=(Wanted("delete_reminder", {"reminder_text": name}),))
