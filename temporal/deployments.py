"""Builds of our code as Temporal knows them: where new calls begin, which still have calls."""

import asyncio
from dataclasses import dataclass
from typing import Final

from google.protobuf.field_mask_pb2 import FieldMask
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.deployment.v1 import WorkerDeploymentVersion
from temporalio.api.enums.v1 import WorkerDeploymentVersionStatus as Status
from temporalio.api.workflow.v1 import VersioningOverride, WorkflowExecutionOptions
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    DescribeWorkerDeploymentResponse,
    SetWorkerDeploymentCurrentVersionRequest,
    UpdateWorkflowExecutionOptionsRequest,
)
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError, RPCStatusCode

from convonet.errors import NotFound
from temporal.build import DEPLOYMENT

_VERSION: Final = SearchAttributeKey.for_keyword("TemporalWorkerDeploymentVersion")
_RUNNING: Final = "WorkflowType = 'ConversationWorkflow' AND ExecutionStatus = 'Running'"
_UNREADY: Final = (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION)
_POLL_S: Final = 0.1

_WORDS: Final = {
    Status.WORKER_DEPLOYMENT_VERSION_STATUS_INACTIVE: "never current",
    Status.WORKER_DEPLOYMENT_VERSION_STATUS_CURRENT: "current",
    Status.WORKER_DEPLOYMENT_VERSION_STATUS_RAMPING: "ramping",
    Status.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINING: "draining",
    Status.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINED: "drained",
}


@dataclass(frozen=True)
class Build:
    """A build that workers have announced."""

    build_id: str
    state: str
    """`current`, `draining`, `drained` or `never current`, as Temporal sees it."""
    created_s: int
    """When its first worker came, Unix seconds."""
    calls: tuple[str, ...] = ()
    """Workflow ids of the running calls pinned to it."""


class Deployments:
    """All builds of one namespace. Every method raises `RPCError` when Temporal does not answer."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def current(self) -> str | None:
        """Return the build on which new calls begin; None before the first was promoted."""
        known = await self._describe()
        if known is None:
            return None
        version = known.worker_deployment_info.routing_config.current_deployment_version
        return version.build_id or None

    async def builds(self) -> list[Build]:
        """Return every build, newest first, with its running calls."""
        known = await self._describe()
        if known is None:
            return []
        calls = await self.calls()
        found = [
            Build(
                build_id=summary.deployment_version.build_id,
                state=_WORDS.get(summary.status, "unknown"),
                created_s=summary.create_time.seconds,
                calls=tuple(calls.get(summary.deployment_version.build_id, ())),
            )
            for summary in known.worker_deployment_info.version_summaries
        ]
        return sorted(found, key=lambda build: build.created_s, reverse=True)

    async def calls(self) -> dict[str, list[str]]:
        """Return the workflow ids of running calls by the build they are pinned to."""
        found: dict[str, list[str]] = {}
        async for call in self._client.list_workflows(_RUNNING):
            version = call.typed_search_attributes.get(_VERSION) or ""
            name, _, build_id = version.partition(":")
            if name == DEPLOYMENT:
                found.setdefault(build_id, []).append(call.id)
        return found

    async def promote(self, build_id: str, within_s: float) -> None:
        """Have new calls begin on a build, as soon as its workers are known.

        Raises:
            NotFound: no worker of that build has come within `within_s`.
        """
        request = SetWorkerDeploymentCurrentVersionRequest(
            namespace=self._client.namespace,
            deployment_name=DEPLOYMENT,
            build_id=build_id,
            identity=self._client.identity,
        )
        try:
            async with asyncio.timeout(within_s):
                while not await self._promoted(request):  # noqa: ASYNC110
                    await asyncio.sleep(_POLL_S)
        except TimeoutError:
            raise NotFound(f"no worker of build {build_id} polls for calls") from None

    async def _promoted(self, request: SetWorkerDeploymentCurrentVersionRequest) -> bool:
        try:
            await self._client.workflow_service.set_worker_deployment_current_version(request)
        except RPCError as error:
            if error.status in _UNREADY:
                return False
            raise
        return True

    async def move(self, workflow_id: str, build_id: str) -> None:
        """Pin a running call to another build, which must decide as the old one did.

        Raises:
            NotFound: the call is over.
        """
        version = WorkerDeploymentVersion(deployment_name=DEPLOYMENT, build_id=build_id)
        pin = VersioningOverride.PinnedOverride(
            behavior=VersioningOverride.PINNED_OVERRIDE_BEHAVIOR_PINNED, version=version
        )
        request = UpdateWorkflowExecutionOptionsRequest(
            namespace=self._client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=workflow_id),
            workflow_execution_options=WorkflowExecutionOptions(
                versioning_override=VersioningOverride(pinned=pin)
            ),
            update_mask=FieldMask(paths=["versioning_override"]),
            identity=self._client.identity,
        )
        try:
            await self._client.workflow_service.update_workflow_execution_options(request)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                raise NotFound(f"{workflow_id} is over") from error
            raise

    async def _describe(self) -> DescribeWorkerDeploymentResponse | None:
        request = DescribeWorkerDeploymentRequest(
            namespace=self._client.namespace, deployment_name=DEPLOYMENT
        )
        try:
            return await self._client.workflow_service.describe_worker_deployment(request)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise
