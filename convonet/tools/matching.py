"""Finds the one thing somebody means by a name said from memory."""

import re
from collections.abc import Callable, Sequence
from typing import Final, Literal, TypeVar
from uuid import UUID

from rapidfuzz import fuzz

from convonet.errors import Conflict, NotFound
from convonet.spoken_names import sounds_like

T = TypeVar("T")
By = Literal["spelling", "sound", "exactness"]

_SURE: Final = 82
"""A score (0 to 100) from which a name is taken for the thing, if nothing else comes close."""
_CLOSE: Final = 5
"""A second one within this many points makes it unclear."""
_EXACT: Final = 100 + _CLOSE
"""The exact name beats everything that merely contains it, and by enough to be clear."""
_NEAR: Final = 75
"""A score from which a search shows a name."""
_SAME_SOUND: Final = 88
_MAYBE: Final = 55
_AT_MOST: Final = 3

_FILLERS: Final = re.compile(
    r"^(the|my|our|a|an|about|called|named|to)\s+"
    r"|\s+(todos?|to[ -]dos?|tasks?|items?|reminders?|team)$"
)


def normal(name: str) -> str:
    """Return the name without case, punctuation, or the words around it ("the ... todo")."""
    words = " ".join(re.findall(r"\w+", name.casefold()))
    while (shorter := _FILLERS.sub("", words)) != words and shorter:
        words = shorter
    return words


def as_id(said: str) -> UUID | None:
    """Return the id, when what was said is one."""
    try:
        return UUID(said.strip())
    except ValueError:
        return None


def pick(
    said: str,
    things: Sequence[T],
    name: Callable[[T], str],
    kind: str,
    tell: Callable[[T], str] | None = None,
    by: By = "spelling",
) -> T:
    """Return the thing whose name is closest to what was said.

    Args:
        said: the name as the caller said it.
        things: what there is to choose from.
        name: what a thing is called.
        kind: what such things are called, in the singular ("todo").
        tell: how to tell a thing from others of its name, for the messages; else `name`.
        by: what makes a name close: its spelling; also its sound; or nothing, it must be exact.

    Raises:
        NotFound: nothing is close enough; the message names what is nearest.
        Conflict: several are as close; the message names them.
    """
    tell = tell or name
    wanted = normal(said)
    scored = sorted(
        ((_score(wanted, normal(name(thing)), by), thing) for thing in things),
        key=lambda pair: pair[0],
        reverse=True,
    )
    best = scored[0][0] if scored else 0
    if best < (_EXACT if by == "exactness" else _SURE):
        near = [tell(thing) for score, thing in scored[:_AT_MOST] if score >= _MAYBE]
        hint = f" Did you mean {_either(near)}?" if near else ""
        raise NotFound(f"I couldn't find a {kind} called {said.strip()!r}.{hint}")
    rivals = [thing for score, thing in scored if score > best - _CLOSE]
    if len(rivals) > 1:
        names = [tell(thing) for thing in rivals[:_AT_MOST]]
        raise Conflict(f"There are {len(rivals)} {kind}s like that: {_either(names)}. Which one?")
    return rivals[0]


def near(said: str, things: Sequence[T], name: Callable[[T], str]) -> list[T]:
    """Return the things whose names come near what was said, by spelling or sound, best first."""
    wanted = normal(said)
    scored = [(_score(wanted, normal(name(thing)), "sound"), thing) for thing in things]
    scored.sort(key=lambda pair: pair[0], reverse=True)
    return [thing for score, thing in scored if score >= _NEAR]


def _score(wanted: str, name: str, by: By) -> float:
    if wanted == name:
        return _EXACT
    spelling = fuzz.WRatio(wanted, name)
    if by == "sound" and sounds_like(wanted, name):
        return max(spelling, _SAME_SOUND)
    return spelling


def _either(names: Sequence[str]) -> str:
    quoted = [f'"{name}"' for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
