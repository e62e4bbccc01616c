import asyncio
import threading
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from convonet.errors import ProviderBusy
from convonet.speech.local.decoder import Decoder, decoders_at_once

SOUND = np.zeros(160, np.float32)


class SlowRecognizer:
    """Hears the names it is given, when it is let."""

    def __init__(self) -> None:
        self.allowed = threading.Event()
        self.two = threading.Event()
        self.running = 0
        self.most = 0
        self._lock = threading.Lock()

    def transcribe(self, samples: NDArray[np.float32], names: Sequence[str] = ()) -> str:
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
            if self.running > 1:
                self.two.set()
        self.allowed.wait(10)
        with self._lock:
            self.running -= 1
        if "broken" in names:
            raise RuntimeError("out of memory")
        return " ".join(names)


async def test_last_words_share_the_machine_and_come_out_in_order() -> None:
    recognizer = SlowRecognizer()
    decoder = Decoder(recognizer)
    asked = [asyncio.create_task(decoder.decode(SOUND, [str(name)])) for name in range(6)]
    await asyncio.sleep(0)
    assert not decoder.idle
    assert not decoder.free
    recognizer.allowed.set()
    assert await asyncio.gather(*asked) == ["0", "1", "2", "3", "4", "5"]
    assert recognizer.most <= decoders_at_once()
    assert decoder.idle


async def test_words_so_far_do_not_hold_up_last_words() -> None:
    recognizer = SlowRecognizer()
    decoder = Decoder(recognizer)
    so_far = asyncio.create_task(decoder.decode_so_far(SOUND, ["so far"]))
    await asyncio.sleep(0)
    assert decoder.free
    assert not decoder.idle
    last = asyncio.create_task(decoder.decode(SOUND, ["last"]))
    assert await asyncio.to_thread(recognizer.two.wait, 10)
    recognizer.allowed.set()
    assert await asyncio.gather(so_far, last) == ["so far", "last"]


async def test_a_recognizer_that_fails_can_be_asked_again() -> None:
    recognizer = SlowRecognizer()
    recognizer.allowed.set()
    decoder = Decoder(recognizer)
    with pytest.raises(ProviderBusy):
        await decoder.decode(SOUND, ["broken"])
    assert await decoder.decode(SOUND, ["fine"]) == "fine"


async def test_work_nobody_wants_any_more_is_not_begun() -> None:
    recognizer = SlowRecognizer()
    decoder = Decoder(recognizer)
    busy = [asyncio.create_task(decoder.decode(SOUND, [])) for _ in range(decoders_at_once())]
    unwanted = asyncio.create_task(decoder.decode(SOUND, []))
    await asyncio.sleep(0)
    unwanted.cancel()
    await asyncio.wait([unwanted])
    recognizer.allowed.set()
    await asyncio.gather(*busy)
    assert decoder.idle
    decoder.close()
