from convonet.contracts.voice import Audio, CallEnded, Clear, Reply, ServerMessage
from convonet.redis.calls import CallStreams, Emission
from convonet.redis.client import Redis
from convonet.redis.sessions import digest
from tests.api.client import calling
from tests.api.edge import Backing, Edge, running_edge
from tests.api.inbound import arrived, control_of


def spoken(turn_id: str, byte: int, ms: int = 20) -> Emission:
    return Audio(turn_id=turn_id, ms=ms), bytes([byte]) * (48 * ms)


def told(message: ServerMessage) -> Emission:
    return message, b""


async def test_a_call_begins_with_its_workflow_and_tells_where_to_see_it(
    edge: Edge, pin: str, streams: CallStreams
) -> None:
    async with calling(edge.voice_url) as caller:
        session_id = await caller.sign_in(pin)
        await caller.say(
            type="start", output_sample_rate=16_000, greet=True, time_zone="Europe/Berlin"
        )
        started = await caller.expect("call_started")
    call_id = str(started["call_id"])
    opening = edge.conversations.begun[-1]
    assert opening.call_id == call_id
    assert (opening.output_sample_rate, opening.greet) == (16_000, True)
    assert (opening.caller.name, opening.caller.time_zone) == ("Ada", "Europe/Berlin")
    assert started["workflow_id"] == f"conversation-{call_id}"
    assert str(started["workflow_url"]).endswith(f"/workflows/conversation-{call_id}")
    meta = await streams.meta(call_id)
    assert meta is not None
    assert meta.session_digest == digest(session_id)


async def test_an_invented_time_zone_leaves_the_callers_own(edge: Edge, pin: str) -> None:
    async with calling(edge.voice_url) as caller:
        await caller.sign_in(pin)
        await caller.start(time_zone="../../etc/passwd")
    assert edge.conversations.begun[-1].caller.time_zone == "UTC"


async def test_what_the_caller_orders_reaches_the_media_session_in_order(
    edge: Edge, pin: str, redis: Redis
) -> None:
    async with calling(edge.voice_url) as caller:
        _, call_id = await caller.begin(pin)
        await caller.say(type="text", text="  hello\u0000 there ")
        await caller.say(type="played", turn_id="t1", ms=120)
        await caller.say(type="transfer", department="support")
        await caller.say(type="transfer")
        await caller.say(type="hangup")
        await control_of(redis, call_id, "hangup")
    controls = (await arrived(redis, call_id)).controls
    assert controls[:6] == [
        {"type": "connected"},
        {"type": "text", "text": "hello there"},
        {"type": "played", "turn_id": "t1", "ms": 120},
        {"type": "transfer", "department": "support"},
        {"type": "transfer"},
        {"type": "hangup"},
    ]


async def test_what_the_media_session_says_reaches_the_caller_whole_and_in_order(
    edge: Edge, pin: str, streams: CallStreams
) -> None:
    async with calling(edge.voice_url) as caller:
        _, call_id = await caller.begin(pin)
        await streams.emit(
            call_id, [told(Reply(turn_id="t1", text="Hi.", final=True)), spoken("t1", 1)]
        )
        await caller.expect("reply", turn_id="t1", text="Hi.", final=True)
        heard = await caller.hear()
        assert (heard.type, heard.audio) == ("audio", b"\x01" * 960)
        await caller.say(type="ping", t=1.5)
        await caller.expect("pong", t=1.5)


async def test_after_a_call_the_connection_may_begin_another(
    edge: Edge, pin: str, streams: CallStreams
) -> None:
    async with calling(edge.voice_url) as caller:
        _, first = await caller.begin(pin)
        await caller.say(type="start")
        await caller.expect_error("call_in_progress")
        await streams.emit(first, [told(CallEnded(reason="goodbye"))])
        await caller.expect("call_ended", reason="goodbye")
        await caller.say(type="text", text="too late")
        await caller.expect_error("not_started")
        assert await caller.start() != first


async def test_a_call_that_temporal_cannot_take_now_can_be_started_again(
    edge: Edge, pin: str
) -> None:
    async with calling(edge.voice_url) as caller:
        await caller.sign_in(pin)
        edge.conversations.away = True
        await caller.say(type="start")
        await caller.expect_error("unavailable")
        edge.conversations.away = False
        await caller.start()


async def test_the_media_session_learns_that_the_client_came_and_went(
    edge: Edge, pin: str, redis: Redis, streams: CallStreams
) -> None:
    async with calling(edge.voice_url) as caller:
        _, call_id = await caller.begin(pin)
        await control_of(redis, call_id, "connected")
        assert await streams.client(call_id) is not None
    await control_of(redis, call_id, "disconnected")
    assert await streams.client(call_id) is None


async def test_audio_that_was_cleared_before_it_was_sent_goes_out_silent(
    edge: Edge, pin: str, streams: CallStreams
) -> None:
    async with calling(edge.voice_url) as caller:
        session_id, call_id = await caller.begin(pin)
        last_seq = caller.seq
    said = [spoken("t1", 1), spoken("t1", 2), told(Clear(turn_id="t1")), spoken("t2", 3)]
    await streams.emit(call_id, said)
    async with calling(edge.voice_url) as caller:
        await caller.resume_after_greeting(session_id, call_id, last_seq)
        for _ in range(2):
            heard = await caller.hear()
            assert (heard.message["ms"], heard.audio) == (0, b"")
        await caller.expect("clear", turn_id="t1")
        assert (await caller.hear()).audio == b"\x03" * 960
        await caller.expect("call_started", call_id=call_id)


async def test_a_server_that_goes_away_says_so_and_the_call_goes_on_elsewhere(
    backing: Backing, edge: Edge, pin: str, streams: CallStreams
) -> None:
    async with (
        running_edge(backing) as leaving,
        calling(leaving.voice_url) as idle,
        calling(leaving.voice_url) as caller,
    ):
        await idle.expect("authentication_required")
        session_id, call_id = await caller.begin(pin)
        leaving.server.should_exit = True
        await caller.expect_error("going_away")
        assert (await caller.closed())[0] == 1012
        await idle.expect_error("going_away")
        last_seq = caller.seq
    await streams.emit(call_id, [spoken("t1", 1)])
    async with calling(edge.voice_url) as caller:
        await caller.resume_after_greeting(session_id, call_id, last_seq)
        assert (await caller.hear()).audio == b"\x01" * 960
        await caller.expect("call_started", call_id=call_id)
