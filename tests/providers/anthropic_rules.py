"""What the Messages API refuses, as a plain function; stricter than the real one where that is lax.

Strict beyond the real API: consecutive messages of one role, and a first message of the
assistant's, are refused (the real one merges the former).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

Json = Mapping[str, object]

_TOP = {
    "model", "max_tokens", "messages", "system", "tools", "tool_choice", "stream", "stop_sequences",
    "temperature", "top_p", "top_k", "metadata", "thinking", "output_config", "service_tier",
    "cache_control", "inference_geo", "container", "speed", "diagnostics",
}  # fmt: skip
_BLOCKS = {
    "text": {"type", "text", "cache_control", "citations"},
    "tool_use": {"type", "id", "name", "input", "cache_control", "caller"},
    "tool_result": {"type", "tool_use_id", "content", "is_error", "cache_control"},
}
_TOOL = {
    "name", "description", "input_schema", "cache_control", "type", "strict", "input_examples",
    "eager_input_streaming", "defer_loading", "allowed_callers",
}  # fmt: skip
_THINKING = {
    "claude-haiku-5-5": {"adaptive", "disabled"},
    "claude-sonnet-5-5": {"adaptive", "between_tools"},
    "claude-opus-5-5": {"adaptive"},
}
_TOOL_ID = re.compile(r"[a-zA-Z0-9_-]+")
_TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
_PROPERTY = re.compile(r"[a-zA-Z0-9_.-]{1,64}")
_BREAKPOINTS = 4


@dataclass(eq=False)
class Refused(Exception):
    """A request the API answers with an error."""

    message: str
    status: int = 400
    kind: str = "invalid_request_error"


def check(request: object) -> None:
    """Raise `Refused` for the first thing in `request` that the API would not take."""
    body = _object(request, "request")
    _known(body, _TOP, "")
    _need(isinstance(body.get("model"), str) and body["model"] != "", "model: Field required")
    _need(_is_int(body.get("max_tokens")), "max_tokens: Field required")
    _need(cast(int, body["max_tokens"]) >= 1, "max_tokens: must be greater than 0")
    _check_model_options(body)
    _check_system(body.get("system"))
    names = _check_tools(body.get("tools"))
    _check_tool_choice(body.get("tool_choice"), names)
    _check_messages(_list(body.get("messages"), "messages"), has_tools=bool(names))
    _check_cache(body)


def _check_model_options(body: Json) -> None:
    model = str(body["model"])
    if model.endswith("-5-5"):
        for name in ("temperature", "top_p", "top_k"):
            _need(name not in body, f"{name}: not supported for this model")
    if (thinking := body.get("thinking")) is not None:
        kind = _object(thinking, "thinking").get("type")
        allowed = _THINKING.get(model, {"enabled", "disabled", "adaptive"})
        _need(kind in allowed, f"thinking.type {kind!r} is not supported for this model")


def _check_system(system: object) -> None:
    if system is None or isinstance(system, str):
        return
    for place, block in enumerate(_list(system, "system")):
        where = f"system.{place}"
        _need(_object(block, where).get("type") == "text", f"{where}.type: Input should be 'text'")
        _check_block(block, where)


def _check_tools(tools: object) -> set[str]:
    names: set[str] = set()
    for place, entry in enumerate(_list(tools, "tools") if tools is not None else []):
        where = f"tools.{place}"
        tool = _object(entry, where)
        _known(tool, _TOOL, where)
        name = tool.get("name")
        _need(isinstance(name, str) and bool(_TOOL_NAME.fullmatch(name)), f"{where}.name: pattern")
        _need(name not in names, "tools: Tool names must be unique.")
        names.add(cast(str, name))
        _need(isinstance(tool.get("description", ""), str), f"{where}.description: string")
        _check_schema(_object(tool.get("input_schema"), f"{where}.input_schema"), where)
    return names


def _check_schema(schema: Json, where: str) -> None:
    where = f"{where}.input_schema"
    _need(schema.get("type") == "object", f"{where}.type: Input should be 'object'")
    for key in ("oneOf", "allOf", "anyOf"):
        _need(key not in schema, f"{where}: does not support {key} at the top level")
    for name in _object(schema.get("properties", {}), f"{where}.properties"):
        _need(bool(_PROPERTY.fullmatch(name)), f"{where}.properties: bad property key {name!r}")


def _check_tool_choice(choice: object, names: set[str]) -> None:
    if choice is None:
        return
    kind = _object(choice, "tool_choice").get("type")
    _need(kind in {"auto", "any", "tool", "none"}, "tool_choice.type: unknown")
    _need(bool(names), "tool_choice may only be specified while providing tools.")


def _check_messages(messages: Sequence[object], *, has_tools: bool) -> None:
    _need(bool(messages), "messages: at least one message is required")
    pending: list[str] = []
    seen: set[str] = set()
    expected = "user"
    for place, entry in enumerate(messages):
        where = f"messages.{place}"
        message = _object(entry, where)
        _known(message, {"role", "content"}, where)
        role = message.get("role")
        _need(role == expected, f"{where}: roles must alternate and begin with user, got {role!r}")
        blocks = _content(message.get("content"), f"{where}.content")
        _need(has_tools or not _of_type(blocks, "tool_use"), "tools: required with tool_use")
        if role == "user":
            _check_results(blocks, pending, where)
            pending = []
        else:
            pending = _new_calls(blocks, seen, where)
        expected = "assistant" if role == "user" else "user"
    _need(
        expected == "assistant",
        "This model does not support assistant message prefill. "
        "The conversation must end with a user message.",
    )


def _check_results(blocks: Sequence[Json], pending: Sequence[str], where: str) -> None:
    _need(not _of_type(blocks, "tool_use"), f"{where}: tool_use blocks are the assistant's")
    answered = [str(block["tool_use_id"]) for block in _of_type(blocks, "tool_result")]
    for key in answered:
        _need(key in pending, f"{where}: unexpected tool_use_id in tool_result blocks: {key}")
    _need(len(set(answered)) == len(answered), f"{where}: each tool_use must have a single result")
    missing = [key for key in pending if key not in answered]
    _need(
        not missing,
        f"{where}: tool_use ids were found without tool_result blocks immediately after: {missing}",
    )
    kinds = [block["type"] for block in blocks]
    _need(
        all(kind == "tool_result" for kind in kinds[: len(answered)]),
        f"{where}: tool_result blocks must come first",
    )


def _new_calls(blocks: Sequence[Json], seen: set[str], where: str) -> list[str]:
    _need(not _of_type(blocks, "tool_result"), f"{where}: tool_result blocks are the user's")
    keys = [str(block["id"]) for block in _of_type(blocks, "tool_use")]
    for key in keys:
        _need(key not in seen, f"{where}: tool_use ids must be unique: {key}")
        seen.add(key)
    return keys


def _content(content: object, where: str) -> Sequence[Json]:
    if isinstance(content, str):
        _need(bool(content.strip()), f"{where}: text content blocks must contain text")
        return [{"type": "text", "text": content}]
    blocks = _list(content, where)
    _need(bool(blocks), f"{where}: must not be empty")
    return [_check_block(block, f"{where}.{place}") for place, block in enumerate(blocks)]


def _check_block(entry: object, where: str) -> Json:
    block = _object(entry, where)
    kind = block.get("type")
    _need(kind in _BLOCKS, f"{where}.type: Input tag {kind!r} is not expected here")
    _known(block, _BLOCKS[str(kind)], where)
    _CHECKS[str(kind)](block, where)
    return block


def _check_text(block: Json, where: str) -> None:
    text = block.get("text")
    _need(isinstance(text, str), f"{where}.text: Field required")
    _need(bool(cast(str, text).strip()), f"{where}: text content blocks must contain text")


def _check_tool_use(block: Json, where: str) -> None:
    key = block.get("id")
    _need(isinstance(key, str) and bool(_TOOL_ID.fullmatch(key)), f"{where}.id: pattern")
    name = block.get("name")
    _need(isinstance(name, str) and bool(_TOOL_NAME.fullmatch(name)), f"{where}.name: pattern")
    _object(block.get("input"), f"{where}.input")


def _check_tool_result(block: Json, where: str) -> None:
    key = block.get("tool_use_id")
    _need(isinstance(key, str) and bool(_TOOL_ID.fullmatch(key)), f"{where}.tool_use_id: pattern")
    _need(isinstance(block.get("is_error", False), bool), f"{where}.is_error: Input should be bool")
    content = block.get("content", "")
    if not isinstance(content, str):
        for place, part in enumerate(_list(content, f"{where}.content")):
            _check_block(part, f"{where}.content.{place}")


_CHECKS: dict[str, Callable[[Json, str], None]] = {
    "text": _check_text,
    "tool_use": _check_tool_use,
    "tool_result": _check_tool_result,
}


def _check_cache(body: Json) -> None:
    marks = list(_cache_marks(body))
    for mark in marks:
        control = _object(mark, "cache_control")
        _known(control, {"type", "ttl"}, "cache_control")
        _need(control.get("type") == "ephemeral", "cache_control.type: Input should be 'ephemeral'")
    _need(
        len(marks) <= _BREAKPOINTS,
        f"A maximum of {_BREAKPOINTS} blocks with cache_control may be provided.",
    )


def _cache_marks(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        entries = cast(dict[str, object], value)
        if entries.get("cache_control") is not None:
            yield entries["cache_control"]
        for entry in entries.values():
            yield from _cache_marks(entry)
    elif isinstance(value, list):
        for entry in cast(list[object], value):
            yield from _cache_marks(entry)


def _of_type(blocks: Sequence[Json], kind: str) -> list[Json]:
    return [block for block in blocks if block["type"] == kind]


def _known(value: Json, names: set[str], where: str) -> None:
    for name in value:
        _need(name in names, f"{where}.{name}".lstrip(".") + ": Extra inputs are not permitted")


def _object(value: object, where: str) -> Json:
    _need(isinstance(value, dict), f"{where}: Input should be an object")
    return cast(Json, value)


def _list(value: object, where: str) -> Sequence[object]:
    _need(isinstance(value, list), f"{where}: Input should be a valid list")
    return cast(Sequence[object], value)


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _need(holds: bool, message: str) -> None:
    if not holds:
        raise Refused(message)
