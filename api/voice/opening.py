"""Begin a call on this connection, or go on with one that another connection has left."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from redis.exceptions import RedisError
from temporalio.service import RPCError

from api import metrics
from api.state import State
from api.voice.endings import Refusal, unavailable
from api.voice.leg import LEASE_S, Leg
from api.voice.line import Line
from api.voice.providers import providers_in_use
from convonet import ids
from convonet.contracts.caller import Caller
from convonet.contracts.conversation import Channel, ConversationInput
from convonet.contracts.voice import AssistantState, CallEnded, CallStarted, Resume, Start
from convonet.redis.admission import Admission, Verdict, limits
from convonet.redis.calls import CallMeta
from convonet.redis.inlet import Inlet
from convonet.redis.sessions import VoiceSessions, digest
from convonet.settings import Settings
from temporal.client import workflow_url

logger = logging.getLogger(__name__)

START_LIMIT_S: Final = 5.0
"""Longest wait for Temporal to take a new conversation."""


@dataclass(frozen=True)
class Session:
    """A signed-in caller."""

    id: str
    caller: Caller


class Opening:
    """Opens calls for one connection."""

    def __init__(self, state: State, line: Line, connection_id: str) -> None:
        self._state = state
        self._streams = state["streams"]
        self._line = line
        self._connection_id = connection_id
        self._admission = Admission(state["redis"], limits(state["settings"]))

    async def begin(self, session: Session, start: Start) -> Leg:
        """Begin a call.

        Raises:
            Refusal: there is no room for it, or Redis or Temporal does not answer; nothing has
                begun.
        """
        meta = _meta(self._state["settings"], session, start)
        try:
            await self._admit(meta)
            leg = await self._lay_out(meta)
        except (RedisError, OSError):
            raise unavailable("our store") from None
        await self._start_conversation(meta, greet=start.greet)
        metrics.CALLS_BEGUN.labels("begun").inc()
        return leg

    async def _admit(self, meta: CallMeta) -> None:
        answer = await self._admission.ask(meta.call_id, str(meta.caller.user_id))
        if answer.verdict is Verdict.ADMITTED:
            return
        metrics.CALLS_REFUSED.labels(answer.verdict).inc()
        if answer.verdict is Verdict.FULL:
            raise Refusal("busy", "busy, please try again")
        if answer.verdict is Verdict.USER_BUSY:
            raise Refusal("too_many_calls", "you have too many calls; hang up one first")
        wait = answer.retry_after_s
        raise Refusal("too_many_calls", f"you began too many calls; try again in {wait} s")

    async def _lay_out(self, meta: CallMeta) -> Leg:
        # All of this comes before the workflow starts, so that `call_started` is the call's first
        # message; should it not start, nobody ever follows the streams and they expire.
        inlet = Inlet(self._state["redis"], meta.call_id, self._connection_id)
        await self._streams.create(meta, self._line.seq)
        seq = await self._streams.emit(meta.call_id, [(_call_started(meta), b"")])
        await self._streams.hold_client(meta.call_id, self._connection_id, LEASE_S)
        return Leg(meta, self._streams, inlet, self._line, after=self._line.seq, mine=seq)

    async def _start_conversation(self, meta: CallMeta, *, greet: bool) -> None:
        opening = ConversationInput(
            call_id=meta.call_id,
            caller=meta.caller,
            channel=meta.channel,
            started_at=meta.started_at,
            providers=meta.providers,
            input_sample_rate=meta.input_sample_rate,
            output_sample_rate=meta.output_sample_rate,
            greet=greet,
        )
        try:
            async with asyncio.timeout(START_LIMIT_S):
                await self._state["conversations"].start(opening)
        except (RPCError, RuntimeError, OSError, TimeoutError) as error:
            # Temporal's client says RuntimeError when it cannot connect at all.
            logger.warning("no conversation could be started: %s", type(error).__name__)
            await self._make_room(meta.call_id)
            raise unavailable("the conversation server") from None

    async def _make_room(self, call_id: str) -> None:
        try:
            await self._admission.take_back(call_id)
        except (RedisError, OSError):
            logger.debug("call %s stops counting by itself", call_id)

    async def resume(self, resume: Resume) -> tuple[Session, Leg]:
        """Go on with a call where `last_seq` left it, taking it over from any other connection.

        Raises:
            Refusal: the session or the call is not there, or Redis does not answer.
        """
        try:
            caller = await VoiceSessions(self._state["redis"]).caller(resume.session_id)
            if caller is None:
                raise Refusal("unknown_session", "this session has ended; sign in again")
            meta = await self._streams.meta(resume.call_id)
            if meta is None or meta.session_digest != digest(resume.session_id):
                raise Refusal("unknown_call", "this session has no such call; start a new one")
            leg = await self._take_over(meta, resume.last_seq)
        except (RedisError, OSError):
            raise unavailable("our store") from None
        metrics.CALLS_BEGUN.labels("resumed").inc()
        return Session(resume.session_id, caller), leg

    async def _take_over(self, meta: CallMeta, last_seq: int) -> Leg:
        inlet = Inlet(self._state["redis"], meta.call_id, self._connection_id)
        newest = await inlet.raise_seq(last_seq)
        if last_seq > newest:
            raise Refusal("bad_message", f"last_seq: the newest message is number {newest}")
        ended = await self._streams.ended(meta.call_id)
        if ended is not None:
            again = CallEnded.model_validate({"reason": ended})
            mine = await self._streams.emit(meta.call_id, [(again, b"")])
        else:
            await self._streams.hold_client(meta.call_id, self._connection_id, LEASE_S)
            state = AssistantState.model_validate(
                {"state": await self._streams.state(meta.call_id)}
            )
            back = [(_call_started(meta), b""), (state, b"")]
            mine = await self._streams.emit(meta.call_id, back) - 1
        over = ended is not None
        return Leg(meta, self._streams, inlet, self._line, after=last_seq, mine=mine, over=over)

    async def head(self, leg: Leg) -> bytes:
        """Return the head of the call's audio container; empty when it has none."""
        try:
            return await Inlet(self._state["redis"], leg.call_id, self._connection_id).head()
        except (RedisError, OSError):
            logger.warning("the head of a caller's audio could not be read")
            return b""


def _meta(settings: Settings, session: Session, start: Start) -> CallMeta:
    call_id = ids.new_call_id()
    workflow_id = ids.conversation_workflow(call_id)
    caller = session.caller
    if _is_time_zone(start.time_zone):
        caller = caller.model_copy(update={"time_zone": start.time_zone})
    return CallMeta(
        call_id=call_id,
        session_digest=digest(session.id),
        caller=caller,
        channel=Channel.BROWSER,
        workflow_id=workflow_id,
        workflow_url=workflow_url(settings, workflow_id),
        providers=providers_in_use(settings),
        input_sample_rate=start.sample_rate,
        output_sample_rate=start.output_sample_rate,
        started_at=datetime.now(UTC).isoformat(),
    )


def _is_time_zone(name: str) -> bool:
    # Clients invent zones; then the one in the caller's profile holds.
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _call_started(meta: CallMeta) -> CallStarted:
    return CallStarted(
        call_id=meta.call_id,
        workflow_id=meta.workflow_id,
        workflow_url=meta.workflow_url,
        providers=meta.providers,
    )
