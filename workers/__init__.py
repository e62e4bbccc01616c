"""Processes that run workflows and activities: one kind per task queue."""

import asyncio
import logging
import signal
from contextlib import AsyncExitStack

from temporalio.client import Client

from convonet import logs
from convonet.errors import Invalid
from convonet.settings import Settings, settings
from convonet.startup import at_full_speed, our_turn
from temporal.client import connect

_log = logging.getLogger(__name__)

_CONNECT_EVERY_S = 0.5


async def run(kind: str) -> None:
    """Run the `voice` or the `conversation` worker until SIGTERM or SIGINT.

    Raises:
        Invalid: there is no such kind.
        SettingsError: a setting is missing or malformed.
    """
    if kind not in ("voice", "conversation"):
        raise Invalid(f"no worker of the kind {kind!r}; there are: voice, conversation")
    chosen = settings()
    logs.set_up(chosen, f"{kind}-worker")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    connecting = asyncio.create_task(_connect(chosen))
    await asyncio.wait(
        {connecting, asyncio.create_task(stop.wait())}, return_when=asyncio.FIRST_COMPLETED
    )
    if not connecting.done():
        connecting.cancel()
        return
    await (_voice if kind == "voice" else _conversation)(connecting.result(), chosen, stop)


# Each kind imports what it needs, and nothing of the other's.


async def _voice(client: Client, chosen: Settings, stop: asyncio.Event) -> None:
    async with AsyncExitStack() as stack:
        with at_full_speed():
            from workers.rescue import lifeline  # noqa: PLC0415
            from workers.voice import media_runner, voice_worker  # noqa: PLC0415

            run_media = await stack.enter_async_context(media_runner(chosen, client))
        if await _our_turn(stop):
            line = await stack.enter_async_context(lifeline(chosen, client))
            await stack.enter_async_context(voice_worker(client, run_media, line))
            await stack.enter_async_context(run_media.announced())
            _log.info("media sessions can run here")
            await stop.wait()


async def _conversation(client: Client, chosen: Settings, stop: asyncio.Event) -> None:
    async with AsyncExitStack() as stack:
        with at_full_speed():
            from workers.conversation import (  # noqa: PLC0415
                conversation_parts,
                conversation_worker,
            )
            from workers.rescue import lifeline  # noqa: PLC0415
            from workers.succession import Succession  # noqa: PLC0415
            from workers.wiring import assistant  # noqa: PLC0415

            thinker = await stack.enter_async_context(assistant(chosen))
        if await _our_turn(stop):
            parts = await stack.enter_async_context(conversation_parts(chosen, thinker))
            line = await stack.enter_async_context(lifeline(chosen, client))
            drain_s = chosen.convonet_drain_s
            await stack.enter_async_context(conversation_worker(client, parts, line, drain_s))
            _log.info("conversations can run here")
            succession = Succession(client, parts.streams, parts.records).run(
                promote=chosen.convonet_promote
            )
            taking_place = asyncio.create_task(succession, name="succession")
            stack.push_async_callback(_end, taking_place)
            await stop.wait()


async def _end(task: asyncio.Task[None]) -> None:
    """Cancel it if need be; what it ended with is nobody's loss but ours to know."""
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled() and (error := task.exception()):
        _log.error("our build has not taken its place", exc_info=error)


async def _our_turn(stop: asyncio.Event) -> bool:
    """Wait for our turn; False when it will not come."""
    waiting = {asyncio.create_task(our_turn()), asyncio.create_task(stop.wait())}
    done, rest = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    return not stop.is_set() and all(task.result() for task in done)


async def _connect(chosen: Settings) -> Client:
    """Return a client, however long the server takes to come up."""
    while True:
        try:
            return await connect(chosen)
        except RuntimeError as error:
            _log.warning("Temporal does not answer yet: %s", error)
            await asyncio.sleep(_CONNECT_EVERY_S)
