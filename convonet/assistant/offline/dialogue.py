"""Decides what to answer, from the conversation alone: nothing is remembered between steps."""

import re
from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import fuzz, process

from convonet.assistant.offline import calendar, reminders, talk, teams, todos
from convonet.assistant.offline.cleaning import MAX_WORDS, clean
from convonet.assistant.offline.dates import read_when
from convonet.assistant.offline.nearest import guess
from convonet.assistant.offline.record import Exchange, Record
from convonet.assistant.offline.reply import Pending, Reply, Scene, ask
from convonet.assistant.offline.results import follow_up, tell
from convonet.assistant.offline.talk import HANDLERS, Handler
from convonet.assistant.offline.toolbox import Toolbox
from convonet.assistant.offline.understanding import Meaning, is_explicit, understand

_LOOK_BACK = 6
"""Exchanges that are thought through again to find what was asked last: a bound on the work."""
_MOST_ASKED = 2
_SURE = 75.0
"""How near, of 100, an answer must come to one of the names offered."""

_TOO_LONG = "That was a lot at once. Please tell me one thing at a time."
_LEFT = "Okay, I'll leave that."
_SILENCE = "I didn't hear anything. What can I do for you?"

_HANDLERS: dict[str, Handler] = {
    **HANDLERS,
    "create_todo": todos.create_todo,
    "get_todos": todos.get_todos,
    "get_todos_done": todos.get_todos_done,
    "complete_todo": todos.complete_todo,
    "update_todo": todos.update_todo,
    "delete_todo": todos.delete_todo,
    "create_reminder": reminders.create_reminder,
    "get_reminders": reminders.get_reminders,
    "update_reminder": reminders.update_reminder,
    "snooze_reminder": reminders.snooze_reminder,
    "delete_reminder": reminders.delete_reminder,
    **calendar.HANDLERS,
    **teams.HANDLERS,
    "create_team_todo": todos.create_todo,
}
_LOOSE = (
    "create_todo",
    "complete_todo",
    "update_todo",
    "delete_todo",
    *calendar.LOOSE,
    "search_users",
)
"""Intents whose templates also fit a mere title, such as "finish the report"."""

_PLACES = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "last": -1}


def answer(record: Record, tools: Toolbox) -> Reply:
    """Return the next step of the conversation: words, tools to call, or both."""
    if not record.exchanges:
        return talk.greet(Meaning("greeting"), Scene(record, tools))
    last = len(record.exchanges) - 1
    before = _replay(record, tools, last)
    scene = Scene(_until(record, last), tools)
    exchange = record.exchanges[-1]
    reply = _reply(exchange, before, scene)
    if not exchange.outcomes:
        return reply
    return Reply(f"{tell(exchange.outcomes)} {reply.after}".strip(), pending=reply.pending)


def _replay(record: Record, tools: Toolbox, end: int) -> Reply:
    """Return how things stood before exchange `end`."""
    reply = Reply()
    for place in range(max(0, end - _LOOK_BACK), end):
        exchange = record.exchanges[place]
        scene = Scene(_until(record, place), tools)
        reply = _reply(exchange, reply, scene)
        if exchange.outcomes:
            reply = replace(reply, pending=follow_up(exchange.outcomes) or reply.pending)
    return reply


def _until(record: Record, place: int) -> Record:
    return replace(record, exchanges=record.exchanges[: place + 1])


def _reply(exchange: Exchange, before: Reply, scene: Scene) -> Reply:
    if exchange.said is None:
        return Reply("Is there anything else I can do for you?")
    if not exchange.said.strip():
        first = len(scene.record.exchanges) == 1
        return talk.greet(Meaning("greeting"), scene) if first else Reply(_SILENCE)
    if len(exchange.said.split()) > MAX_WORDS:
        return Reply(_TOO_LONG)
    meanings = understand(exchange.said, scene.record.now, scene.record.teams)
    if before.pending is not None:
        taken = _take_answer(exchange.said, before.pending, meanings, scene)
        if taken is not None:
            return taken
    if not meanings:
        return _miss(exchange.said, before.missed, scene)
    return _carry_out(meanings, scene)


def _miss(said: str, times: int, scene: Scene) -> Reply:
    near = guess(clean(said)) if times == 0 else None
    if near is None:
        return talk.not_understood(scene, times)
    return replace(ask(Meaning(near.intent), "confirm", near.question), missed=1)


