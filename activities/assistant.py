"""The assistant's step: thought, and handed over sentence by sentence to be spoken."""

import time
from collections.abc import Sequence
from contextlib import aclosing
from typing import Protocol

from temporalio import activity

from activities.heartbeat import heartbeating
from convonet.assistant.ports import Assistant
from convonet.assistant.sentences import SentenceSplitter
from convonet.contracts.assistant import END_CALL_TOOL, Step, TakeTurn, ToolCall, ToolSpec
from convonet.contracts.speech import Say
from convonet.redis.calls import CallStreams


class ToolCatalogue(Protocol):
    """Whoever knows which tools there are."""

    def specs(self) -> Sequence[ToolSpec]:
        """Return the tools that can be called now."""
        ...


class AssistantActivities:
    """Needs an assistant, the tools it may ask for, and the streams that carry its words."""

    def __init__(self, assistant: Assistant, tools: ToolCatalogue, streams: CallStreams) -> None:
        self._assistant = assistant
        self._tools = tools
        self._streams = streams

    @activity.defn
    async def take_turn(self, request: TakeTurn) -> Step:
        """Go on with the turn; return what was handed over to be spoken, and the tools wanted.

        On a retry the caller hears nothing twice: what an earlier attempt has handed over is
        read back, and the model goes on from there.
        """
        attempt = activity.info().attempt
        async with heartbeating():
            before = await self._handed_over(request, attempt) if attempt > 1 else []
            if before and before[-1].kind == "end":
                return Step(text=_words(before), calls=before[-1].calls)
            speech = _Speech(self._streams, request, attempt, before)
            specs = self._tools.specs()
            said = [say.text for say in before]
            async with aclosing(self._assistant.go_on(request, specs, said)) as parts:
                async for part in parts:
                    if not await speech.take(part):
                        break
                else:
                    await speech.end({spec.name for spec in specs if spec.read_only})
        return Step(text=speech.words, calls=speech.calls)

    async def _handed_over(self, request: TakeTurn, attempt: int) -> list[Say]:
        turn_id = request.turns[-1].turn_id
        return await self._streams.said(
            request.call_id, turn_id, request.step, request.epoch, attempt
        )


class _Speech:
    """One step's words and tool calls, on their way to the media session."""

    def __init__(
        self, streams: CallStreams, request: TakeTurn, attempt: int, before: Sequence[Say]
    ) -> None:
        self._streams = streams
        self._request = request
        self._attempt = attempt
        self._sentences = [say.text for say in before]
        self._splitter = SentenceSplitter()
        self._calls: list[ToolCall] = []
        self._started_ms = _now_ms()
        self._first_token_ms = 0

    @property
    def words(self) -> str:
        """All that was handed over, also by earlier attempts."""
        return " ".join(self._sentences)

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        """The tools wanted, in order."""
        return tuple(self._calls)

    async def take(self, part: str | ToolCall) -> bool:
        """Take a piece of the model's answer; False when nobody wants to hear it any more."""
        self._first_token_ms = self._first_token_ms or _now_ms()
        if isinstance(part, ToolCall):
            self._calls.append(part)
            return True
        return await self._hand_over(self._splitter.feed(part))

    async def end(self, read_only: set[str]) -> None:
        """Hand over what is left, then say that the step is complete."""
        if not await self._hand_over(self._splitter.flush()):
            return
        self._calls = [
            call.model_copy(update={"read_only": call.name in read_only}) for call in self._calls
        ]
        only_ending = all(call.name == END_CALL_TOOL for call in self._calls)
        final = not self._calls or (only_ending and bool(self._sentences))
        await self._say("end", "", final=final)

    async def _hand_over(self, sentences: Sequence[str]) -> bool:
        for sentence in sentences:
            if not await self._say("sentence", sentence):
                return False
            self._sentences.append(sentence)
        return True

    async def _say(self, kind: str, text: str, *, final: bool = False) -> bool:
        say = Say(
            kind="end" if kind == "end" else "sentence",
            turn_id=self._request.turns[-1].turn_id,
            epoch=self._request.epoch,
            step=self._request.step,
            index=len(self._sentences),
            text=text,
            final=final,
            calls=self.calls if kind == "end" else (),
            started_ms=self._started_ms,
            first_token_ms=self._first_token_ms,
        )
        return await self._streams.say(self._request.call_id, say, self._attempt)


def _words(before: Sequence[Say]) -> str:
    return " ".join(say.text for say in before if say.kind == "sentence")


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
