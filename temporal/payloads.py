"""Contracts as Temporal carries them: JSON that older and newer code both read."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
)


class _Json(PydanticJSONPlainPayloadConverter):
    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        """Read a payload; fields that only a newer writer knows are passed over."""
        return _adapter(type_hint or Any).validate_json(payload.data, extra="ignore")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


class Payloads(CompositePayloadConverter):
    """Temporal's own converters, with ours for JSON."""

    def __init__(self) -> None:
        """Take the place of the converter for JSON."""
        ours = _Json()
        super().__init__(
            *(
                ours if isinstance(theirs, JSONPlainPayloadConverter) else theirs
                for theirs in DefaultPayloadConverter.default_encoding_payload_converters
            )
        )


CONVERTER = DataConverter(payload_converter_class=Payloads)
"""What every client and replayer of ours uses; `temporal.client` adds encryption."""
