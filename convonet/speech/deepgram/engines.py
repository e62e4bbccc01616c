"""The Deepgram engines the settings ask for."""

from convonet.errors import SettingsError
from convonet.settings import Settings
from convonet.speech.deepgram.aura import AuraTextToSpeech
from convonet.speech.deepgram.connection import deepgram_client
from convonet.speech.deepgram.flux import FluxSpeechToText, TurnTaking
from convonet.speech.deepgram.nova import NovaSpeechToText
from convonet.speech.ports import Engines


def deepgram_engines(settings: Settings) -> Engines:
    """Return ears and voice by the models in the settings; connects to nothing yet.

    Raises:
        SettingsError: the key is missing, or a setting makes no sense; the message names it.
    """
    client = deepgram_client(settings)
    tts = AuraTextToSpeech(client, settings.deepgram_speak_model)
    model = settings.deepgram_listen_model
    if model.startswith("flux-"):
        turn_taking = _turn_taking(settings)
        return Engines(FluxSpeechToText(client, model, turn_taking=turn_taking), tts)
    if model.startswith("nova-"):
        return Engines(NovaSpeechToText(client, model), tts)
    raise SettingsError("DEEPGRAM_LISTEN_MODEL: must begin with flux- or nova-")


def _turn_taking(settings: Settings) -> TurnTaking:
    threshold, eager = settings.deepgram_eot_threshold, settings.deepgram_eager_eot_threshold
    if eager is not None and eager > threshold:
        raise SettingsError(
            "DEEPGRAM_EAGER_EOT_THRESHOLD: must not be above DEEPGRAM_EOT_THRESHOLD"
        )
    return TurnTaking(threshold=threshold, eager_threshold=eager)
