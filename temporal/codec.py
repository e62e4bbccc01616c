"""Encrypt what Temporal stores: transcripts are personal, its history need not be readable."""

import base64
import os
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

from convonet.errors import SettingsError

_ENCODING = b"binary/encrypted"
_NONCE_BYTES = 12
_KEY_BYTES = 32


class EncryptionCodec(PayloadCodec):
    """AES-256-GCM over whole payloads, summaries and details included.

    Workflow ids, search attributes and error messages stay clear.
    """

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    @classmethod
    def from_base64(cls, text: str) -> "EncryptionCodec":
        """Build from `CONVONET_PAYLOAD_KEY`.

        Raises:
            SettingsError: it is not base64 of 32 bytes.
        """
        try:
            key = base64.b64decode(text, validate=True)
        except ValueError:
            key = b""
        if len(key) != _KEY_BYTES:
            raise SettingsError("CONVONET_PAYLOAD_KEY: must be the base64 of 32 random bytes")
        return cls(key)

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypt each payload, metadata included."""
        return [self._encrypt(payload) for payload in payloads]

    async def decode(self, payloads: Iterable[Payload]) -> list[Payload]:
        """Decrypt what `encode` made; leave what was never encrypted as it is."""
        return [self._decrypt(payload) for payload in payloads]

    def _encrypt(self, payload: Payload) -> Payload:
        nonce = os.urandom(_NONCE_BYTES)
        data = nonce + self._cipher.encrypt(nonce, payload.SerializeToString(), None)
        return Payload(metadata={"encoding": _ENCODING}, data=data)

    def _decrypt(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != _ENCODING:
            return payload
        nonce, sealed = payload.data[:_NONCE_BYTES], payload.data[_NONCE_BYTES:]
        try:
            return Payload.FromString(self._cipher.decrypt(nonce, sealed, None))
        except InvalidTag:
            raise SettingsError(
                "CONVONET_PAYLOAD_KEY: does not open this payload; it was written with another key"
            ) from None
