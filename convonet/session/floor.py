"""Who has the floor: the caller, the assistant, or nobody yet."""

import time
from collections.abc import Mapping
from typing import Literal

from convonet.contracts.conversation import Heard
from convonet.contracts.speech import Say
from convonet.contracts.voice import (
    AssistantState,
    Transcript,
)
from convonet.contracts.voice import (
    SpeechStarted as SpeechStartedMessage,
)
from convonet.contracts.voice import (
    SpeechStopped as SpeechStoppedMessage,
)
from convonet.media.playout import Playout, Sentence
from convonet.session import phrases
from convonet.session.ear import Ear
from convonet.session.outbox import Outbox
from convonet.session.player import Player
from convonet.session.quiet import Quiet
from convonet.session.turns import Turns, now_ms
from convonet.speech.ports import (
    EndOfTurn,
    HeardEvent,
    Interim,
    SpeechStarted,
    SpeechStopped,
    TurnResumed,
)

State = Literal["listening", "thinking", "speaking"]

WORDLESS_LIMIT_S = 3.5
"""Noise that goes on without words silences the assistant no longer than this. The first interim
words of real speech take a second, and two on a machine that is short of time."""

_SPEECH_MS = 350
"""Sound shorter than this without words is a cough, not speech that was missed."""

_PREROLL_MS = 500
_SETTLE_EVERY_MS = 1_000


class Floor:
    """Decides; the player, the outbox and the turns carry out."""

    def __init__(
        self,
        outbox: Outbox,
        player: Player,
        ear: Ear,
        quiet: Quiet,
        turns: Turns,
        state: Mapping[str, str],
    ) -> None:
        self._outbox = outbox
        self._player = player
        self._ear = ear
        self._quiet = quiet
        self.turns = turns
        self.cursor = state.get("in_cursor")
        """The entry after which the caller's audio has not been dealt with."""
        self._settled_ms = 0
        self._state = state.get("state", "listening")
        """What the page was told last."""
        self._thinking_turn = state.get("thinking_turn", "")
        self._prompts = int(state.get("prompt_count", "0"))
        self._speaking = False
        self._paused_at = 0.0
        self._missed = 0
        if self.turns.has_eager:
            player.hold("caller_speaking")
        if player.current is not None and player.current.ours:
            quiet.leave(state.get("leaving", ""))
        if self._thinking_turn and (player.current is None or not player.current.sent_ms):
            quiet.silent_already(now_ms() - int(state.get("thinking_ms", now_ms())))

    # --- the caller --------------------------------------------------------------------------

    def heard(self, event: HeardEvent) -> None:
        """Take what speech-to-text reports."""
        match event:
            case SpeechStarted():
                self._speech_started(event)
            case SpeechStopped():
                self._outbox.send(SpeechStoppedMessage())
            case Interim():
                self._interim(event.text.strip())
            case EndOfTurn(eager=True):
                self._probably_over(event)
            case TurnResumed():
                self._speaking = True
                self._withdraw()
            case EndOfTurn():
                self._turn_over(event)

    def typed(self, text: str, at_ms: int) -> None:
        """The caller typed something."""
        self._take_floor()
        self._think(self.turns.type(text, at_ms))

    def wants_human(self, department: str | None) -> None:
        """The caller pressed "talk to a human"."""
        self._take_floor()
        self._think(self.turns.ask_for_human(department))

    def leave(self) -> None:
        """The call is over: what was heard up to now is all that will be."""
        self._withdraw()
        self._interrupt()

    def deaf(self) -> None:
        """Speech-to-text broke off; it will hear the unfinished words again, from the cursor."""
        self._speaking = False
        self._settled_ms = 0
        self._withdraw()
        self._go_on()

    def settle(self, ms: int, *, now: bool = False) -> None:
        """Audio up to `ms` of what was fed need not be heard again, unless somebody is speaking."""
        if not now and (self._speaking or ms < self._settled_ms + _SETTLE_EVERY_MS):
            return
        entry_id = self._ear.entry_before(ms) if ms > self._settled_ms else None
        if entry_id is not None:
            self._settled_ms = ms
            self.cursor = entry_id
            self._outbox.keep(in_cursor=entry_id)

    def _speech_started(self, event: SpeechStarted) -> None:
        self._speaking = True
        self._quiet.caller_active()
        self._outbox.send(SpeechStartedMessage())
        self.settle(event.at_ms - _PREROLL_MS, now=True)
        if self._player.sounding:
            self._player.pause()
            self._paused_at = time.monotonic()
        else:
            self._player.hold("caller_speaking")

    def _interim(self, text: str) -> None:
        if not text:
            return
        self._quiet.caller_active()
        if self._player.sounding and not phrases.is_backchannel(text):
            self._interrupt()
            self._player.hold("caller_speaking")
        self._outbox.send(Transcript(turn_id=self.turns.next_id, text=text, final=False))

    def _turn_over(self, event: EndOfTurn) -> None:
        self._speaking = False
        self._quiet.caller_active()
        text = event.text.strip()
        over_us = self._player.sounding
        if not text or (over_us and phrases.is_backchannel(text)):
            self._withdraw()
            self.settle(event.end_ms, now=True)
            self._go_on()
            if not text and not over_us and event.speech_ms >= _SPEECH_MS:
                self._not_caught()
            return
        self._missed = 0
        if not self.turns.confirms(text):
            self._interrupt()
        self._think(self.turns.speak(event))
        self.settle(event.end_ms, now=True)
        self._player.release("caller_speaking")

    def _probably_over(self, event: EndOfTurn) -> None:
        if not event.text.strip() or self.turns.has_eager or self._player.sounding:
            return
        self._player.stop()
        self._player.hold("caller_speaking")
        self.turns.speak_eagerly(event)

    def _withdraw(self) -> None:
        if self.turns.withdraw():
            self._player.stop()

    def _take_floor(self) -> None:
        self._quiet.caller_active()
        self._withdraw()
        self._interrupt()
        self._player.release("caller_speaking")

    # --- the assistant -----------------------------------------------------------------------

    def say(self, say: Say) -> None:
        """Take what the assistant wants spoken; what is older than the epoch is dropped."""
        if say.epoch < self.turns.epoch:
            return
        self.turns.note(say)
        self._player.say(say)

    def sounding(self, playout: Playout, sentence: Sentence) -> None:
        """A sentence begins to be heard."""
        self._quiet.sound()
        if not sentence.ours:
            self.turns.sounded(playout.turn_id)
        self._show("speaking")

    def listen(self) -> None:
        """It is the caller's turn."""
        self._quiet.sound()
        if self._player.current is None:
            self._thinking_turn = ""
            self._outbox.keep(thinking_turn="")
            self._show("listening")

    def break_silence(self) -> None:
        """Say something of our own when it has been quiet for too long."""
        if self._paused_at and time.monotonic() - self._paused_at > WORDLESS_LIMIT_S:
            self._go_on()
        if self._speaking or self._player.audible:
            self._quiet.sound()
            return
        if self._player.has_more:
            return
        if self._player.current is None:
            self._quiet.leaving = None  # The goodbye was dropped.
        if self._thinking_turn:
            filler = self._quiet.filler(self._player.fillers(self._thinking_turn))
            if filler:
                self._player.say_ours(
                    self._thinking_turn, self.turns.epoch, filler, whole_turn=False
                )
        elif prompt := self._quiet.prompt():
            self._say_prompt(prompt)

    def _think(self, turn_id: str) -> None:
        self._thinking_turn = turn_id
        self._outbox.keep(thinking_turn=turn_id, thinking_ms=now_ms())
        self._show("thinking")

    def _not_caught(self) -> None:
        if self._thinking_turn or self._player.current is not None:
            return
        if self._missed < len(phrases.NOT_CAUGHT):
            self._say_prompt(phrases.NOT_CAUGHT[self._missed])
        self._missed += 1

    def _say_prompt(self, text: str) -> None:
        self._prompts += 1
        self._outbox.keep(prompt_count=self._prompts, leaving=self._quiet.leaving or "")
        if self._quiet.asked:
            self._outbox.keep(asked_epoch=self.turns.epoch)
        self._player.say_ours(f"p{self._prompts}", self.turns.epoch, text, whole_turn=True)

    def _interrupt(self) -> None:
        """Fall silent for good; what was heard is all there was."""
        self._paused_at = 0.0
        self._quiet.leaving = None
        sounded = self._player.sounding
        stopped = self._player.stop()
        if stopped is None:
            return
        playout, words = stopped
        epoch = self.turns.raise_epoch()
        if sounded and not playout.ours:
            timings = self.turns.timings(playout.turn_id)
            self._outbox.signal(
                "barged_in",
                Heard(
                    turn_id=playout.turn_id,
                    epoch=epoch,
                    text=words,
                    timings_ms=timings.model_dump(),
                ),
            )
        self._thinking_turn = ""
        self._outbox.keep(thinking_turn="")
        self._show("listening")

    def _go_on(self) -> None:
        """It was no interruption: go on where the caller stopped hearing us."""
        self._paused_at = 0.0
        self._player.release("paused")
        self._player.release("caller_speaking")

    def _show(self, state: State) -> None:
        if state != self._state:
            self._state = state
            self._outbox.keep(state=state)
            self._outbox.send(AssistantState(state=state))
