from convonet.redis.client import Redis
from tests.api.client import calling
from tests.api.edge import Edge
from tests.api.inbound import arrived, control_of


async def test_nobody_types_faster_than_a_conversation_can_take_turns(
    edge: Edge, pin: str, redis: Redis
) -> None:
    async with calling(edge.voice_url) as caller:
        _, call_id = await caller.begin(pin)
        for number in range(60):
            await caller.say(type="text", text=str(number))
        await caller.expect_error("too_many_messages")
        await caller.say(type="hangup")
        await control_of(redis, call_id, "hangup")
    controls = (await arrived(redis, call_id)).controls
    typed = [control["text"] for control in controls if control["type"] == "text"]
    assert typed[:10] == [str(number) for number in range(10)]
    assert len(typed) < 50
