"""Connect to Temporal: the embedded server, a cluster or Temporal Cloud, by settings alone."""

from dataclasses import replace
from pathlib import Path

from temporalio.client import Client, TLSConfig
from temporalio.converter import DataConverter

from convonet.settings import Settings
from temporal.codec import EncryptionCodec
from temporal.payloads import CONVERTER

EMBEDDED_HOST = "127.0.0.1"


def data_converter(settings: Settings) -> DataConverter:
    """Return the converter that carries contracts as JSON, encrypted when a key is set."""
    key = settings.convonet_payload_key
    if key is None:
        return CONVERTER
    codec = EncryptionCodec.from_base64(key.get_secret_value())
    return replace(CONVERTER, payload_codec=codec)


def address(settings: Settings) -> str:
    """Return `host:port` of the Temporal frontend."""
    return settings.temporal_address or f"{EMBEDDED_HOST}:{settings.convonet_temporal_port}"


def web_ui(settings: Settings) -> str:
    """Return the address of the Temporal Web UI, for people."""
    return (
        settings.temporal_ui_url or f"http://{EMBEDDED_HOST}:{settings.convonet_temporal_ui_port}"
    )


def workflow_url(settings: Settings, workflow_id: str) -> str:
    """Return where the Temporal Web UI shows a workflow."""
    return f"{web_ui(settings)}/namespaces/{settings.temporal_namespace}/workflows/{workflow_id}"


def _tls(settings: Settings) -> TLSConfig | bool:
    certificate = settings.temporal_tls_client_cert_path
    key = settings.temporal_tls_client_key_path
    if certificate is None or key is None:
        return settings.temporal_api_key is not None
    return TLSConfig(client_cert=_read(certificate), client_private_key=_read(key))


def _read(path: Path) -> bytes:
    return path.expanduser().read_bytes()


async def connect(settings: Settings, *, lazy: bool = False) -> Client:
    """Return a client; with `lazy` it connects on first use, so that a process can start alone.

    Raises:
        RuntimeError: the server does not answer (never with `lazy`).
    """
    api_key = settings.temporal_api_key
    return await Client.connect(
        address(settings),
        namespace=settings.temporal_namespace,
        api_key=api_key.get_secret_value() if api_key else None,
        tls=_tls(settings),
        data_converter=data_converter(settings),
        lazy=lazy,
    )
