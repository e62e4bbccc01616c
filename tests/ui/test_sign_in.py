"""Signing in by PIN on the page."""

from playwright.async_api import Browser, expect

from convonet.contracts import voice as wire
from tests.ui.scripted_voice import PIN, ScriptedVoice
from tests.ui.voice_page import VoicePage


async def test_a_pin_from_the_on_screen_keys_starts_a_call(
    page: VoicePage, voice: ScriptedVoice
) -> None:
    for digit in PIN:
        await page.button(digit).click()
    assert voice.received == []  # not before it is asked to
    await page.start.click()
    await page.shows("Listening")
    await expect(page.page.get_by_role("banner")).to_contain_text("Grace Hopper")
    (start,) = voice.messages(wire.Start)
    assert isinstance(start, wire.Start)
    assert start.greet
    assert start.time_zone


async def test_a_pin_can_be_pasted_and_is_masked(page: VoicePage, voice: ScriptedVoice) -> None:
    await page.page.evaluate(
        "text => { const data = new DataTransfer(); data.setData('text', text);"
        "document.execCommand('insertText', false, text); }",
        " 12-34 ",
    )
    await expect(page.pin).to_have_value(PIN)
    assert await page.pin.get_attribute("type") == "password"
    await page.pin.press("Enter")
    await page.shows("Listening")
    assert isinstance(voice.received[0], wire.Authenticate)
    assert voice.received[0].pin == PIN


async def test_fewer_than_four_digits_are_not_sent(page: VoicePage, voice: ScriptedVoice) -> None:
    await page.pin.fill("123")
    await page.pin.press("Enter")
    await expect(page.start).to_be_disabled()
    assert voice.received == []


async def test_a_wrong_pin_says_how_many_attempts_are_left(
    page: VoicePage, voice: ScriptedVoice
) -> None:
    await page.sign_in("9999")
    await expect(page.page.get_by_role("alert").first).to_contain_text("2 attempts left")
    await expect(page.pin).to_be_focused()
    await expect(page.pin).to_have_value("")
    await page.sign_in(PIN)
    await page.shows("Listening")


async def test_too_many_wrong_pins_count_down(page: VoicePage, voice: ScriptedVoice) -> None:
    voice.retry_after_s = 300
    await page.sign_in("9999")
    wait = page.button("Try again in")
    await expect(wait).to_be_disabled()
    await expect(wait).to_contain_text("s")


async def test_a_server_that_is_not_there_is_said_so(page: VoicePage, voice: ScriptedVoice) -> None:
    voice.refuses_connections = True
    await page.sign_in(PIN)
    await expect(page.page.get_by_role("alert").first).to_contain_text("cannot be reached")


async def test_everything_can_be_done_by_keyboard(page: VoicePage, voice: ScriptedVoice) -> None:
    keyboard = page.page.keyboard
    await keyboard.type(PIN)
    await keyboard.press("Enter")
    await page.shows("Listening")
    for name in ("Mute", "Talk to a human", "End call"):
        await page.button(name).focus()
        await expect(page.button(name)).to_be_focused()
    await keyboard.press("Enter")
    await page.shows("Call ended")
    await expect(page.button("New call")).to_be_focused()
    await keyboard.press("Enter")
    await page.shows("Listening")
    assert len(voice.messages(wire.Start)) == 2


async def test_without_a_microphone_the_call_goes_on_by_typing(
    browser: Browser, voice: ScriptedVoice
) -> None:
    async with await browser.new_context() as context:
        await context.add_init_script(
            "navigator.mediaDevices.getUserMedia = () =>"
            " Promise.reject(new DOMException('no', 'NotAllowedError'));"
        )
        page = await VoicePage.open(context, voice.url)
        await page.sign_in(PIN)
        await page.shows("Listening")
        await expect(page.page.get_by_text("The microphone is blocked")).to_be_visible()
        await page.type("Hello")
        await voice.until(lambda: bool(voice.messages(wire.Text)))
