"""Every table. Import from here, so that the metadata is whole."""

from convonet.db.models.calls import CallRecording, Conversation, SpokenTurn, ToolEffect
from convonet.db.models.people import (
    GLOBAL_ROLES,
    ROLES,
    GlobalRole,
    Membership,
    Role,
    Team,
    User,
)
from convonet.db.models.table import Table
from convonet.db.models.tasks import LEVELS, CalendarEvent, Level, Reminder, Todo

__all__ = [
    "GLOBAL_ROLES",
    "LEVELS",
    "ROLES",
    "CalendarEvent",
    "CallRecording",
    "Conversation",
    "GlobalRole",
    "Level",
    "Membership",
    "Reminder",
    "Role",
    "SpokenTurn",
    "Table",
    "Team",
    "Todo",
    "ToolEffect",
    "User",
]
