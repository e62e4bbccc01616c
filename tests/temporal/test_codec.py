import base64
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from temporalio.api.common.v1 import Payload

from convonet.contracts.conversation import Utterance
from convonet.errors import SettingsError
from convonet.settings import Settings
from temporal.client import data_converter
from temporal.codec import EncryptionCodec

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.b64encode(bytes(32)).decode()

payloads = st.lists(
    st.builds(
        Payload,
        metadata=st.dictionaries(st.text(max_size=8), st.binary(max_size=8), max_size=3),
        data=st.binary(max_size=200),
    ),
    max_size=4,
)


@given(payloads)
async def test_what_was_encrypted_comes_back_whole(plain: Sequence[Payload]) -> None:
    codec = EncryptionCodec.from_base64(KEY)
    sealed = await codec.encode(plain)
    assert await codec.decode(sealed) == list(plain)


async def test_nothing_said_can_be_read_in_what_is_stored() -> None:
    converter = data_converter(Settings(convonet_payload_key=SecretStr(KEY)))
    said = Utterance(turn_id="t1", text="my secret", epoch=1, ended_at="now")
    (stored,) = await converter.encode([said])
    (again,) = await converter.encode([said])
    assert b"secret" not in stored.SerializeToString()
    assert stored.data != again.data
    assert await converter.decode([stored], [Utterance]) == [said]


async def test_without_a_key_payloads_are_plain_json() -> None:
    (stored,) = await data_converter(Settings()).encode(["hello"])
    assert stored.data == b'"hello"'


async def test_what_was_stored_before_there_was_a_key_can_still_be_read() -> None:
    plain = await data_converter(Settings()).encode(["hello"])
    converter = data_converter(Settings(convonet_payload_key=SecretStr(KEY)))
    assert await converter.decode(plain, [str]) == ["hello"]


async def test_another_key_is_named_as_the_cause() -> None:
    sealed = await EncryptionCodec.from_base64(KEY).encode([Payload(data=b"hello")])
    with pytest.raises(SettingsError, match="CONVONET_PAYLOAD_KEY"):
        await EncryptionCodec.from_base64(OTHER_KEY).decode(sealed)


async def test_a_payload_that_was_tampered_with_is_refused() -> None:
    codec = EncryptionCodec.from_base64(KEY)
    (sealed,) = await codec.encode([Payload(data=b"hello")])
    sealed.data = sealed.data[:-1] + bytes([sealed.data[-1] ^ 1])
    with pytest.raises(SettingsError):
        await codec.decode([sealed])


@pytest.mark.parametrize(
    "key",
    ["", "short", "not base64 at all!", "schlüssel", base64.b64encode(bytes(16)).decode()],
)
def test_a_malformed_key_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(SettingsError, match="CONVONET_PAYLOAD_KEY") as caught:
        data_converter(Settings(convonet_payload_key=SecretStr(key)))
    assert not key or key not in str(caught.value)
