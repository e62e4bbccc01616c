"""Record the history of every scenario: `make histories`. Review the diff before committing it.

While calls recorded here may still be running somewhere, their files stay as they are: a change of
the workflow gets `workflow.patched`, and its scenario a file of its own.
"""

import asyncio
import json
from pathlib import Path

from temporalio.client import WorkflowHistory

from tests.replay.scenarios import scenarios
from tests.workflows import servers
from tests.workflows.deployment import deployed

HISTORIES = Path(__file__).parent / "histories"


async def record() -> None:
    """Play every scenario on the real server and write down its runs."""
    async with servers.real() as client, deployed(client) as convonet:
        for scenario in scenarios():
            call = await convonet.start(scenario.script, greet=scenario.greet)
            await scenario.play(call)
            await call.result()
            for run, history in enumerate(await convonet.histories(call)):
                path = HISTORIES / f"{scenario.name}{f'_{run + 1}' if run else ''}.json"
                await asyncio.to_thread(path.write_text, _lean(history) + "\n")


def _lean(history: WorkflowHistory) -> str:
    """Return a history without stack traces: they tell of the machine, and replay needs none."""
    events = json.loads(history.to_json(), object_hook=_without_trace)
    return json.dumps(events, indent=1, ensure_ascii=False)


def _without_trace(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if name != "stackTrace"}


if __name__ == "__main__":
    asyncio.run(record())
