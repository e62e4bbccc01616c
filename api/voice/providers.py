"""Who hears, thinks and speaks, as the settings choose them."""

from convonet.contracts.conversation import Providers
from convonet.settings import Settings


def providers_in_use(settings: Settings) -> Providers:
    """Return the provider of each slot; without its key a slot has its offline default."""
    deepgram = settings.deepgram_api_key is not None
    claude = settings.anthropic_api_key is not None
    return Providers(
        stt=f"Deepgram {settings.deepgram_listen_model}"
        if deepgram
        else f"Whisper {settings.convonet_whisper_model} (offline)",
        llm=settings.anthropic_model if claude else "Convonet offline assistant",
        tts=f"Deepgram {settings.deepgram_speak_model}" if deepgram else "Piper joe (offline)",
    )
