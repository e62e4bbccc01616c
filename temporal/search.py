"""Search attributes: how calls are found in Temporal's Web UI."""

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.client import Client
from temporalio.common import SearchAttributeKey

CALL_STATE = SearchAttributeKey.for_keyword("CallState")
CALL_DIRECTION = SearchAttributeKey.for_keyword("CallDirection")
CALLER_ID = SearchAttributeKey.for_keyword("CallerId")
DEPARTMENT = SearchAttributeKey.for_keyword("Department")

ALL = (CALL_STATE, CALL_DIRECTION, CALLER_ID, DEPARTMENT)


async def missing(client: Client) -> list[str]:
    """Return the attributes the namespace does not know yet."""
    reply = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    known = {*reply.custom_attributes, *reply.system_attributes}
    return [key.name for key in ALL if key.name not in known]


async def register(client: Client) -> list[str]:
    """Make the namespace know all of them; return those that were new."""
    names = await missing(client)
    if names:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=client.namespace,
                search_attributes=dict.fromkeys(names, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD),
            )
        )
    return names
