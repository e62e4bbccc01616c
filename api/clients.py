"""Where a request really comes from: its address behind proxies, its page's origin."""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from convonet.settings import Settings

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_DEFAULT_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_ONE_IPV6_CUSTOMER: Final = 64


def client_address(connection: HTTPConnection, settings: Settings) -> str:
    """Return the address to hold a client to; of IPv6 the /64, which is one customer's.

    X-Forwarded-For is believed only as far as trusted proxies have written it.
    """
    address = connection.client.host if connection.client else ""
    trusted = _networks(settings.convonet_trusted_proxies)
    # A proxy may add a line of its own behind what the client has made up: all lines count.
    forwarded = ",".join(connection.headers.getlist("x-forwarded-for")).split(",")
    while forwarded and _is_in(address, trusted):
        nearer = forwarded.pop().strip()
        if _ip(nearer) is None:
            break
        address = nearer
    return _customer(address)


def origin_is_allowed(connection: HTTPConnection, settings: Settings) -> bool:
    """Tell whether a page of this origin may open a socket here.

    Who sends no Origin is no browser, so nobody's cookies or network can be misused.
    """
    origin = connection.headers.get("origin")
    if origin is None:
        return True
    allowed = {*settings.convonet_allowed_origins, settings.public_url or ""}
    if origin.rstrip("/") in allowed:
        return True
    host = connection.headers.get("host", "")
    return _same_host(origin, host) and _may_be_called(host, settings.convonet_host)


def _may_be_called(host: str, listening_on: str) -> bool:
    """Tell whether a server that listens there can be called that by its own pages.

    On loopback, any other name is a stranger's that was made to lead here (DNS rebinding).
    """
    return not _is_loopback(listening_on) or _is_loopback(urlsplit(f"//{host}").hostname or "")


def _is_loopback(name: str) -> bool:
    address = _ip(name)
    return name == "localhost" if address is None else address.is_loopback


def _same_host(origin: str, host: str) -> bool:
    try:
        theirs, ours = urlsplit(origin), urlsplit(f"//{host}")
        port = theirs.port or _DEFAULT_PORTS.get(theirs.scheme)
        same_port = (ours.port or _DEFAULT_PORTS.get(theirs.scheme)) == port
    except ValueError:
        return False
    return bool(theirs.hostname) and theirs.hostname == ours.hostname and same_port


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _networks(text: str) -> list[Network]:
    parts = [part.strip() for part in text.split(",")]
    return [ipaddress.ip_network(part, strict=False) for part in parts if part]


def _is_in(address: str, networks: list[Network]) -> bool:
    found = _ip(address)
    return found is not None and any(found in network for network in networks)


def _customer(address: str) -> str:
    found = _ip(address)
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, _ONE_IPV6_CUSTOMER), strict=False))
    return address
