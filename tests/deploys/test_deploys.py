"""New code comes in the middle of a call; the caller hears every word once."""

import pytest

from temporal.deployments import Deployments
from tests.deploys.checkout import SIGNATURE, Checkout
from tests.deploys.conftest import Deployed
from tests.providers.anthropic_replies import Reply

LIMIT_S = 180.0
"""For what takes a process to start, however busy the machine is."""

pytestmark = pytest.mark.timeout(600)


async def test_a_call_ends_on_the_build_it_began_with_while_new_ones_begin_on_the_new(
    deployed: Deployed, tmp_path_factory: pytest.TempPathFactory
) -> None:
    newer = Checkout(tmp_path_factory.mktemp("newer") / "checkout")
    newer.sign_turns()
    claude = deployed.providers.claude
    old_build, new_build = deployed.checkout.build_id, newer.build_id
    async with deployed.beside(newer):
        async with deployed.ground.call() as old:
            claude.replies.append(Reply("Said before the deploy."))
            await old.type("first")
            await old.heard_out("t1")
            await Deployments(deployed.temporal).promote(new_build, LIMIT_S)

            async with deployed.ground.call() as young:
                claude.replies.append(Reply("Said after the deploy."))
                await young.type("hello")
                await young.until("reply", text=SIGNATURE)

            claude.replies.append(Reply("Still the same."))
            await old.type("second")
            await old.heard_out("t2")
            code, output = await deployed.deploy("drain", old_build)
            assert code == 1
            assert "1 call still runs" in output
        assert old.line.ended == "hangup"
        assert old.replies("t1")[-1] == "Said before the deploy."
        assert old.replies("t2")[-1] == "Still the same."
        assert await deployed.builds_of(old) == {old_build}
        assert await deployed.builds_of(young) == {new_build}
        code, output = await deployed.deploy("drain", old_build, "--wait", "120")
        assert code == 0, output
        code, output = await deployed.deploy("promote", old_build)
        assert code == 0, output


async def test_a_call_whose_build_is_gone_goes_on_with_one_that_decides_the_same(
    deployed: Deployed,
) -> None:
    async with deployed.ground.call() as call:
        deployed.providers.claude.replies.append(Reply("Said before the upgrade."))
        await call.type("first")
        await call.heard_out("t1")
        before = await deployed.build_of(call)
        deployed.checkout.reword()
        deployed.instance.kill("conversation-worker")
        deployed.providers.claude.replies.append(Reply("Said after it."))
        await call.type("second")
        await call.heard_out("t2")
        assert await deployed.build_of(call) != before
    assert call.replies("t2").count("Said after it.") == 1
    assert call.line.ended == "hangup"


async def test_a_call_that_no_build_can_go_on_with_ends_with_a_word_and_a_record(
    deployed: Deployed,
) -> None:
    async with deployed.ground.call() as call:
        for turn_id in ("t1", "t2"):
            deployed.providers.claude.replies.append(Reply("Said before the upgrade."))
            await call.type("hello")
            await call.heard_out(turn_id)
        deployed.checkout.sign_turns()
        deployed.instance.kill("conversation-worker")
        assert await call.line.wait_for(lambda: bool(call.line.ended), LIMIT_S)
        assert call.line.ended == "error"
    rows = await deployed.ground.rows_until(
        1,
        "select end_reason from conversations where call_id = :id and ended_at is not null",
        id=call.line.call_id,
    )
    assert [row.end_reason for row in rows] == ["error"]
    async with deployed.ground.call() as call:
        deployed.providers.claude.replies.append(Reply("Hello."))
        await call.type("hello")
        await call.until("reply", text=SIGNATURE)
