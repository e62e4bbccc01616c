"""What goes wrong when Deepgram is reached, and what people are told about it."""

import logging
import socket

import pytest
from deepgram.environment import DeepgramClientEnvironment

from convonet.errors import ProviderBusy, ProviderRefused, SettingsError
from convonet.speech.deepgram.aura import AuraTextToSpeech
from convonet.speech.deepgram.connection import deepgram_client, environment
from convonet.speech.deepgram.engines import deepgram_engines
from convonet.speech.deepgram.flux import FluxSpeechToText
from convonet.speech.deepgram.nova import NovaSpeechToText
from convonet.speech.ports import Hints
from tests.providers.deepgram import Deepgram
from tests.speech.deepgram.sounds import client_for, settings_for


async def test_a_wrong_key_is_refused_and_never_repeated(
    deepgram: Deepgram, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = client_for(deepgram.base_url, deepgram_api_key="sk-wrong")
    for open_it in (
        FluxSpeechToText(client).listen(Hints()),
        NovaSpeechToText(client).listen(Hints()),
        AuraTextToSpeech(client).speak(24_000),
    ):
        with pytest.raises(ProviderRefused, match="DEEPGRAM_API_KEY") as raised:
            async with open_it:
                pass
        assert "sk-wrong" not in repr(raised.value)
    assert "sk-wrong" not in caplog.text


@pytest.mark.parametrize(
    ("status", "error", "names"),
    [
        (400, ProviderRefused, "DEEPGRAM_LISTEN_MODEL"),
        (402, ProviderRefused, "DEEPGRAM_API_KEY"),
        (403, ProviderRefused, "DEEPGRAM_LISTEN_MODEL"),
        (404, ProviderRefused, "DEEPGRAM_BASE_URL"),
        (429, ProviderBusy, "429"),
        (500, ProviderBusy, "500"),
        (503, ProviderBusy, "503"),
    ],
)
async def test_a_refused_connection_says_whether_to_try_again_and_what_to_look_at(
    deepgram: Deepgram, status: int, error: type[Exception], names: str
) -> None:
    deepgram.script.faults.refuse = status
    stt = FluxSpeechToText(client_for(deepgram.base_url))
    with pytest.raises(error, match=names):
        async with stt.listen(Hints()):
            pass
    async with stt.listen(Hints()):
        pass


async def test_an_unknown_model_names_the_setting_and_the_reason(deepgram: Deepgram) -> None:
    stt = FluxSpeechToText(client_for(deepgram.base_url), "zlux-general-en")
    with pytest.raises(ProviderRefused, match=r"DEEPGRAM_LISTEN_MODEL .*parameter: model"):
        async with stt.listen(Hints()):
            pass
    tts = AuraTextToSpeech(client_for(deepgram.base_url), "no-voice")
    with pytest.raises(ProviderRefused, match="DEEPGRAM_SPEAK_MODEL"):
        async with tts.speak(24_000):
            pass


async def test_nobody_at_the_address_is_busy() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: connections are refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ProviderBusy, match="cannot be reached"):
            async with FluxSpeechToText(client_for(url)).listen(Hints()):
                pass


@pytest.mark.parametrize(
    ("base_url", "rest", "sockets"),
    [
        ("http://127.0.0.1:9001", "http://127.0.0.1:9001", "ws://127.0.0.1:9001"),
        ("https://dg.example/v", "https://dg.example/v", "wss://dg.example/v"),
        ("ws://127.0.0.1:9001", "http://127.0.0.1:9001", "ws://127.0.0.1:9001"),
        ("wss://dg.example", "https://dg.example", "wss://dg.example"),
    ],
)
def test_one_address_gives_all_four_of_the_sdk(base_url: str, rest: str, sockets: str) -> None:
    all_four = environment(base_url)
    assert (all_four.base, all_four.agent_rest) == (rest, rest)
    assert (all_four.production, all_four.agent) == (sockets, sockets)
    assert environment(None) is DeepgramClientEnvironment.PRODUCTION


def test_without_a_key_there_is_no_client() -> None:
    with pytest.raises(SettingsError, match="DEEPGRAM_API_KEY"):
        deepgram_client(settings_for("http://127.0.0.1:1", deepgram_api_key=None))


def test_engines_follow_the_models_in_the_settings() -> None:
    engines = deepgram_engines(settings_for("http://127.0.0.1:1"))
    assert engines.stt.name == "Deepgram flux-general-en"
    assert engines.tts.name == "Deepgram aura-2-thalia-en"
    nova = deepgram_engines(settings_for("http://127.0.0.1:1", deepgram_listen_model="nova-3"))
    assert isinstance(nova.stt, NovaSpeechToText)


@pytest.mark.parametrize(
    "wrong",
    [
        {"deepgram_listen_model": "whisper-1"},
        {"deepgram_eot_threshold": 0.5, "deepgram_eager_eot_threshold": 0.6},
    ],
)
def test_settings_that_make_no_sense_are_named(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match="DEEPGRAM_"):
        deepgram_engines(settings_for("http://127.0.0.1:1", **wrong))