def _carry_out(meanings: Sequence[Meaning], scene: Scene) -> Reply:
    if len(meanings) == 1:
        return _perform(meanings[0], scene)
    replies = [_perform(meaning, scene) for meaning in _completed(meanings)]
    calls = tuple(call for reply in replies for call in reply.calls)
    open_ = next((reply for reply in replies if reply.pending is not None), Reply())
    words = " ".join(reply.text for reply in replies if reply.text and not reply.pending)
    if not calls:
        return Reply(f"{words} {open_.text}".strip(), pending=open_.pending)
    return Reply(words, calls, open_.pending, after=open_.text)


def _completed(meanings: Sequence[Meaning]) -> list[Meaning]:
    """Let "... and remind me tomorrow" be about what was said before it."""
    completed: list[Meaning] = []
    subject = ""
    for meaning in meanings:
        if meaning.intent == "create_reminder" and not meaning.slots.get("text") and subject:
            meaning = replace(meaning, slots={**meaning.slots, "text": subject})  # noqa: PLW2901
        subject = meaning.slots.get("title", "") or meaning.slots.get("text", "")
        completed.append(meaning)
    return completed


def _perform(meaning: Meaning, scene: Scene) -> Reply:
    return _HANDLERS[meaning.intent](meaning, scene)


def _take_answer(
    said: str, pending: Pending, meanings: Sequence[Meaning], scene: Scene
) -> Reply | None:
    """Return the reply if this answers what was asked; None if it is something new."""
    intent = meanings[0].intent if meanings else ""
    if intent == "repeat":
        return Reply(pending.question, pending=pending)
    if pending.slot == "confirm":
        return _take_yes_or_no(intent, pending, scene)
    if intent in ("stop", "no"):
        return Reply(_LEFT)
    if pending.slot == "which":
        return _take_choice(said, intent, pending, scene)
    return None if _is_new(said, intent) else _take_slot(said, pending, scene)


def _is_new(said: str, intent: str) -> bool:
    """Tell a command from a title that only sounds like one, such as "finish the report"."""
    return bool(intent) and (intent not in _LOOSE or is_explicit(said))


def _take_slot(said: str, pending: Pending, scene: Scene) -> Reply:
    if pending.slot == "when":
        return _take_time(said, pending, scene)
    return _take_words(said, pending, scene)


def _take_yes_or_no(intent: str, pending: Pending, scene: Scene) -> Reply | None:
    if intent in ("yes", "thanks"):
        return _perform(pending.meaning, replace(scene, confirmed=True))
    if intent in ("no", "stop"):
        return Reply("Okay, I won't.")
    if intent:
        return None
    return _ask_again(pending, f"Please say yes or no. {pending.question}")


def _take_choice(said: str, intent: str, pending: Pending, scene: Scene) -> Reply | None:
    chosen = _choice(said, intent, pending.options)
    if chosen:
        slots = {**pending.meaning.slots, pending.named: chosen}
        return _perform(replace(pending.meaning, slots=slots), replace(scene, confirmed=True))
    return None if intent else _ask_again(pending, pending.question)


def _choice(said: str, intent: str, options: Sequence[str]) -> str:
    if intent == "yes":
        return options[0] if len(options) == 1 else ""
    for word in said.lower().split():
        place = _PLACES.get(word.strip(".,!?"))
        if place is not None and place < len(options):
            return options[place]
    names = [option.lower() for option in options]
    _, score, place = process.extractOne(said.lower(), names, scorer=fuzz.WRatio)
    return options[place] if score >= _SURE else ""


def _take_time(said: str, pending: Pending, scene: Scene) -> Reply:
    known = pending.meaning.when
    reading = read_when(
        clean(said), scene.record.now, day=known.day if known else None, answering=True
    )
    if reading.when is not None:
        return _perform(replace(pending.meaning, when=reading.when, question=""), scene)
    if reading.question:
        return ask(pending.meaning, "when", reading.question)
    return _ask_again(pending, "Sorry, I need a time, such as tomorrow at two.")


def _take_words(said: str, pending: Pending, scene: Scene) -> Reply:
    reading = read_when(clean(said), scene.record.now)
    words = re.sub(
        r"\A(?:remind me|it's|it is|it should be|i want)\s+(?=\S)", "", reading.rest, flags=re.I
    )
    if not words:
        return _ask_again(pending, pending.question)
    meaning = pending.meaning
    slots = {**meaning.slots, pending.slot: words}
    when = meaning.when or reading.when
    question = meaning.question or ("" if when else reading.question)
    return _perform(replace(meaning, slots=slots, when=when, question=question), scene)


def _ask_again(pending: Pending, question: str) -> Reply:
    if pending.asked >= _MOST_ASKED:
        return Reply(_LEFT)
    return Reply(question, pending=replace(pending, asked=pending.asked + 1))
