"""What a caller says, as audio: the bundled voice, or recordings."""

from pathlib import Path

import av
import av.error
from av.audio.resampler import AudioResampler

from convonet.caller.line import INPUT_RATE
from convonet.errors import Invalid
from convonet.settings import Settings
from convonet.speech.ports import TextToSpeech


async def spoken(voice: TextToSpeech, text: str) -> bytes:
    """Return a sentence as the bundled voice says it: 16 kHz, mono, 16-bit."""
    async with voice.speak(INPUT_RATE) as session:
        return b"".join([pcm async for pcm in session.synthesize(text)])


def bundled_voice(settings: Settings) -> TextToSpeech:
    """Return the voice that needs no key."""
    from convonet.speech.local.load import load_tts  # noqa: PLC0415 - slow to import

    return load_tts(settings)


def recorded(path: Path) -> bytes:
    """Return a recording (WAV, or anything FFmpeg reads) as 16 kHz, mono, 16-bit.

    Raises:
        Invalid: there is no such file, or it holds no audio.
    """
    resampler = AudioResampler(format="s16", layout="mono", rate=INPUT_RATE)
    try:
        with av.open(str(path)) as container:
            frames = [f for frame in container.decode(audio=0) for f in resampler.resample(frame)]
            frames += resampler.resample(None)
    except (av.error.FFmpegError, OSError, IndexError) as error:
        raise Invalid(f"{path}: not a recording that can be read ({error})") from error
    return b"".join(frame.to_ndarray().tobytes() for frame in frames)
