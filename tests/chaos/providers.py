"""Providers that break off, fall silent or take their time, in the middle of a call."""

from collections.abc import Callable

from tests.chaos.cells import OURS_LIMIT_S, SERVER_LIMIT_S, Harm, Moment, Victim
from tests.chaos.harming import Blow, Cell
from tests.chaos.stages import ANSWER, ProvidersStage, Stage
from tests.providers.anthropic_replies import Reply

Trouble = Callable[[ProvidersStage], None]

_SOME_WORDS = 8
_LASTS_S = 8.0


def _abort(path: str) -> Trouble:
    def cut(stage: ProvidersStage) -> None:
        for connection in list(stage.deepgram.connections):
            if connection.request is not None and path in connection.request.path:
                connection.transport.abort()

    return cut


def _stall_ears(stage: ProvidersStage) -> None:
    stage.script.faults.stall_after_ms = 1


def _slow_ears(stage: ProvidersStage) -> None:
    stage.script.event_delay_ms = 300


def _mute_voice(stage: ProvidersStage) -> None:
    stage.script.faults.mute = True


def _slow_voice(stage: ProvidersStage) -> None:
    stage.script.first_audio_ms = 1_000


def _model(*replies: Reply) -> Trouble:
    def next_answers(stage: ProvidersStage) -> None:
        stage.claude.replies += replies

    return next_answers


_WORDS = " ".join(ANSWER)
_TROUBLES: list[tuple[str, Moment, float, Trouble]] = [
    ("ears cut", Moment.SPEAKING, OURS_LIMIT_S, _abort("/listen")),
    ("ears cut", Moment.INTERRUPTION, OURS_LIMIT_S, _abort("/listen")),
    ("ears stalled", Moment.SPEAKING, SERVER_LIMIT_S, _stall_ears),
    ("ears slow", Moment.SPEAKING, SERVER_LIMIT_S, _slow_ears),
    ("voice cut", Moment.SENTENCE, OURS_LIMIT_S, _abort("/speak")),
    ("voice stalled", Moment.TOOL, SERVER_LIMIT_S, _mute_voice),
    ("voice slow", Moment.TOOL, SERVER_LIMIT_S, _slow_voice),
    ("model cut", Moment.TOOL, OURS_LIMIT_S, _model(Reply(_WORDS, then="cut", after=_SOME_WORDS))),
    (
        "model stalled",
        Moment.TOOL,
        SERVER_LIMIT_S,
        _model(Reply(_WORDS, then="stall", after=_SOME_WORDS)),
    ),
    ("model overloaded", Moment.TOOL, OURS_LIMIT_S, _model(Reply(status=529), Reply(status=429))),
    ("model slow", Moment.TOOL, SERVER_LIMIT_S, _model(Reply(_WORDS, first_token_ms=4_000))),
]


def troubles() -> list[Cell]:
    """Return the cases; for the stage on provider servers only."""
    return [_cell(name, moment, limit, trouble) for name, moment, limit, trouble in _TROUBLES]


def _cell(name: str, moment: Moment, limit_s: float, trouble: Trouble) -> Cell:
    def blow(stage: Stage, harm: Harm, moment: Moment) -> Blow:
        assert isinstance(stage, ProvidersStage)

        async def do(call_id: str) -> None:
            del call_id
            trouble(stage)

        async def undo() -> None:
            stage.script.event_delay_ms = stage.script.first_audio_ms = 0
            stage.script.faults.stall_after_ms = None
            stage.script.faults.mute = False
            stage.claude.replies.clear()

        return Blow(stage.ground, harm, moment, do, undo)

    return Cell(Harm(name, Victim.API, limit_s, lasts_s=_LASTS_S), moment, blow)
