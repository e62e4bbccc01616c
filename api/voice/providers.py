"""Who hears, thinks and speaks, as the settings choose them."""

from convonet.contracts.conversation import Providers
from convonet.settings import Settings

_HERE = "(on this machine)"


def providers_in_use(settings: Settings) -> Providers:
    """Return the provider of each slot; without its key a slot has its offline default.

    The edge loads no engine to ask for its name: a test holds these to what the engines say.
    """
    whisper, voice = settings.convonet_whisper_path, settings.convonet_voice_path
    deepgram = settings.deepgram_api_key is not None
    offline_stt = f"Whisper {whisper.name if whisper else settings.convonet_whisper_model} {_HERE}"
    offline_tts = f"{voice.stem if voice else 'Joe'} {_HERE}"
    claude = settings.anthropic_api_key is not None
    return Providers(
        stt=f"Deepgram {settings.deepgram_listen_model}" if deepgram else offline_stt,
        llm=f"Claude {settings.anthropic_model}" if claude else "Convonet offline assistant",
        tts=f"Deepgram {settings.deepgram_speak_model}" if deepgram else offline_tts,
    )
