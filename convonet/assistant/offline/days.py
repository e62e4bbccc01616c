"""Calendar arithmetic behind the days people name."""

from calendar import monthrange
from datetime import date, timedelta

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


def weekday_number(name: str) -> int:
    """Return 0 for `monday`, `mon`; a name must begin like a weekday's."""
    return next(number for number, day in enumerate(WEEKDAYS) if day.startswith(name[:3]))


def month_number(name: str) -> int:
    """Return 1 for `january`, `jan`; a name must begin like a month's."""
    return next(number for number, month in enumerate(MONTHS, 1) if month.startswith(name[:3]))


def valid_date(year: int, month: int, day: int) -> date | None:
    """Return the date, or None where there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later, or the last of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def coming_weekday(today: date, name: str, which: str = "") -> date:
    """Return the coming day of that name, never today.

    `next` is the one in next week (Monday to Sunday), `last` the one before today.
    """
    number = weekday_number(name)
    if which == "next":
        return today - timedelta(days=today.weekday()) + timedelta(days=7 + number)
    if which == "last":
        return today - timedelta(days=(today.weekday() - number - 1) % 7 + 1)
    return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)


def yearly(today: date, month: int, day: int) -> date | None:
    """Return the coming such day, today included; None where there is none."""
    candidates = (valid_date(today.year + ahead, month, day) for ahead in range(5))
    return next((found for found in candidates if found is not None and found >= today), None)


def day_of_month(today: date, number: int, weekday: str = "") -> date | None:
    """Return the coming such day of a month, on `weekday` if one is given.

    A weekday has to fit within two months: further off it is more likely a slip.
    """
    for ahead in range(3):
        month = add_months(today.replace(day=1), ahead)
        found = valid_date(month.year, month.month, number)
        if found is None or found < today:
            continue
        if not weekday or found.weekday() == weekday_number(weekday):
            return found
    return None


def nth_weekday(first: date, name: str, place: int) -> date | None:
    """Return the `place`-th such weekday (0 the first, -1 the last) of `first`'s month."""
    days = [
        first.replace(day=number)
        for number in range(1, monthrange(first.year, first.month)[1] + 1)
        if first.replace(day=number).weekday() == weekday_number(name)
    ]
    return days[place] if -len(days) <= place < len(days) else None


def end_of(today: date, unit: str, ahead: int) -> date:
    """Return the last day (of a week: Friday) of the unit `ahead` from now."""
    if unit == "week":
        friday = today + timedelta(days=4 - today.weekday() + 7 * ahead)
        return friday if friday >= today else friday + timedelta(days=7)
    if unit == "month":
        return add_months(today.replace(day=1), ahead + 1) - timedelta(days=1)
    return date(today.year + ahead, 12, 31)


def start_of(today: date, unit: str, ahead: int) -> date:
    """Return the first day of the unit `ahead` from now."""
    if unit == "week":
        return today - timedelta(days=today.weekday()) + timedelta(days=7 * ahead)
    if unit == "month":
        return add_months(today.replace(day=1), ahead)
    return date(today.year + ahead, 1, 1)
