"""The caller's microphone: a frame every 20 ms, whatever happens, silence in between."""

import asyncio
import time
from collections import deque
from typing import Final

from benchmarks.caller.sound import FRAME_MS, SILENCE
from benchmarks.caller.wires import AWAY, Wire

_REPORT_EVERY: Final = 8
"""Frames between two reports of what was played: 160 ms, as the page has it."""


class Microphone:
    """Sends in real time on a fixed grid; a frame that is late is sent at once."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._frames: deque[bytes] = deque()
        self._spoken = asyncio.Event()
        self._last_voiced_at = 0.0
        self.connected = True
        self.late_ms: list[float] = []
        """How late each frame was: the caller's own quality."""
        self.sounded_s = 0.0
        """What has sounded of the present reply, to be reported."""

    async def speak(self, frames: list[bytes]) -> tuple[float, float]:
        """Say something; return when its first and its last frame were sent (monotonic)."""
        self._frames.extend(frames)
        self._spoken.clear()
        while len(self._frames) == len(frames):  # noqa: ASYNC110 - one frame long at the most
            await asyncio.sleep(0.001)
        began = time.monotonic()
        await self._spoken.wait()
        return began, self._last_voiced_at

    async def run(self) -> None:
        """Send until cancelled."""
        began, count, reported = time.monotonic(), 0, 0.0
        while True:
            due = began + count * FRAME_MS / 1_000
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            self.late_ms.append((time.monotonic() - due) * 1_000)
            count += 1
            await self._send(self._frames.popleft() if self._frames else None)
            if count % _REPORT_EVERY == 0 and self.sounded_s != reported and self.connected:
                reported = self.sounded_s
                await self._report(reported)

    async def _send(self, frame: bytes | None) -> None:
        if frame is not None:
            self._last_voiced_at = time.monotonic()
        if self.connected:
            try:
                await self._wire.say(frame or SILENCE)
            except AWAY:
                self.connected = False
        if frame is not None and not self._frames:
            self._spoken.set()

    async def _report(self, seconds: float) -> None:
        try:
            await self._wire.played(seconds)
        except AWAY:
            self.connected = False
