"""Making an account, signing in, and changing what is one's own, on the pages."""

import asyncio
from collections.abc import AsyncGenerator
from uuid import UUID

import httpx
import pytest
from playwright.async_api import Browser, Route, expect
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from convonet.accounts import tokens
from convonet.accounts.allowances import LOGINS_OF_ACCOUNT, login_counts
from convonet.redis.client import Redis
from convonet.redis.sign_ins import SignIns
from convonet.redis.tries import Tries
from tests.api.client import new_address
from tests.api.edge import Backing, Edge, running_edge
from tests.api.test_voice_pins import some_pin
from tests.ui.account_page import LIMIT_MS, PASSWORD, AccountPage, Newcomer, account_page
from tests.ui.test_accessibility import DESK_AT_400_PERCENT, violations


@pytest.fixture(scope="module")
async def edge(
    engine: AsyncEngine,
    redis: Redis,
    temporal_client: Client,
    database_url: str,
    redis_url: str,
) -> AsyncGenerator[Edge]:
    """The real API, with its pages."""
    backing = Backing(engine, redis, temporal_client, database_url, redis_url)
    # Nobody has to wait because of the wrong PINs of the tests before.
    await redis.delete("pin:{all}:tries", "pin:{all}:turn")
    async with running_edge(backing) as edge:
        yield edge


async def registered(edge: Edge) -> tuple[Newcomer, UUID]:
    """Make an account by the API."""
    newcomer = Newcomer()
    async with httpx.AsyncClient(
        base_url=edge.http_url, headers={"X-Forwarded-For": new_address()}
    ) as http:
        answer = await http.post("/api/auth/register", json=newcomer.registration)
    assert answer.status_code == 201, answer.text
    return newcomer, UUID(answer.json()["user"]["id"])


async def test_an_account_is_made_kept_over_a_reload_and_left_by_keyboard(
    browser: Browser, edge: Edge
) -> None:
    newcomer = Newcomer()
    async with account_page(browser, edge.http_url, timezone_id="Asia/Tokyo") as page:
        await page.open("/profile", "Sign in")
        await page.page.get_by_role("link", name="Create an account").press("Enter")
        await page.shows("Create an account")
        await expect(page.field("First name")).to_be_focused(timeout=LIMIT_MS)
        keyboard = page.page.keyboard
        for text in ("Ada", "Lovelace", newcomer.email, newcomer.username, PASSWORD):
            await keyboard.type(text)
            await keyboard.press("Tab")
        await expect(page.button("Show password")).to_be_focused()
        await keyboard.press("Space")
        await expect(page.field("Password")).to_have_attribute("type", "text")
        await expect(page.field("Time zone")).to_have_value("Asia/Tokyo")
        await keyboard.press("Tab")
        await keyboard.press("Tab")
        await expect(page.button("Create account")).to_be_focused()
        await keyboard.press("Enter")

        await page.shows("Your account")
        await page.says("You are in no team yet.")
        await page.page.reload()
        await page.shows("Your account")
        await expect(page.field("Email")).to_have_value(newcomer.email)
        await expect(page.field("Time zone")).to_have_value("Asia/Tokyo")
        await page.button("Sign out").press("Enter")
        await page.shows("Sign in")
        assert await page.page.evaluate("() => localStorage.length") == 0


async def test_a_wrong_form_says_what_is_wrong_where_it_is_wrong(
    browser: Browser, edge: Edge
) -> None:
    newcomer, _ = await registered(edge)
    async with account_page(browser, edge.http_url) as page:
        await page.open("/register", "Create an account")
        await page.button("Create account").click()
        await page.faulty("Email", "Please enter an email address.")
        await page.field("Email").fill(newcomer.email)
        await page.field("Username").fill("a b")
        await page.field("Password").fill("password123")
        await page.button("Create account").click()
        await page.faulty("Username", "Use 2 to 50 letters")
        await page.field("Username").fill(newcomer.username)
        await page.button("Create account").click()
        await page.faulty("Password", "Too easy to guess.")
        await page.field("Password").fill(PASSWORD)
        await page.button("Create account").click()
        await page.faulty("Email", "already has this email address")
        assert await violations(page.page) == []


