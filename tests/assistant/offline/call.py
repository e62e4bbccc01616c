"""A call with the offline assistant, driven as `take_turn` and the workflow drive it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from pydantic import JsonValue

from convonet.assistant.language_model import LanguageModelAssistant
from convonet.assistant.offline.model import NAME, OfflineChatModel
from convonet.contracts.assistant import (
    Step,
    TakeTurn,
    ToolCall,
    ToolResult,
    ToolSpec,
    ToolState,
    Turn,
)
from convonet.contracts.caller import Caller, Team

CALLER = Caller(
    user_id=UUID(int=1),
    name="Ada Lovelace",
    time_zone="Europe/Berlin",
    teams=(
        Team(id=UUID(int=2), name="development"),
        Team(id=UUID(int=3), name="hackathon"),
    ),
)
NOON = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
"""Wednesday, 10:00 in Berlin."""


def spec(name: str, *arguments: str, **choices: list[str]) -> ToolSpec:
    """Return a tool with arguments of no particular type."""
    properties: dict[str, JsonValue] = {argument: {"type": "string"} for argument in arguments}
    properties |= {name: {"type": "string", "enum": [*values]} for name, values in choices.items()}
    schema: dict[str, JsonValue] = {"type": "object", "properties": properties}
    return ToolSpec(name=name, description=name, input_schema=schema)


LEVELS = ["low", "medium", "high", "urgent"]
TOOLS = (
    spec("create_todo", "title", "due_date", "team", "assignee", priority=LEVELS),
    spec("get_todos", "due_from", "due_before", "team", priority=LEVELS, status=["open"]),
    spec("complete_todo", "title"),
    spec("update_todo", "title", "new_title", "due_date", priority=LEVELS),
    spec("delete_todo", "title"),
    spec("create_reminder", "reminder_text", "reminder_date", importance=LEVELS),
    spec("get_reminders", "date_from", "date_before"),
    spec("update_reminder", "reminder_text", "reminder_date"),
    spec("snooze_reminder", "reminder_text", "minutes", "until"),
    spec("delete_reminder", "reminder_text"),
    spec("create_calendar_event", "title", "event_from", "event_to", "duration_minutes"),
    spec("get_calendar_events", "title", "date_from", "date_before", "limit"),
    spec("find_free_slot", "date_from", "date_before", "duration_minutes"),
    spec("update_calendar_event", "title", "when", "new_title", "event_from", "event_to"),
    spec("delete_calendar_event", "title", "when"),
    spec("sync_google_calendar_events"),
    spec("test_google_calendar"),
    spec("check_calendar_visibility"),
    spec("create_team", "name"),
    spec("get_teams"),
    spec("get_team_members", "team"),
    spec("create_team_todo", "team", "title", "due_date", "assignee", priority=LEVELS),
    spec("add_team_member", "team", "person", "role"),
    spec("remove_team_member", "team", "person"),
    spec("change_member_role", "team", "person", "role"),
    spec("rename_team", "team", "new_name"),
    spec("delete_team", "team"),
    spec("search_users", "query"),
    spec("undo_last_change"),
)


@dataclass
class Answer:
    """What one step came to."""

    text: str
    calls: tuple[ToolCall, ...]

    def wanted(self, tool: str) -> Mapping[str, JsonValue]:
        """Return the arguments with which the tool is called."""
        return next(call.arguments for call in self.calls if call.name == tool)


@dataclass
class Call:
    """Keeps the turns, as the workflow does."""

    tools: Sequence[ToolSpec] = TOOLS
    caller: Caller = CALLER
    turns: list[Turn] = field(default_factory=list[Turn])
    assistant: LanguageModelAssistant = field(
        default_factory=lambda: LanguageModelAssistant(OfflineChatModel(), NAME)
    )

    async def say(self, words: str) -> Answer:
        """Say something; return the first step of the answer."""
        self.turns.append(Turn(turn_id=f"t{len(self.turns)}", said=words))
        return await self.step()

    async def step(self, said: Sequence[str] = ()) -> Answer:
        """Take the next step of the last turn and write it down."""
        answer = await self.retry(said)
        turn = self.turns[-1]
        step = Step(text=answer.text, calls=answer.calls)
        self.turns[-1] = turn.model_copy(update={"steps": (*turn.steps, step)})
        return answer

    async def retry(self, said: Sequence[str] = ()) -> Answer:
        """Take the next step without writing it down."""
        turn = self.turns[-1]
        request = TakeTurn(
            call_id="c",
            caller=self.caller,
            epoch=len(self.turns),
            step=len(turn.steps),
            turns=tuple(self.turns),
            now=(NOON + timedelta(seconds=len(self.turns) - 1)).isoformat(),
        )
        words: list[str] = []
        calls: list[ToolCall] = []
        async for part in self.assistant.go_on(request, self.tools, said):
            if isinstance(part, ToolCall):
                calls.append(part)
            else:
                words.append(part)
        return Answer("".join(words), tuple(calls))

    async def get(self, *texts: str, state: ToolState = ToolState.SUCCEEDED) -> Answer:
        """Let the tools of the last step return these texts; return the next step."""
        calls = self.turns[-1].steps[-1].calls
        return await self.give(
            [
                ToolResult(call_id=call.id, state=state, text=text)
                for call, text in zip(calls, texts, strict=True)
            ]
        )

    async def give(self, results: Sequence[ToolResult]) -> Answer:
        """Take the results of the last step; return the next step."""
        turn = self.turns[-1]
        last = turn.steps[-1].model_copy(update={"results": tuple(results)})
        self.turns[-1] = turn.model_copy(update={"steps": (*turn.steps[:-1], last)})
        return await self.step()
