import json
import logging
from contextlib import AsyncExitStack

import pytest
from websockets.exceptions import InvalidStatus

from api.voice.signing_in import ATTEMPTS_PER_CONNECTION
from convonet.redis.limits import CONNECTIONS_PER_ADDRESS, WRONG_PER_WINDOW
from tests.api.client import calling, new_address
from tests.api.edge import Backing, Edge, running_edge

WRONG = "0000"


async def test_a_connection_is_asked_who_it_is(edge: Edge) -> None:
    async with calling(edge.voice_url) as caller:
        await caller.expect("authentication_required", attempts_left=ATTEMPTS_PER_CONNECTION)


async def test_the_right_pin_opens_a_session_with_a_name(edge: Edge, pin: str) -> None:
    async with calling(edge.voice_url) as caller:
        await caller.expect("authentication_required")
        await caller.say(type="authenticate", pin=pin)
        signed_in = await caller.expect("authenticated")
    assert len(str(signed_in["session_id"])) >= 32
    assert isinstance(signed_in["user"], dict)
    assert signed_in["user"]["name"] == "Ada"


async def test_wrong_pins_are_counted_down_and_then_cut_off(edge: Edge) -> None:
    async with calling(edge.voice_url) as caller:
        await caller.expect("authentication_required")
        for left in (4, 3, 2, 1, 0):
            await caller.say(type="authenticate", pin=WRONG)
            await caller.expect("authentication_failed", attempts_left=left, retry_after_s=0)
        await caller.expect_error("too_many_attempts")
        code, reason = await caller.closed()
    assert code == 1008
    assert reason.startswith("too_many_attempts")


async def test_an_address_is_locked_out_over_all_its_connections_and_told_for_how_long(
    edge: Edge, other_edge: Edge, pin: str
) -> None:
    address = new_address()
    for url in (edge.voice_url, other_edge.voice_url, edge.voice_url):
        async with calling(url, address=address) as caller:
            for _ in range(ATTEMPTS_PER_CONNECTION):
                await caller.say(type="authenticate", pin=WRONG)
            await caller.closed()
    async with calling(edge.voice_url, address=address) as caller:
        await caller.expect("authentication_required", attempts_left=0)
        await caller.say(type="authenticate", pin=pin)
        refused = await caller.expect("authentication_failed", attempts_left=0)
        assert isinstance(refused["retry_after_s"], int)
        assert 540 <= refused["retry_after_s"] <= 600
    assert ATTEMPTS_PER_CONNECTION * 3 == WRONG_PER_WINDOW


async def test_right_pins_use_up_nothing(edge: Edge, pin: str) -> None:
    address = new_address()
    for _ in range(WRONG_PER_WINDOW + 1):
        async with calling(edge.voice_url, address=address) as caller:
            await caller.sign_in(pin)


@pytest.mark.parametrize("bad", ["123", "1234567", "12a4", "", "\u0661\u0662\u0663\u0664"])
async def test_a_pin_of_the_wrong_form_is_explained_and_not_counted(edge: Edge, bad: str) -> None:
    async with calling(edge.voice_url) as caller:
        await caller.expect("authentication_required")
        await caller.say(type="authenticate", pin=bad)
        await caller.expect_error("bad_message")
        await caller.say(type="authenticate", pin=WRONG)
        await caller.expect("authentication_failed", attempts_left=4)


async def test_pins_appear_in_no_log_and_no_answer(
    edge: Edge, pin: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="api"):
        async with calling(edge.voice_url) as caller:
            await caller.expect("authentication_required")
            answers: list[str] = []
            tried = ("424242", pin, "424243x")
            for attempt in tried:
                await caller.say(type="authenticate", pin=attempt)
                answers.append(json.dumps((await caller.hear()).message))
    told = caplog.text + "".join(answers)
    assert [attempt for attempt in tried if attempt in told] == []


async def test_nothing_but_signing_in_is_possible_before_it(edge: Edge) -> None:
    async with calling(edge.voice_url) as caller:
        await caller.expect("authentication_required")
        await caller.say(type="start")
        await caller.expect_error("not_authenticated")
        await caller.say(type="text", text="hello")
        await caller.expect_error("not_started")
        await caller.socket.send(b"\x00" * 640)
        await caller.expect_error("not_started")
        await caller.say(type="ping", t=7)
        await caller.expect("pong", t=7)


async def test_pages_of_other_hosts_are_turned_away(edge: Edge) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with calling(edge.voice_url, origin="https://elsewhere.example"):
            pass
    assert refused.value.response.status_code == 403
    assert json.loads(refused.value.response.body)["code"] == "origin_not_allowed"


async def test_our_own_pages_and_allowed_origins_get_in(backing: Backing, edge: Edge) -> None:
    async with calling(edge.voice_url, origin=edge.http_url) as caller:
        await caller.expect("authentication_required")
    partner = "https://partner.example"
    async with (
        running_edge(backing, convonet_allowed_origins=partner) as open_to,
        calling(open_to.voice_url, origin=partner) as caller,
    ):
        await caller.expect("authentication_required")


async def test_an_address_may_have_many_connections_but_not_any_number(edge: Edge) -> None:
    address = new_address()
    async with calling(edge.voice_url, address=address) as first:
        await first.expect("authentication_required")
        async with AsyncExitStack() as others:
            for _ in range(CONNECTIONS_PER_ADDRESS - 1):
                other = await others.enter_async_context(calling(edge.voice_url, address=address))
                await other.expect("authentication_required")
            async with calling(edge.voice_url, address=address) as one_more:
                await one_more.expect_error("too_many_connections")
                assert (await one_more.closed())[0] == 1008
    async with calling(edge.voice_url, address=address) as later:
        await later.expect("authentication_required")
