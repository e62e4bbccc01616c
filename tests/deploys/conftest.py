"""A whole Convonet that runs from a copy of our code, so that the copy can be changed under it."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from temporalio.client import Client, WorkflowHandle

from convonet import ids
from convonet.embedded.addresses import known, of_running
from convonet.settings import Settings
from temporal.client import connect
from temporal.deployments import Deployments
from tests.calls.conftest import Providers
from tests.calls.placing import Ground, Placed
from tests.deploys.checkout import Checkout
from tests.embedded.instance import Instance
from tests.providers.anthropic import AnthropicServer
from tests.providers.deepgram import running


@dataclass
class Deployed:
    """A Convonet, the code it runs from, and its Temporal."""

    providers: Providers
    checkout: Checkout
    temporal: Client

    @property
    def instance(self) -> Instance:
        return self.providers.ground.instance

    @property
    def ground(self) -> Ground:
        return self.providers.ground

    def workflow(self, call: Placed) -> WorkflowHandle[object, object]:
        return self.temporal.get_workflow_handle(ids.conversation_workflow(call.line.call_id))

    async def build_of(self, call: Placed) -> str:
        """The build that serves a call now."""
        described = await self.workflow(call).describe()
        info = described.raw_description.workflow_execution_info.versioning_info
        override = info.versioning_override.pinned.version.build_id
        return override or info.deployment_version.build_id

    async def builds_of(self, call: Placed) -> set[str]:
        """The builds that have decided anything in a call."""
        history = await self.workflow(call).fetch_history()
        return {
            event.workflow_task_completed_event_attributes.deployment_version.build_id
            for event in history.events
            if event.HasField("workflow_task_completed_event_attributes")
        }

    async def deploy(self, *arguments: str) -> tuple[int, str]:
        """Run `convonet deploy ...`."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "convonet", "deploy", *arguments),
            cwd=self.checkout.folder,
            env={**os.environ, **self.instance.env, **self.checkout.env},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await asyncio.wait_for(process.communicate(), 180)
        assert process.returncode is not None
        return process.returncode, output.decode().strip()

    @asynccontextmanager
    async def beside(self, checkout: Checkout) -> AsyncGenerator[Process]:
        """Run a conversation worker of another checkout beside what runs."""
        env = {**os.environ, **self.instance.env, **known(_settings(self.instance))}
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "convonet", "worker", "conversation"),
            cwd=checkout.folder,
            env={**env, **checkout.env},
            stdout=DEVNULL,
            stderr=DEVNULL,
        )
        try:
            yield worker
        finally:
            if worker.returncode is None:
                worker.terminate()
            await asyncio.wait_for(worker.wait(), 120)


@pytest.fixture
async def deployed(standing: Deployed) -> Deployed:
    """It runs the code as it is, whatever the test before has made of it."""
    if standing.checkout.restore():
        standing.instance.kill("conversation-worker")
    deployments = Deployments(standing.temporal)
    async with asyncio.timeout(180):
        while await deployments.current() != standing.checkout.build_id:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return standing


@pytest.fixture(scope="session")
async def standing(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Deployed]:
    checkout = Checkout(tmp_path_factory.mktemp("deploys") / "checkout")
    instance = Instance(tmp_path_factory.mktemp("deploys") / "home")
    async with running() as deepgram, AnthropicServer() as claude:
        instance.env |= checkout.env | {
            "ANTHROPIC_API_KEY": "test-key",
            "ANTHROPIC_BASE_URL": claude.base_url,
            "DEEPGRAM_API_KEY": "test-key",
            "DEEPGRAM_BASE_URL": deepgram.base_url,
            "CONVONET_STANDBY": "false",
            "CONVONET_IDLE_PROMPT_S": "600",
        }
        try:
            await asyncio.to_thread(instance.up)
            temporal = await connect(of_running(_settings(instance)))
            yield Deployed(Providers(Ground(instance), deepgram, claude), checkout, temporal)
        finally:
            await asyncio.to_thread(instance.end)


def _settings(instance: Instance) -> Settings:
    names = Settings.model_fields
    env = {name.lower(): value for name, value in instance.env.items()}
    return Settings.model_validate({name: env[name] for name in names if name in env})
