"""How busy a running Convonet is, as its voice worker counts and its commands tell it."""

from convonet.embedded.addresses import of_running
from convonet.redis.client import connect
from convonet.settings import Settings
from tests.calls.placing import LIMIT_S, Ground
from tests.eventually import eventually


async def test_a_call_counts_while_it_lasts_and_how_many_fit_is_told(offline: Ground) -> None:
    home = {"convonet_home": offline.instance.home}
    url = of_running(Settings.model_validate(home)).redis_url
    assert url is not None
    async with connect(url.get_secret_value()) as redis:

        async def counts(call_id: str) -> bool:
            return await redis.zscore("admission:{all}:calls", call_id) is not None

        async with offline.call() as call:
            call_id = call.line.call_id
            assert await counts(call_id)

        async def counts_no_more() -> bool:
            return not await counts(call_id)

        await eventually(counts_no_more, LIMIT_S)
        assert await redis.zcard("admission:{all}:workers")
    code, output = await offline.command("calls", "now")
    assert code == 0
    assert "calls under way, 1000 fit" in output
