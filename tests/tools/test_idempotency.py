import asyncio
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from convonet.contracts.assistant import CallTool, ToolState
from convonet.db.engine import Sessions, transaction
from convonet.db.models import Todo, ToolEffect
from convonet.tools.host import ToolHost
from tests.db.people import add_user, caller
from tests.tools.calls import Client, tool_call


async def count_todos(sessions: Sessions, request: CallTool) -> int:
    query = select(func.count()).where(Todo.creator_id == request.caller.user_id)
    async with transaction(sessions) as session:
        return await session.scalar(query) or 0


async def test_repeats_at_the_same_time_make_one_change_and_get_one_answer(
    host: ToolHost, sessions: Sessions
) -> None:
    ada = await caller(sessions, await add_user(sessions))
    request = tool_call(ada, "create_todo", arguments={"title": "Once"})
    results = await asyncio.gather(*(host.call(request) for _ in range(8)))
    assert {result.state for result in results} == {ToolState.SUCCEEDED}
    assert len({result.text for result in results}) == 1
    assert await count_todos(sessions, request) == 1


async def test_a_failed_change_leaves_its_key_free(host: ToolHost, sessions: Sessions) -> None:
    ada = Client(host, await caller(sessions, await add_user(sessions)))
    request = tool_call(ada.caller, "complete_todo", arguments={"title": "Buy milk"})
    assert (await host.call(request)).state is ToolState.FAILED
    await ada.says("create_todo", title="Buy milk")
    assert (await host.call(request)).state is ToolState.SUCCEEDED


async def test_a_key_of_somebody_else_gives_nothing_away(
    host: ToolHost, sessions: Sessions
) -> None:
    ada = await caller(sessions, await add_user(sessions, "Ada"))
    eve = await caller(sessions, await add_user(sessions, "Eve"))
    request = tool_call(ada, "create_todo", arguments={"title": "Secret"})
    assert (await host.call(request)).state is ToolState.SUCCEEDED
    stolen = request.model_copy(update={"caller": eve})
    answer = await host.call(stolen)
    assert answer.state is ToolState.FAILED
    assert "Secret" not in answer.text
    assert await count_todos(sessions, stolen) == 0


async def test_the_change_is_noted_with_its_call(host: ToolHost, sessions: Sessions) -> None:
    ada = await caller(sessions, await add_user(sessions))
    request = tool_call(ada, "create_todo", call_id=uuid4().hex, arguments={"title": "Noted"})
    await host.call(request)
    async with transaction(sessions) as session:
        effect = await session.get_one(ToolEffect, request.idempotency_key)
    assert (effect.call_id, effect.turn_id) == (request.call_id, "turn")
    assert (effect.tool, effect.arguments) == ("create_todo", {"title": "Noted"})
    assert effect.user_id == ada.user_id


async def call_and_perhaps_give_up(host: ToolHost, request: CallTool, patience: int | None) -> None:
    """Call; with patience, cancel the call after that many turns of the event loop."""
    task = asyncio.create_task(host.call(request))
    if patience is not None:
        for _ in range(patience):
            await asyncio.sleep(0)
        task.cancel()
    await asyncio.wait({task})


CALLS = st.tuples(st.sampled_from("abc"), st.none() | st.integers(min_value=0, max_value=40))


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(bursts=st.lists(st.lists(CALLS, min_size=1, max_size=5), min_size=1, max_size=4))
async def test_any_interleaving_of_repeats_makes_exactly_one_change_for_each_key(
    host: ToolHost, sessions: Sessions, bursts: list[list[tuple[str, int | None]]]
) -> None:
    ada = await caller(sessions, await add_user(sessions))
    run = uuid4().hex
    requests = {
        key: tool_call(ada, "create_todo", key=f"{run}:{key}", arguments={"title": f"Todo {key}"})
        for key in sorted({key for burst in bursts for key, _ in burst})
    }
    for burst in bursts:
        calls = [call_and_perhaps_give_up(host, requests[key], patience) for key, patience in burst]
        await asyncio.gather(*calls)
    last = [await host.call(request) for request in requests.values()]
    assert {result.state for result in last} == {ToolState.SUCCEEDED}
    assert await count_todos(sessions, requests[bursts[0][0][0]]) == len(requests)
