"""The media session: hears and speaks for one call, as long as it lasts."""

from collections.abc import Awaitable, Callable

from temporalio import activity

from activities.heartbeat import MEDIA_INTERVAL_S, heartbeating
from convonet.contracts.conversation import RunMediaSession

MediaSessionRunner = Callable[[RunMediaSession, int], Awaitable[None]]
"""Runs a media session, given which attempt this is, until the call is over."""


class MediaActivities:
    """Needs whoever can run a media session."""

    def __init__(self, run: MediaSessionRunner) -> None:
        self._run = run

    @activity.defn
    async def run_media_session(self, request: RunMediaSession) -> None:
        """Hear and speak for a call until it ends.

        Raises:
            Fenced: somebody newer has taken over; Temporal has forgotten this attempt by then.
        """
        async with heartbeating(MEDIA_INTERVAL_S):
            await self._run(request, activity.info().attempt)
