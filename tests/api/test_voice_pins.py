"""A voice PIN is set by hand, and used to sign in to calls."""

import logging
import re
import secrets

import httpx
import pytest

from convonet.accounts.allowances import PINS_OF_ACCOUNT, pin_counts
from convonet.accounts.pins import check_pin
from convonet.accounts.refusals import TrivialPin
from convonet.redis.client import Redis
from convonet.redis.limits import WRONG_PER_WINDOW, SignInLimits
from convonet.redis.tries import Tries
from tests.api.accounts import Somebody, code_of
from tests.api.client import calling
from tests.api.edge import Edge
from tests.db.people import new_pin


def some_pin() -> str:
    """Return a PIN that nobody has and that is not trivial."""
    while True:
        pin = new_pin()
        try:
            check_pin(pin)
        except TrivialPin:
            continue
        return pin


def found(secret: str, text: str) -> bool:
    """Tell whether a secret stands there by itself: six digits are in many a number."""
    return re.search(rf"(?<![\w.:-]){re.escape(secret)}(?![\w.:-])", text) is not None


async def test_a_new_pin_signs_in_to_calls(edge: Edge, ada: Somebody) -> None:
    pin = some_pin()
    answer = await ada.set_pin(pin)
    assert answer.json()["voice_pin_set"] is True
    async with calling(edge.voice_url) as caller:
        await caller.expect("authentication_required")
        await caller.say(type="authenticate", pin=pin)
        signed_in = await caller.expect("authenticated")
    assert isinstance(signed_in["user"], dict)
    assert signed_in["user"]["id"] == str(ada.user_id)
    assert (await ada.set_pin(pin)).status_code == 200
    assert (await ada.set_pin(None)).json()["voice_pin_set"] is False


async def test_of_a_pin_somebody_has_one_hears_only_to_choose_another(
    ada: Somebody, bob: Somebody
) -> None:
    pin = some_pin()
    await ada.set_pin(pin)
    refused = await bob.set_pin(pin)
    assert code_of(refused) == (409, "pin_not_available")
    assert refused.json()["detail"] == "choose another PIN"
    assert (await bob.profile()).json()["voice_pin_set"] is False


@pytest.mark.parametrize("pin", ["1234", "0000", "1987", "123123"])
async def test_a_trivial_pin_is_refused(ada: Somebody, pin: str) -> None:
    answer = await ada.set_pin(pin)
    assert code_of(answer) == (422, "trivial_pin")
    assert pin not in answer.text


@pytest.mark.parametrize(
    "pin", ["123", "1234567", "12a4", "", "\u0661\u0662\u0663\u0664", "\ud800234"]
)
async def test_a_pin_of_the_wrong_form_is_refused(ada: Somebody, pin: str) -> None:
    assert code_of(await ada.set_pin(pin)) == (422, "invalid")


async def test_other_peoples_pins_cannot_be_found_by_setting_them(
    ada: Somebody, redis: Redis
) -> None:
    for _ in range(PINS_OF_ACCOUNT[0].most - 1):
        await Tries(redis).take(pin_counts(ada.user_id))
    assert (await ada.set_pin(some_pin())).status_code == 200
    refused = await ada.set_pin(some_pin())
    assert code_of(refused) == (429, "too_many_tries")
    assert int(refused.headers["Retry-After"]) > 0


async def test_a_new_pin_counts_as_a_try_of_its_address(ada: Somebody, redis: Redis) -> None:
    limits = SignInLimits(redis)
    await ada.set_pin(some_pin())
    assert (await limits.look(ada.counted_as)).left == WRONG_PER_WINDOW - 1
    tries = [await limits.take(ada.counted_as) for _ in range(WRONG_PER_WINDOW - 1)]
    assert code_of(await ada.set_pin(some_pin())) == (429, "too_many_tries")
    for one in tries:  # They would be a rush for the tests that follow.
        await limits.forgive(ada.counted_as, one)


async def test_nothing_secret_is_logged_or_kept_readable(
    http: httpx.AsyncClient, redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    ada, pin, password = Somebody(http), some_pin(), f"secret {secrets.token_hex(8)}"
    with caplog.at_level(logging.DEBUG):
        await ada.register(password=password)
        await ada.refresh()
        answers = [
            await ada.elsewhere().login(f"{password}?"),
            await ada.change_password(f"{password}?", password),
            await ada.set_pin(pin),
            await ada.set_pin(f"{pin}7"),
            await ada.ask("PUT", "password", {"current_password": [password]}),
        ]
    shown = "".join(answer.text for answer in answers)
    for secret in (password, pin, ada.access_token, ada.refresh_token):
        assert not found(secret, caplog.text)
        assert not found(secret, shown)
    user_id = (await ada.profile()).json()["id"]
    kept = [await redis.get(key) for key in await redis.keys(f"sign-in:*{user_id}*")]
    assert kept
    assert ada.refresh_token not in str(kept)
