import asyncio

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST

from convonet.db.passwords import WAITING_MAX, Verdict, hash_password, verify_password
from convonet.errors import Unavailable

CHEAP = PasswordHasher.from_parameters(CHEAPEST)


async def test_a_password_is_right_however_it_was_composed() -> None:
    stored = await hash_password("Zoe\u0308 Ångström")
    assert await verify_password(stored, "Zoë A\u030angstro\u0308m") == Verdict(right=True)
    assert await verify_password(stored, "Zoe Angstrom") == Verdict(right=False)


async def test_a_hash_of_another_cost_is_replaced_when_the_password_is_right() -> None:
    stored = CHEAP.hash("a password")
    assert await verify_password(stored, "b password") == Verdict(right=False)
    verdict = await verify_password(stored, "a password")
    assert verdict.right
    assert verdict.fresh_hash is not None
    assert await verify_password(verdict.fresh_hash, "a password") == Verdict(right=True)


@pytest.mark.parametrize("stored", [None, "-", "$argon2id$nonsense"])
async def test_nobody_has_a_password_where_there_is_none(stored: str | None) -> None:
    assert await verify_password(stored, "-") == Verdict(right=False)


async def test_of_too_many_at_once_some_are_sent_away() -> None:
    stored = CHEAP.hash("a password")
    answers = await asyncio.gather(
        *(verify_password(stored, "another") for _ in range(WAITING_MAX + 3)),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers[WAITING_MAX:]] == [Unavailable] * 3
    assert set(answers[:WAITING_MAX]) == {Verdict(right=False)}
