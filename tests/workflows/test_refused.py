import pytest

from tests.workflows.deployment import Deployment
from tests.workflows.script import Script


@pytest.mark.parametrize("name", ["open_conversation", "save_turn", "close_conversation"])
async def test_a_database_that_refuses_for_good_holds_up_neither_the_call_nor_its_end(
    convonet: Deployment, name: str
) -> None:
    script = Script(refused={name})
    call = await convonet.start(script)
    for turn_id in ("t1", "t2"):
        await call.say("Hello")
        await call.answered(turn_id)
        await call.hear(turn_id, "Yes.")
    await call.hang_up()
    assert (await call.result()).reason == "hangup"
    assert len(script.told) == 1
