"""The pages of accounts as a person uses them, against a real API."""

import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, ConsoleMessage, Locator, Page, expect

from tests.api.client import new_address

LIMIT_MS = 60_000
PASSWORD = "a lighthouse in the rain"
# What the browser itself notes about every answer that is an error.
OF_THE_BROWSER = "Failed to load resource"


@dataclass(frozen=True)
class Newcomer:
    """Somebody nobody else in the run knows."""

    username: str = field(default_factory=lambda: f"ada-{secrets.token_hex(6)}")
    first_name: str = "Ada"
    last_name: str = "Lovelace"

    @property
    def email(self) -> str:
        return f"{self.username}@example.com"

    @property
    def registration(self) -> dict[str, str]:
        return {
            "email": self.email,
            "username": self.username,
            "password": PASSWORD,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "time_zone": "Europe/Zurich",
        }


class AccountPage:
    """One browser tab."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.errors: list[str] = []
        self.hosts: set[str] = set()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._note)
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(OF_THE_BROWSER):
            self.errors.append(message.text)

    async def open(self, path: str, title: str) -> None:
        """Load a page and wait for its heading."""
        await self.page.goto(self.url + path)
        await self.shows(title)

    async def shows(self, title: str) -> None:
        """Wait for the page with this heading."""
        heading = self.page.get_by_role("heading", name=title, level=1)
        await expect(heading).to_be_visible(timeout=LIMIT_MS)

    def form(self, name: str) -> Locator:
        return self.page.get_by_role("form", name=name)

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(label, exact=True)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    async def says(self, text: str) -> None:
        """Wait until the page says this."""
        await expect(self.page.get_by_text(text).first).to_be_visible(timeout=LIMIT_MS)

    async def sign_in(self, name: str, password: str = PASSWORD) -> None:
        """Fill the form of `/login` and send it."""
        await self.field("Email or username").fill(name)
        await self.field("Password").fill(password)
        await self.button("Sign in").click()

    async def faulty(self, label: str, words: str) -> None:
        """Expect the field to have the focus, and to be described by what is wrong with it."""
        await expect(self.field(label)).to_be_focused(timeout=LIMIT_MS)
        await expect(self.field(label)).to_have_attribute("aria-invalid", "true")
        described_by = await self.field(label).get_attribute("aria-describedby")
        assert described_by is not None
        texts = [
            await self.page.locator(f"[id='{it}']").inner_text() for it in described_by.split()
        ]
        assert words in " ".join(texts)


@asynccontextmanager
async def account_page(browser: Browser, url: str, **context: Any) -> AsyncGenerator[AccountPage]:
    """Open a tab of somebody at an address of their own; it asks no other host, and is quiet."""
    headers = {"X-Forwarded-For": new_address()}
    # Still, so that no colour is judged on its way.
    async with await browser.new_context(
        extra_http_headers=headers, reduced_motion="reduce", **context
    ) as opened:
        page = AccountPage(await opened.new_page(), url)
        page.page.set_default_timeout(LIMIT_MS)
        yield page
        assert page.errors == []
        assert page.hosts == {urlsplit(url).netloc}
