"""Reaching Deepgram: a client from the settings, sockets that open, errors that say what to do."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeVar
from urllib.parse import urlsplit

from deepgram import AsyncDeepgramClient
from deepgram.environment import DeepgramClientEnvironment
from websockets.exceptions import (
    ConnectionClosed,
    InvalidStatus,
    InvalidURI,
    WebSocketException,
)

from convonet.errors import ProviderBusy, ProviderError, ProviderRefused, SettingsError
from convonet.settings import Settings
from convonet.speech.deepgram.transport import dial, dialled

Socket = TypeVar("Socket")

_BAD_REQUEST = 400
_POLICY_VIOLATION = 1008
_REASON_LENGTH = 200

_REFUSALS = {
    _BAD_REQUEST: "Deepgram does not accept the request; look at {model}",
    401: "Deepgram does not know this key; set DEEPGRAM_API_KEY to a valid one",
    402: "The Deepgram project of DEEPGRAM_API_KEY has no credit left",
    403: "DEEPGRAM_API_KEY may not use this model; change {model} or the key's rights",
    404: "There is no Deepgram at this address; look at DEEPGRAM_BASE_URL",
}

SOCKET_ERRORS = (OSError, TimeoutError, WebSocketException)
"""Everything a Deepgram socket raises when the network or the server fails."""


def deepgram_client(settings: Settings) -> AsyncDeepgramClient:
    """Return the client every Deepgram engine of this process shares; it connects to nothing yet.

    Raises:
        SettingsError: there is no `DEEPGRAM_API_KEY`.
    """
    if settings.deepgram_api_key is None:
        raise SettingsError("DEEPGRAM_API_KEY is not set")
    return AsyncDeepgramClient(
        api_key=settings.deepgram_api_key.get_secret_value(),
        environment=environment(settings.deepgram_base_url),
        max_retries=0,  # Temporal and the media session own the retries
        transport_factory=dial,
    )


def environment(base_url: str | None) -> DeepgramClientEnvironment:
    """Return the SDK's four addresses for one base URL; Deepgram's own for None."""
    if base_url is None:
        return DeepgramClientEnvironment.PRODUCTION
    parts = urlsplit(base_url)
    secure = parts.scheme in {"https", "wss"}
    rest = parts._replace(scheme="https" if secure else "http").geturl()
    socket = parts._replace(scheme="wss" if secure else "ws").geturl()
    return DeepgramClientEnvironment(base=rest, production=socket, agent=socket, agent_rest=rest)


@asynccontextmanager
async def opened(
    socket: AbstractAsyncContextManager[Socket], *, model_setting: str
) -> AsyncGenerator[Socket]:
    """Open one of the SDK's sockets and close it at the end.

    Raises:
        ProviderBusy: it did not open now.
        ProviderRefused: it never will; the message names the setting at fault.
    """
    async with socket as sdk_socket:
        try:
            await dialled().open()
        except SOCKET_ERRORS as error:
            raise failure(error, model_setting=model_setting) from error
        yield sdk_socket


def failure(error: Exception, *, model_setting: str) -> ProviderError:
    """Return our error for one of `SOCKET_ERRORS`; never with the key in it."""
    if isinstance(error, InvalidStatus):
        return _refusal(error, model_setting)
    if isinstance(error, InvalidURI):
        return ProviderRefused("DEEPGRAM_BASE_URL is not an address Deepgram can be reached at")
    if isinstance(error, ConnectionClosed):
        return _closed(error)
    if isinstance(error, TimeoutError):
        return ProviderBusy("Deepgram did not answer in time")
    return ProviderBusy(f"Deepgram cannot be reached ({type(error).__name__})")


def _refusal(error: InvalidStatus, model_setting: str) -> ProviderError:
    status = error.response.status_code
    sentence = _REFUSALS.get(status)
    if sentence is None:
        return ProviderBusy(f"Deepgram answered {status}")
    reason = error.response.headers.get("dg-error", "")[:_REASON_LENGTH]
    said = f" (it says: {reason})" if reason and status == _BAD_REQUEST else ""
    return ProviderRefused(sentence.format(model=model_setting) + said)


def _closed(error: ConnectionClosed) -> ProviderError:
    code = error.rcvd.code if error.rcvd else None
    reason = (error.rcvd.reason if error.rcvd else "")[:_REASON_LENGTH]
    if code == _POLICY_VIOLATION:
        return ProviderRefused(f"Deepgram closed the connection: {reason or 'policy violation'}")
    return ProviderBusy(f"Deepgram's connection was lost ({code or 'no close frame'})")
