"""Past what can be carried the page says so, in words and sound, and offers to try again."""

from playwright.async_api import expect

from convonet.contracts import voice as wire
from tests.ui.scripted_voice import PIN, ScriptedVoice
from tests.ui.voice_page import VoicePage

BUSY = wire.Error(code="busy", message="busy, please try again")


async def refuse(voice: ScriptedVoice, times: int) -> None:
    """Wait for that many tries, and refuse the last one."""
    await voice.until(lambda: len(voice.messages(wire.Start)) == times)
    await voice.send(BUSY)


async def test_a_caller_for_whom_there_is_no_room_sees_and_hears_it_and_may_try_again(
    page: VoicePage, voice: ScriptedVoice
) -> None:
    voice.answers_start = False
    await page.sign_in(PIN)
    await refuse(voice, 1)
    await page.shows("Busy")
    await expect(page.page.get_by_role("alert")).to_have_text(
        "All lines are busy right now. Please try again in a moment."
    )
    await expect(page.button("Try again")).to_be_focused()
    await page.has_sounded()
    await page.button("Try again").click()
    await page.is_silent()
    await refuse(voice, 2)
    await page.shows("Busy")
    voice.answers_start = True
    await page.button("Try again").click()
    await page.shows("Listening")
    assert len(voice.messages(wire.Authenticate)) == 1