async def test_pin_password_and_address_are_changed_on_the_profile(
    browser: Browser, edge: Edge
) -> None:
    newcomer, _ = await registered(edge)
    fresh = Newcomer()
    async with account_page(browser, edge.http_url) as page:
        await page.open("/login?next=%2Fprofile", "Sign in")
        await page.sign_in(newcomer.email)
        await page.shows("Your account")

        await page.field("PIN").fill("1234")
        await page.button("Set PIN").click()
        await page.faulty("PIN", "Too easy to guess")
        await page.field("PIN").fill(some_pin())
        await page.button("Set PIN").click()
        await page.says("PIN saved")
        await page.says("A PIN is set.")

        await page.form("About you").get_by_label("Email").fill(fresh.email)
        await page.button("Save").click()
        proof = page.form("About you").get_by_label("Current password", exact=True)
        await expect(proof).to_be_focused(timeout=LIMIT_MS)
        await proof.fill(PASSWORD)
        await page.button("Save").click()
        await page.says("Saved")

        form = page.form("Password")
        current = form.get_by_label("Current password", exact=True)
        await current.fill("not this one")
        await form.get_by_label("New password", exact=True).fill("another " + PASSWORD)
        await page.button("Change password").click()
        await page.says("This is not your current password.")
        await current.fill(PASSWORD)
        await page.button("Change password").click()
        await page.says("Password changed")
        await page.page.reload()
        await page.shows("Your account")
        await page.says("A PIN is set.")
        assert await violations(page.page) == []
        await page.button("Sign out everywhere").click()
        await page.shows("Sign in")
        await page.sign_in(fresh.email, "another " + PASSWORD)
        await page.shows("Your account")


async def test_an_ended_session_leads_back_with_what_was_typed(
    browser: Browser, edge: Edge, redis: Redis
) -> None:
    newcomer, user_id = await registered(edge)
    async with account_page(browser, edge.http_url) as page:
        await page.open("/profile", "Sign in")
        await page.sign_in(newcomer.username)
        await page.shows("Your account")
        await page.field("First name").fill("Augusta Ada")
        await page.field("New password").fill("a secret nobody keeps")
        await SignIns(redis, tokens.REFRESH_S).end_all(user_id)
        await page.button("Save").click()

        await page.shows("Sign in")
        await page.says("You were signed out after a while.")
        kept = await page.page.evaluate("() => JSON.stringify([sessionStorage, localStorage])")
        assert "Augusta Ada" in kept
        assert "secret" not in kept
        await page.sign_in(newcomer.email)
        await page.shows("Your account")
        await page.says("What you had typed is still here.")
        await expect(page.field("First name")).to_have_value("Augusta Ada")
        await page.button("Save").click()
        await page.says("Augusta Ada Lovelace")
        await page.page.reload()
        await page.says("Augusta Ada Lovelace")
        await expect(page.page.get_by_text("What you had typed")).to_have_count(0)


async def test_too_many_wrong_passwords_count_down(
    browser: Browser, edge: Edge, redis: Redis
) -> None:
    name = Newcomer().email
    for _ in range(LOGINS_OF_ACCOUNT[0].most):
        await Tries(redis).take(login_counts(new_address(), name))
    async with account_page(browser, edge.http_url) as page:
        await page.open("/login", "Sign in")
        await page.sign_in(name)
        await page.says("That was tried too often.")
        wait = page.page.get_by_role("button", name="Try again in")
        await expect(wait).to_have_attribute("aria-disabled", "true")
        before = await wait.inner_text()
        await expect(wait).not_to_have_text(before, timeout=LIMIT_MS)


async def test_a_slow_or_absent_server_is_said_to_be_one(browser: Browser, edge: Edge) -> None:
    newcomer, _ = await registered(edge)
    async with account_page(browser, edge.http_url) as page:
        held: asyncio.Queue[Route] = asyncio.Queue()
        await page.open("/login", "Sign in")
        await page.page.route("**/api/auth/login", held.put)
        await page.sign_in(newcomer.email)
        await page.says("This takes longer than usual…")
        async with asyncio.timeout(LIMIT_MS / 1_000):
            login = await held.get()
        await login.abort()
        await page.says("Convonet cannot be reached right now.")
        await page.page.unroute("**/api/auth/login")
        await page.button("Sign in").click()
        await page.shows("Your account")

        await page.page.route("**/api/auth/refresh", lambda route: route.abort())
        await page.page.reload()
        await page.says("Convonet cannot be reached right now.")
        assert await violations(page.page) == []
        await page.page.unroute("**/api/auth/refresh")
        await page.button("Try again").click()
        await page.shows("Your account")


async def test_enlarged_and_dark_everything_is_still_there(browser: Browser, edge: Edge) -> None:
    newcomer, _ = await registered(edge)
    async with account_page(
        browser,
        edge.http_url,
        viewport=DESK_AT_400_PERCENT,
        color_scheme="dark",
    ) as page:
        await page.open("/register", "Create an account")
        await is_whole(page, "Create account")
        await page.open("/login", "Sign in")
        await page.button("Sign in").click()
        await page.faulty("Email or username", "Please enter your email address or username.")
        await is_whole(page, "Sign in")
        await page.sign_in(newcomer.email)
        await page.shows("Your account")
        await is_whole(page, "Save", "Set PIN", "Change password", "Sign out")


async def is_whole(page: AccountPage, *buttons: str) -> None:
    """Expect no fault, nothing beside the screen, and buttons that can be reached."""
    assert await violations(page.page) == []
    overflow = "() => document.documentElement.scrollWidth - window.innerWidth"
    assert await page.page.evaluate(overflow) <= 0
    for name in buttons:
        await page.button(name).scroll_into_view_if_needed()
        await expect(page.button(name)).to_be_in_viewport()
