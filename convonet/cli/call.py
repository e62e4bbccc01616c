"""`convonet call`: place a real call over `/voice`, speaking in real time."""

import asyncio
import sys
import wave
from pathlib import Path
from typing import Annotated

import typer

from convonet.caller.line import OUTPUT_RATE, Line
from convonet.caller.script import Outcome, Said, Script
from convonet.caller.sounds import bundled_voice, recorded, spoken
from convonet.cli.call_view import JsonView, LiveView, View
from convonet.errors import Invalid
from convonet.settings import Settings, settings


def call(  # noqa: PLR0913, PLR0917 - the options of a command
    say: Annotated[list[str] | None, typer.Option(help="Say this, in the bundled voice.")] = None,
    wav: Annotated[list[Path] | None, typer.Option(help="Play this recording.")] = None,
    text: Annotated[list[str] | None, typer.Option(help="Type this instead of speaking.")] = None,
    pin: Annotated[
        str, typer.Option(envvar="CONVONET_PIN", help="Voice PIN; the demo's by default.")
    ] = "1234",
    url: Annotated[str, typer.Option(help="Address of `/voice`; this machine's by default.")] = "",
    record: Annotated[Path | None, typer.Option(help="Keep what was heard, as WAV.")] = None,
    time_zone: Annotated[str, typer.Option(help="IANA name, e.g. Europe/Berlin.")] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object per event instead.")
    ] = False,
) -> None:
    """Place a call; exit 0 only when every utterance got a spoken reply."""
    chosen = settings()
    view: View = JsonView(sys.stdout) if as_json else LiveView()
    line = Line(url or f"ws://127.0.0.1:{chosen.convonet_port}/voice", time_zone=time_zone)
    outcome = asyncio.run(_place(line, pin, chosen, view, _Wanted(say, wav, text)))
    if record is not None:
        _keep(record, line.loudspeaker.heard)
    view.end(outcome)
    raise typer.Exit(0 if outcome.answered == outcome.utterances else 1)


class _Wanted:
    """What to say, in the order speech, recordings, typing."""

    def __init__(
        self, say: list[str] | None, wav: list[Path] | None, text: list[str] | None
    ) -> None:
        self.say, self.wav, self.text = say or [], wav or [], text or []
        if not (self.say or self.wav or self.text):
            raise Invalid("nothing to say: give --say TEXT, --wav FILE or --text TEXT")

    async def utterances(self, chosen: Settings) -> list[Said]:
        """Return them as audio, or as what is to be typed."""
        said: list[Said] = []
        if self.say:
            voice = bundled_voice(chosen)
            said += [Said(text, await spoken(voice, text)) for text in self.say]
        said += [Said(path.name, await asyncio.to_thread(recorded, path)) for path in self.wav]
        return said + [Said(text, None) for text in self.text]


async def _place(line: Line, pin: str, chosen: Settings, view: View, wanted: _Wanted) -> Outcome:
    utterances = await wanted.utterances(chosen)
    line.on_event = view.event
    await line.sign_in(pin)
    return await Script(line, view.said).play(utterances)


def _keep(path: Path, pcm: bytes) -> None:
    try:
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(OUTPUT_RATE)
            file.writeframes(pcm)
    except OSError as error:
        raise Invalid(f"{path}: cannot be written ({error.strerror})") from error
