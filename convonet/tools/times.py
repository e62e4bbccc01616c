"""Dates as the model writes them, and as a voice says them."""

from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from convonet.errors import Invalid

END_OF_DAY: Final = time(23, 59)
"""When something due on a day, at no time in particular, is due."""

YEARS: Final = range(1970, 2200)
"""Years in which a date may lie."""
_SOON_DAYS: Final = 7


def zone_named(name: str) -> ZoneInfo:
    """Return the IANA zone, or UTC where the name is none: a caller's page may send anything."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def parse_when(text: str, zone: ZoneInfo, *, without_time: time) -> datetime:
    """Return the moment (UTC) an ISO 8601 date or date and time names.

    Without an offset it is the caller's local time; without a time, `without_time` of that day.

    Raises:
        Invalid: it is not ISO 8601; the message says what would be.
    """
    text = text.strip()
    try:
        local = _parse_local(text, without_time)
    except ValueError:
        raise Invalid(
            f"{text!r} is no date I can use; write ISO 8601, such as 2026-03-14T15:00 or 2026-03-14"
        ) from None
    if local.year not in YEARS:
        raise Invalid(f"the year {local.year} is out of range")
    return (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC)


def _parse_local(text: str, without_time: time) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), without_time)
    except ValueError:
        return datetime.fromisoformat(text)


def iso_local(moment: datetime, zone: ZoneInfo) -> str:
    """Return the moment in ISO 8601 with the offset of the caller's zone."""
    return moment.astimezone(zone).isoformat()


def speak_moment(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return the moment as said in passing: "tomorrow at 2 PM", "on March 3 at noon"."""
    local = moment.astimezone(zone)
    day = speak_day(local.date(), now.astimezone(zone).date())
    if (local.hour, local.minute) == (END_OF_DAY.hour, END_OF_DAY.minute):
        return day
    return f"{day} at {speak_time(local)}"


def speak_day(day: date, today: date) -> str:
    """Return "tomorrow", "on Friday", "on Friday, November 27"."""
    away = (day - today).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    if away in near:
        return near[away]
    if 0 < away < _SOON_DAYS:
        return f"on {day:%A}"
    this_year = day.year == today.year
    weekday = f"{day:%A}, " if abs(away) < 2 * _SOON_DAYS else ""
    return f"on {weekday}{day:%B} {day.day}" + ("" if this_year else f", {day.year}")


def speak_time(local: datetime) -> str:
    """Return "2 PM", "9:30 AM", "noon", "midnight"."""
    if local.minute == 0 and local.hour % 12 == 0:
        return "noon" if local.hour else "midnight"
    minutes = f":{local:%M}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes} {'AM' if local.hour < 12 else 'PM'}"  # noqa: PLR2004
