import pytest
from pydantic import SecretStr

from api.voice.providers import providers_in_use
from convonet.contracts.conversation import Providers
from convonet.settings import Settings
from workers import wiring

KEY = SecretStr("a-key-that-is-never-used")


@pytest.mark.parametrize(
    "settings",
    [
        Settings(anthropic_api_key=None, deepgram_api_key=None),
        Settings(anthropic_api_key=KEY, deepgram_api_key=KEY),
        Settings(anthropic_api_key=None, deepgram_api_key=KEY, deepgram_listen_model="nova-3"),
    ],
)
async def test_the_names_callers_see_are_those_of_who_hears_thinks_and_speaks(
    settings: Settings,
) -> None:
    engines = wiring.engines(settings)
    async with wiring.assistant(settings) as assistant:
        used = Providers(stt=engines.stt.name, llm=assistant.name, tts=engines.tts.name)
    assert providers_in_use(settings) == used
