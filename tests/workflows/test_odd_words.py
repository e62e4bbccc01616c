"""Whatever a caller or a model says, the server takes it and the call goes on."""

import pytest

from convonet.contracts.assistant import ToolCall
from tests.workflows.deployment import Deployment
from tests.workflows.script import Script, words


@pytest.mark.parametrize("odd", ["\x01" * 2_000, "\U0001f9ff" * 2_000, '"\\' * 1_000, "\n" * 200])
async def test_words_that_grow_when_written_as_json_do_not_break_the_call(
    real: Deployment, odd: str
) -> None:
    tool = ToolCall(id="odd", name="get_todos", arguments={odd: odd})
    script = Script({"t1": [words(odd, tool), words(odd)]})
    call = await real.start(script)
    await call.say(odd)
    await call.answered("t1")
    await call.hear("t1", "Yes.")
    await call.over()
    assert len(script.called) == 1
