"""People with accounts, as the routes of accounts see them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from tests.api.client import new_address

PASSWORD = "a password of tests"
Json = dict[str, object]


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Return the status and the code of a problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, str(answer.json()["code"])


@dataclass
class Somebody:
    """One person at one address; has an account after `register`."""

    http: httpx.AsyncClient
    name: str = field(default_factory=lambda: f"u{uuid4().hex[:16]}")
    address: str = field(default_factory=new_address)
    access_token: str = ""
    refresh_token: str = ""

    @property
    def email(self) -> str:
        return f"{self.name}@example.com"

    async def ask(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> httpx.Response:
        """Ask `/api/auth`, signed in if there is a token."""
        headers = {"X-Forwarded-For": self.address}
        if self.access_token:
            headers["Authorization"] = f"Bearer {self.access_token}"
        return await self.http.request(method, f"/api/auth/{path}", json=body, headers=headers)

    async def register(self, **more: object) -> httpx.Response:
        body = {"email": self.email, "username": self.name, "password": PASSWORD, **more}
        return self._keep(await self.ask("POST", "register", body))

    async def login(self, password: str = PASSWORD) -> httpx.Response:
        body = {"email": self.email, "password": password}
        return self._keep(await self.ask("POST", "login", body))

    async def refresh(self, token: str | None = None) -> httpx.Response:
        body = {"refresh_token": token or self.refresh_token}
        return self._keep(await self.ask("POST", "refresh", body))

    async def change_password(self, current: str, new: str) -> httpx.Response:
        body = {"current_password": current, "new_password": new}
        return self._keep(await self.ask("PUT", "password", body))

    async def set_pin(self, pin: str | None) -> httpx.Response:
        return await self.ask("PUT", "pin", {"pin": pin})

    def _keep(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_success:
            self.access_token = answer.json()["access_token"]
            self.refresh_token = answer.json()["refresh_token"]
        return answer

    def elsewhere(self) -> "Somebody":
        """Return the same person on another device, signed out."""
        return Somebody(self.http, self.name)
