import asyncio

import pytest

from convonet.errors import ProviderBusy
from convonet.speech.local.event_line import EventLine
from convonet.speech.ports import Interim, SpeechStarted


async def test_what_was_promised_holds_up_what_comes_after_it() -> None:
    line = EventLine()
    line.put(SpeechStarted(1))
    promise = line.promise()
    line.put(SpeechStarted(3))
    events = line.events()
    assert await anext(events) == SpeechStarted(1)
    waiting = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0)
    assert not waiting.done()
    promise.set_result(Interim("two"))
    assert await waiting == Interim("two")
    assert await anext(events) == SpeechStarted(3)


async def test_a_closed_line_ends_even_with_promises_open() -> None:
    line = EventLine()
    line.put(SpeechStarted(1))
    line.promise()
    line.close()
    line.put(SpeechStarted(9))
    assert [event async for event in line.events()] == [SpeechStarted(1)]


async def test_a_failed_line_tells_what_came_before() -> None:
    line = EventLine()
    line.put(SpeechStarted(1))
    line.fail(RuntimeError("broken"))
    events = line.events()
    assert await anext(events) == SpeechStarted(1)
    with pytest.raises(ProviderBusy, match="broken"):
        await anext(events)


async def test_a_reader_who_leaves_does_not_break_a_promise() -> None:
    line = EventLine()
    promise = line.promise()
    reader = asyncio.ensure_future(anext(line.events()))
    await asyncio.sleep(0)
    reader.cancel()
    await asyncio.wait([reader])
    assert not promise.cancelled()
