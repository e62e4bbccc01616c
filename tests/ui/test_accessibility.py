"""The page for everybody: readers, keyboards, those who enlarge it, those whom motion disturbs."""

from collections.abc import Sequence
from typing import Any

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from convonet.contracts import voice as wire
from tests.eventually import eventually
from tests.ui.scripted_voice import DIST, PIN, ScriptedVoice
from tests.ui.voice_page import VoicePage

AXE = DIST.parent / "node_modules" / "axe-core" / "axe.min.js"
DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK_AT_200_PERCENT: ViewportSize = {"width": 720, "height": 450}
DESK_AT_400_PERCENT: ViewportSize = {"width": 360, "height": 225}
WHOLE = 0.97
"""How much of a thing is in view when all of it is: a page scrolls by whole pixels, what is on it
lies between them, so up to one pixel of a button's height may be cut off."""


async def violations(page: Page) -> list[str]:
    """Return what axe-core finds fault with on the page as it is now."""
    await page.evaluate(AXE.read_text())
    found: dict[str, Any] = await page.evaluate("() => axe.run()")
    return [
        f"{violation['id']}: {[node['target'] for node in violation['nodes']]}"
        for violation in found["violations"]
    ]


async def hold_a_conversation(page: VoicePage, voice: ScriptedVoice) -> None:
    """Show one of everything there is in a call."""
    timings = wire.Timings(endpointing=300, stt=200, llm_first_token=400, total=1_040)
    await voice.send(
        wire.Transcript(turn_id="t1", text="Add milk and remind me.", final=True),
        wire.Tool(turn_id="t1", name="create_todo", state="succeeded", summary="Added: Milk"),
        wire.Tool(turn_id="t1", name="create_reminder", state="failed", summary="No time given"),
        wire.Tool(turn_id="t1", name="get_todos", state="started", summary=""),
        wire.Reply(turn_id="t1", text="Milk is on the list.", final=True),
        wire.Clear(turn_id="t1"),
        wire.TurnEnded(turn_id="t1", timings_ms=timings),
        wire.Notice(text="Call the bank."),
        wire.Transfer(state="failed", reason="Nobody is here yet."),
        wire.Error(code="hearing_unavailable", message="One moment, I cannot hear you."),
        wire.SpeechStarted(),
        wire.Transcript(turn_id="t2", text="and what", final=False),
    )
    await page.button("Timings").click()
    await page.said(["and what", "1.04 s"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
async def test_axe_finds_nothing_in_any_state(
    browser: Browser, voice: ScriptedVoice, scheme: Any, viewport: ViewportSize
) -> None:
    # Still, so that no colour is judged on its way.
    async with await browser.new_context(
        color_scheme=scheme, viewport=viewport, reduced_motion="reduce"
    ) as context:
        page = await VoicePage.open(context, voice.url)
        assert await violations(page.page) == []
        await page.sign_in("9999")
        await expect(page.page.get_by_role("alert").first).to_contain_text("2 attempts left")
        assert await violations(page.page) == []
        await page.sign_in(PIN)
        await page.shows("Listening")
        assert await violations(page.page) == []
        await hold_a_conversation(page, voice)
        for state in ("thinking", "speaking"):
            await voice.send(wire.SpeechStopped(), wire.AssistantState(state=state))
            await page.shows(state.capitalize())
            assert await violations(page.page) == []
        voice.refuses_connections = True
        await voice.cut()
        await page.shows("Reconnecting")
        assert await violations(page.page) == []
        voice.refuses_connections = False
        await page.shows("Listening")
        await voice.send(wire.CallEnded(reason="goodbye"))
        await page.shows("Call ended")
        assert await violations(page.page) == []


async def names_by_tab(page: Page, count: int) -> Sequence[str]:
    """Press Tab so often and return what has the focus each time, by its accessible name."""
    names: list[str] = []
    for _ in range(count):
        await page.keyboard.press("Tab")
        names.append(
            await page.evaluate(
                "() => document.activeElement.ariaLabel ?? document.activeElement.innerText.trim()"
            )
        )
    return names


async def test_tab_walks_through_a_call_in_the_order_it_is_seen(call: VoicePage) -> None:
    await call.page.evaluate("() => document.activeElement.blur()")
    assert await names_by_tab(call.page, 7) == [
        "Mute",
        "Talk to a human",
        "End call",
        "Follow in Temporal",
        "Timings",
        "Transcript",
        "Type instead of talking",
    ]


async def test_what_has_the_focus_is_seen_to_have_it(call: VoicePage) -> None:
    await call.page.evaluate("() => document.activeElement.blur()")
    for _ in range(6):
        await call.page.keyboard.press("Tab")
        outline = await call.page.evaluate(
            "() => getComputedStyle(document.activeElement).outlineStyle"
        )
        assert outline == "solid"


async def test_nothing_moves_for_those_who_want_it_still(
    browser: Browser, voice: ScriptedVoice
) -> None:
    async with await browser.new_context(reduced_motion="reduce") as context:
        page = await VoicePage.open(context, voice.url)
        await page.sign_in(PIN)
        await page.shows("Listening")
        await hold_a_conversation(page, voice)
        await page.page.wait_for_function("() => document.getAnimations().length === 0")
        orb = page.page.locator("canvas")
        await page.page.evaluate(
            "() => { const draw = CanvasRenderingContext2D.prototype.clearRect;"
            "CanvasRenderingContext2D.prototype.clearRect = function (...box) {"
            "window.drawn++; return draw.apply(this, box); }; }"
        )

        async def nothing_is_drawn() -> bool:
            await page.page.evaluate("() => { window.drawn = 0; }")
            voice.audio.clear()
            await voice.until(lambda: len(voice.audio) > 32_000)
            return await page.page.evaluate("() => window.drawn") == 0

        # The last thing that was shown may be drawn a moment later.
        await eventually(nothing_is_drawn)
        await expect(orb).to_be_visible()


@pytest.mark.parametrize(
    "viewport", [DESK_AT_200_PERCENT, DESK_AT_400_PERCENT], ids=["200 %", "400 %"]
)
async def test_enlarged_everything_is_still_there(
    browser: Browser, voice: ScriptedVoice, viewport: ViewportSize
) -> None:
    async with await browser.new_context(viewport=viewport) as context:
        page = await VoicePage.open(context, voice.url)
        await page.pin.fill(PIN)
        await page.start.scroll_into_view_if_needed()
        await expect(page.start).to_be_in_viewport()
        await page.start.click()
        await page.shows("Listening")
        await hold_a_conversation(page, voice)
        overflow = "() => document.documentElement.scrollWidth - window.innerWidth"
        assert await page.page.evaluate(overflow) <= 0
        for name in ("Mute", "Talk to a human", "End call", "Timings"):
            await page.button(name).scroll_into_view_if_needed()
            await expect(page.button(name)).to_be_in_viewport(ratio=WHOLE)
        field = page.page.get_by_label("Type instead of talking")
        await field.scroll_into_view_if_needed()
        await expect(field).to_be_in_viewport(ratio=WHOLE)
        await expect(page.transcript.get_by_text("and what")).to_be_visible()


async def test_a_page_the_browser_keeps_silent_says_so_and_sounds_after_a_click(
    browser: Browser, voice: ScriptedVoice
) -> None:
    async with await browser.new_context() as context:
        page = await VoicePage.open(context, voice.url)
        await page.sign_in(PIN)
        await page.shows("Listening")
        await page.page.reload()  # nobody has clicked this one
        await expect(page.page.get_by_text("Your browser keeps this page silent.")).to_be_visible()
        await voice.say("t1", 5_000)
        await voice.say("t2", 20_000)
        await page.is_silent()
        await page.button("Turn sound on").click()
        await page.sounds()
        await expect(page.button("Turn sound on")).to_have_count(0)
        await voice.until(
            lambda: any(
                isinstance(message, wire.Played) and message.turn_id == "t2" and message.ms > 300
                for message in voice.received
            )
        )
