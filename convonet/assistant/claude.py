"""Claude as a chat model that fails in our words and leaves retries to Temporal."""

import json
from collections.abc import AsyncIterator
from functools import cached_property
from typing import Any

import anthropic
import httpx2
from langchain_anthropic import ChatAnthropic
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk

from convonet.assistant.graph import Limits
from convonet.errors import ProviderBusy, ProviderError, ProviderRefused, SettingsError
from convonet.settings import Settings

_BASE_URL = "https://api.anthropic.com"
_CONNECT_S = 3.0
_CONNECTIONS = httpx2.Limits(
    max_connections=1000, max_keepalive_connections=100, keepalive_expiry=240
)
"""Kept open, in seconds, between two turns: the SDK's 5 would cost most turns a handshake."""
_WORDS = 600
"""Tokens of an answer: more than anybody wants to listen to."""
_THOUGHTS = 3_000
"""Tokens on top of that for models whose thinking cannot be turned off."""

_THINKING = (
    ("claude-opus-5-5", None),
    ("claude-sonnet-5-5", {"type": "between_tools"}),
    ("claude-haiku-5", {"type": "disabled"}),
    ("claude-sonnet-5", {"type": "disabled"}),
    ("claude-opus-5", {"type": "disabled"}),
)
"""How a model is kept from thinking before it speaks, where it does so unasked; the first beginning
that fits counts. Claude 4 does not think unasked; what is not named here is left as it is."""

_ALWAYS_THINKS = ("claude-opus-5-5", "claude-fable", "claude-mythos")

_REFUSED_KINDS = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
}
_REFUSED_STATUSES = {400, 401, 402, 403, 404, 405, 413, 422}
_FAILURES = (
    anthropic.APIError,
    httpx2.HTTPError,
    httpx2.StreamError,
    json.JSONDecodeError,
    UnicodeDecodeError,
)
"""What the SDK raises. Once the answer has begun it lets its transport's own errors through, and
those of an event that was cut in the middle."""


class Claude(ChatAnthropic):
    """`ChatAnthropic` with its own connections, finer time limits, and errors translated.

    Raises (while it streams):
        ProviderBusy: overloaded, rate-limited, timed out, cut off.
        ProviderRefused: the key, the model or the request is wrong; names the setting.
    """

    @cached_property
    def _async_client(self) -> anthropic.AsyncAnthropic:
        """A client of its own: the library's are shared, never closed, and know one limit."""
        timeout = anthropic.Timeout(self.default_request_timeout, connect=_CONNECT_S)
        return anthropic.AsyncAnthropic(
            api_key=self.anthropic_api_key.get_secret_value(),
            base_url=self.anthropic_api_url,
            max_retries=0,
            timeout=timeout,
            http_client=anthropic.DefaultAsyncHttpxClient(timeout=timeout, limits=_CONNECTIONS),
        )

    async def aclose(self) -> None:
        """Close the connections; the model must not be used after it."""
        await self._async_client.close()

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        *,
        stream_usage: bool | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        finished = False
        try:
            async for chunk in super()._astream(
                messages, stop, run_manager, stream_usage=stream_usage, **kwargs
            ):
                if isinstance(chunk.message, AIMessageChunk):
                    finished |= bool(chunk.message.response_metadata.get("stop_reason"))
                yield chunk
        except _FAILURES as error:
            raise _translated(error, self.model) from error
        if not finished:
            raise ProviderBusy("Claude's answer was cut off")


def claude(settings: Settings, limits: Limits | None = None) -> Claude:
    """Return the Claude that `settings` name.

    Raises:
        SettingsError: there is no key, or it cannot be one.
    """
    key = settings.anthropic_api_key
    if key is None:
        raise SettingsError("ANTHROPIC_API_KEY is not set")
    if not (key.get_secret_value().isascii() and key.get_secret_value().isprintable()):
        raise SettingsError("ANTHROPIC_API_KEY: has characters that no key has")
    model = settings.anthropic_model
    always_thinks = model.startswith(_ALWAYS_THINKS)
    return Claude(
        model_name=model,
        api_key=key,
        base_url=settings.anthropic_base_url or _BASE_URL,
        max_tokens_to_sample=_WORDS + (_THOUGHTS if always_thinks else 0),
        max_retries=0,
        timeout=(limits or Limits()).first_token_s,
        streaming=True,
        thinking=next((how for name, how in _THINKING if model.startswith(name)), None),
        output_config={"effort": "low"} if always_thinks else None,
        stop=None,
    )


def claude_name(settings: Settings) -> str:
    """Return who it is, for people."""
    return f"Claude {settings.anthropic_model}"


def _translated(error: Exception, model: str) -> ProviderError:
    """Return our error for one of the SDK's, of its transport, or of unreadable events."""
    if not isinstance(error, anthropic.APIStatusError):
        return ProviderBusy(_no_answer(error))
    status = _REFUSED_KINDS.get(error.type or "", error.status_code)
    detail = error.api_message or f"HTTP {status}"
    if status not in _REFUSED_STATUSES:
        return ProviderBusy(f"Claude cannot answer now ({status}): {detail}")
    if status in {401, 402, 403}:
        return ProviderRefused(f"ANTHROPIC_API_KEY was refused ({status}): {detail}")
    if status == 404:  # noqa: PLR2004
        return ProviderRefused(f"ANTHROPIC_MODEL: there is no {model!r} for this key: {detail}")
    return ProviderRefused(
        f"Claude refused the request ({status}, ANTHROPIC_MODEL {model}): {detail}"
    )


def _no_answer(error: Exception) -> str:
    if isinstance(error, anthropic.APITimeoutError | httpx2.TimeoutException):
        return "Claude did not answer in time"
    if isinstance(error, anthropic.APIConnectionError):
        return "Claude could not be reached (see ANTHROPIC_BASE_URL if it is set)"
    return "Claude's answer was cut off"
