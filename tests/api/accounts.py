"""People with accounts, as the routes of accounts see them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from uuid import UUID, uuid4

import httpx
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from sqlalchemy import update

from convonet.accounts.sign_in import Doorkeeper
from convonet.db.engine import sessionmaker, transaction
from convonet.db.models import User
from tests.api.client import new_address
from tests.api.edge import SECRET, Backing
from tests.db.people import add_user

PASSWORD = "a password of tests"
CHEAP_HASH = PasswordHasher.from_parameters(CHEAPEST).hash(PASSWORD)
"""Quick to compare with; a right password replaces it by one that is not."""


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Return the status and the code of a problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, str(answer.json()["code"])


async def sign_in(backing: Backing, user_id: UUID) -> tuple[str, str]:
    """Return access and refresh token of a new sign-in, without any password."""
    door = Doorkeeper(sessionmaker(backing.engine), backing.redis, SECRET)
    signed_in = await door.begin(user_id)
    return signed_in.access_token, signed_in.refresh_token


async def change_user(backing: Backing, user_id: UUID, **values: object) -> None:
    async with transaction(sessionmaker(backing.engine)) as session:
        await session.execute(update(User).where(User.id == user_id).values(**values))


@dataclass
class Somebody:
    """One person at one address."""

    http: httpx.AsyncClient
    name: str = field(default_factory=lambda: f"u{uuid4().hex[:16]}")
    address: str = field(default_factory=new_address)
    access_token: str = ""
    refresh_token: str = ""
    user_id: UUID = field(default_factory=uuid4)

    @property
    def email(self) -> str:
        return f"{self.name}@example.com"

    @property
    def counted_as(self) -> str:
        """What the limits of an address know this one as."""
        return str(ip_network((self.address, 64), strict=False))

    async def settle(self, backing: Backing) -> "Somebody":
        """Get an account and a sign-in, without the work of hashing a password."""
        self.user_id = await add_user(sessionmaker(backing.engine))
        await change_user(
            backing,
            self.user_id,
            email=self.email,
            username=self.name,
            password_hash=CHEAP_HASH,
        )
        self.access_token, self.refresh_token = await sign_in(backing, self.user_id)
        return self

    async def ask(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> httpx.Response:
        """Ask `/api/auth`, signed in if there is a token."""
        headers = {"X-Forwarded-For": self.address, "Content-Type": "application/json"}
        if self.access_token:
            headers["Authorization"] = f"Bearer {self.access_token}"
        content = None if body is None else json.dumps(body)
        return await self.http.request(
            method, f"/api/auth/{path}", content=content, headers=headers
        )

    async def register(self, **more: object) -> httpx.Response:
        body = {"email": self.email, "username": self.name, "password": PASSWORD, **more}
        return self._keep(await self.ask("POST", "register", body))

    async def login(self, password: str = PASSWORD, name: str | None = None) -> httpx.Response:
        body = {"email": name or self.email, "password": password}
        return self._keep(await self.ask("POST", "login", body))

    async def refresh(self, token: str | None = None) -> httpx.Response:
        body = {"refresh_token": token or self.refresh_token}
        return self._keep(await self.ask("POST", "refresh", body))

    async def logout(self, **more: object) -> httpx.Response:
        return await self.ask("POST", "logout", {"refresh_token": self.refresh_token, **more})

    async def profile(self) -> httpx.Response:
        return await self.ask("GET", "profile")

    async def change(self, **changes: object) -> httpx.Response:
        return await self.ask("PUT", "profile", changes)

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
        return Somebody(self.http, self.name, user_id=self.user_id)
