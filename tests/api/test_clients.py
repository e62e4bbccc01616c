import pytest
from starlette.requests import HTTPConnection

from api.clients import client_address, origin_is_allowed
from convonet.errors import SettingsError
from convonet.settings import Settings, read_settings


def _from(address: str, **headers: str | list[str]) -> HTTPConnection:
    raw = [
        (name.replace("_", "-").encode(), value.encode())
        for name, values in headers.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    return HTTPConnection({"type": "websocket", "client": (address, 1), "headers": raw})


def _settings(**values: str) -> Settings:
    return Settings.model_validate({"convonet_trusted_proxies": "10.0.0.0/8", **values})


@pytest.mark.parametrize(
    ("address", "forwarded", "who"),
    [
        ("192.0.2.1", "203.0.113.9", "192.0.2.1"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        # HAProxy adds a line of its own behind the one a client has made up.
        ("10.0.0.1", ["1.1.1.1", "203.0.113.9"], "203.0.113.9"),
    ],
)
def test_an_address_is_what_the_nearest_trusted_proxy_saw(
    address: str, forwarded: str | list[str], who: str
) -> None:
    connection = _from(address, x_forwarded_for=forwarded)
    assert client_address(connection, _settings()) == who


def test_malformed_proxies_stop_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVONET_TRUSTED_PROXIES", "10.0.0.0/8, the-proxy")
    with pytest.raises(SettingsError, match="CONVONET_TRUSTED_PROXIES"):
        read_settings()


@pytest.mark.parametrize(
    ("listening_on", "host", "may"),
    [
        ("127.0.0.1", "127.0.0.1:8000", True),
        ("127.0.0.1", "localhost:8000", True),
        ("::1", "[::1]:8000", True),
        # A page whose name suddenly leads to this machine (DNS rebinding) names itself as host.
        ("127.0.0.1", "elsewhere.example:8000", False),
        ("127.0.0.1", "voice.example", True),
        ("0.0.0.0", "elsewhere.example:8000", True),  # noqa: S104
    ],
)
def test_a_page_gets_in_where_it_came_from(listening_on: str, host: str, may: bool) -> None:
    settings = _settings(convonet_host=listening_on, public_url="http://voice.example")
    connection = _from("127.0.0.1", host=host, origin=f"http://{host}")
    assert origin_is_allowed(connection, settings) is may
