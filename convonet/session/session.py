"""One call's media session: what is heard, what is said, who has the floor."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count

from pydantic import JsonValue

from convonet.contracts.conversation import (
    EndReason,
    Heard,
    HungUp,
    RunMediaSession,
)
from convonet.contracts.voice import Error, TurnEnded
from convonet.errors import ProviderBusy
from convonet.media.playout import Playout, Sentence
from convonet.redis.media import START, InEntry, MediaStore, SayEntry
from convonet.session.ear import Ear
from convonet.session.floor import Floor
from convonet.session.outbox import Conversations, Gone, Outbox, stubborn
from convonet.session.player import Player
from convonet.session.quiet import Limits, Quiet
from convonet.session.turns import Turns
from convonet.speech.ports import Engines, HeardEvent, Hints

_log = logging.getLogger(__name__)

_BLOCK_MS = 250
_TICK_S = 0.25
_LOOK_EVERY = 4
"""Ticks between two looks whether the caller is served: who goes or comes properly says so."""
_AWAY_S = 2.0
_KEEP_EVERY_S = 10
"""The length of the call is known this exactly to whoever takes over."""


@dataclass(frozen=True)
class Surroundings:
    """What a media session works with."""

    engines: Engines
    conversations: Conversations
    limits: Limits
    on_late: Callable[[], None] = lambda: None
    """Called when a sentence had a hole because its sound was not there in time."""


class MediaSession:
    """Runs one call's media until it ends; all that matters is in Redis, fenced by owner."""

    def __init__(
        self, request: RunMediaSession, attempt: int, store: MediaStore, around: Surroundings
    ) -> None:
        self._request = request
        self._attempt = attempt
        self._store = store
        self._around = around
        self._over = asyncio.Event()
        self._reopened = 0
        self._in_after = self._say_after = self._controls_after = START

    async def run(self) -> None:
        """Hear and speak until the call is over.

        Raises:
            Fenced: another media session has taken over this call.
            ProviderRefused: speech-to-text or text-to-speech will never work as they are set up.
        """
        state = await stubborn(lambda: self._store.take(self._request.generation, self._attempt))
        if "ended" in state:
            return
        self._set_up(state)
        tasks = [
            asyncio.create_task(work, name=name)
            for name, work in (
                ("write", self._outbox.write()),
                ("tell", self._outbox.tell()),
                ("hear", self._ear.run()),
                ("play", self._player.run()),
                ("read", self._read()),
                ("tick", self._tick()),
                ("over", self._wait_for_end()),
            )
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except Gone:
            _log.info("the conversation is over")
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._store.leave()

    def _set_up(self, state: Mapping[str, str]) -> None:
        call_id, caller = self._request.call_id, self._request.caller
        self._in_after = state.get("in_cursor", START)
        self._say_after = state.get("say_cursor", START)
        self._controls_after = state.get("controls_cursor", START)
        self._outbox = Outbox(
            self._store, self._around.conversations, call_id, state.get("unsent", "")
        )
        engines = self._around.engines
        self._player = Player(
            engines.tts,
            self._request.output_sample_rate,
            self._outbox,
            self._on_sentence,
            self._on_end,
            self._around.on_late,
        )
        hints = Hints(names=(*caller.name.split(), *(team.name for team in caller.teams)))
        self._ear = Ear(engines.stt, hints, self._on_heard, self._on_deaf)
        self._quiet = Quiet(
            self._around.limits,
            int(state.get("lasted_s", "0")),
            asked=state.get("asked_epoch", "") == state.get("epoch", "0"),
        )
        self._kept_s = self._quiet.lasted_s
        self._player.restore(state.get("playouts", ""), int(state.get("sent_ms", "0")))
        turns = Turns(self._outbox, self._ear, state, carries_heard=self._request.carries_heard)
        self._floor = Floor(self._outbox, self._player, self._ear, self._quiet, turns, state)

    # --- in ----------------------------------------------------------------------------

    async def _read(self) -> None:
        while True:
            if self._reopened != self._ear.opened:
                self._reopened = self._ear.opened
                self._in_after = self._floor.cursor or START
            heard, said = await stubborn(
                lambda: self._store.read(self._in_after, self._say_after, _BLOCK_MS)
            )
            for entry in said:
                self._take_say(entry)
            for entry in heard:
                if self._reopened != self._ear.opened:
                    break  # It must first hear again what the one before it has not dealt with.
                await self._take_in(entry)

    def _take_say(self, entry: SayEntry) -> None:
        self._say_after = entry.id
        self._outbox.keep(say_cursor=entry.id)
        self._floor.say(entry.say)

    async def _take_in(self, entry: InEntry) -> None:
        self._in_after = entry.id
        if entry.control is None:
            await self._ear.feed(entry)
            self._floor.settle(self._ear.digested_ms)
        elif _newer(entry.id, self._controls_after):
            self._controls_after = entry.id
            if entry.control.get("type") == "played":
                # They come all the time, and one taken twice says nothing new.
                self._outbox.note(controls_cursor=entry.id)
            else:
                self._outbox.keep(controls_cursor=entry.id)
            self._control(entry.control, entry.arrived_ms)

    def _control(self, control: Mapping[str, JsonValue], at_ms: int) -> None:
        match control:
            case {"type": "text", "text": str(text)}:
                self._floor.typed(text, at_ms)
            case {"type": "played", "turn_id": str(turn_id), "ms": int(ms)}:
                self._player.played(turn_id, ms)
            case {"type": "transfer"}:
                department = control.get("department")
                self._floor.wants_human(department if isinstance(department, str) else None)
            case {"type": "hangup"}:
                self._hang_up("hangup")
            case {"type": "connected"}:
                self._quiet.client_there(there=True)
                self._player.release("away")
            case {"type": "disconnected"}:
                self._quiet.client_there(there=False)
                self._player.hold("away")
            case _:
                _log.warning("unknown control %s", control.get("type"))

    def _on_heard(self, event: HeardEvent) -> None:
        self._floor.heard(event)

    def _on_deaf(self, error: ProviderBusy) -> None:
        self._floor.deaf()
        self._outbox.send(
            Error(code="hearing_unavailable", message=f"I can't hear you right now: {error}")
        )

    # --- out ---------------------------------------------------------------------------

    def _on_sentence(self, playout: Playout, sentence: Sentence) -> None:
        self._floor.sounding(playout, sentence)

    def _on_end(self, playout: Playout) -> None:
        if playout.ours:
            self._floor.listen()
            if self._quiet.leaving:
                self._hang_up(self._quiet.leaving)
            return
        timings = self._floor.turns.timings(playout.turn_id)
        self._outbox.send(TurnEnded(turn_id=playout.turn_id, timings_ms=timings))
        self._floor.turns.heard_out(
            Heard(
                turn_id=playout.turn_id,
                epoch=self._floor.turns.epoch,
                text=playout.heard(playout.made_ms),
                timings_ms=timings.model_dump(),
            )
        )
        self._floor.listen()

    # --- time --------------------------------------------------------------------------

    async def _tick(self) -> None:
        """Look after silence, absence and the length of the call."""
        for tick in count():
            await asyncio.sleep(_TICK_S)
            if tick % _LOOK_EVERY == 0:
                await self._look_for_client()
            if self._quiet.lasted_s >= self._kept_s + _KEEP_EVERY_S:
                self._kept_s = self._quiet.lasted_s
                self._outbox.keep(lasted_s=self._kept_s)
            self._floor.turns.tell_heard_if_late()
            if self._quiet.gone:
                self._hang_up("hangup")
            elif self._quiet.overdue:
                self._hang_up("goodbye")
            else:
                self._floor.break_silence()

    async def _look_for_client(self) -> None:
        there = await stubborn(self._store.client_is_there)
        self._quiet.client_there(there=there)
        if self._quiet.away_s > _AWAY_S:
            self._player.hold("away")
        elif there:
            self._player.release("away")

    def _hang_up(self, reason: EndReason) -> None:
        if self._over.is_set():
            return
        self._floor.leave()
        self._floor.turns.tell_heard()
        self._outbox.signal("hung_up", HungUp(reason=reason))
        self._over.set()

    async def _wait_for_end(self) -> None:
        await self._over.wait()
        await self._outbox.drained()


def _newer(entry_id: str, than: str) -> bool:
    return _number(entry_id) > _number(than)


def _number(entry_id: str) -> tuple[int, int]:
    ms, _, sequence = entry_id.partition("-")
    return int(ms), int(sequence or "0")
