"""The tools that the conversation itself carries out: to a human, and goodbye."""

from convonet.contracts.assistant import END_CALL_TOOL, TRANSFER_TOOL, ToolSpec

TRANSFER = ToolSpec(
    name=TRANSFER_TOOL,
    description=(
        "Moves the caller to a human agent. Use it when the caller asks for a person, is upset, or "
        "needs something that no other tool does. The caller is told by the system what happens; "
        "if nobody is free they come back to you and you are told so."
    ),
    input_schema={
        "type": "object",
        "properties": {
            "department": {
                "type": "string",
                "description": "The department, in the caller's words, if they named one.",
            },
            "reason": {
                "type": "string",
                "description": "For the agent, in one sentence: what the caller wants.",
            },
        },
        "additionalProperties": False,
    },
)

END_CALL = ToolSpec(
    name=END_CALL_TOOL,
    description=(
        "Says a farewell and ends the call once the caller has heard it. Use it when the caller "
        "says goodbye or has clearly finished. Never use it to get rid of a difficult question."
    ),
    input_schema={
        "type": "object",
        "properties": {
            "farewell": {
                "type": "string",
                "description": "One short, warm sentence, spoken to the caller as the last words.",
            }
        },
        "additionalProperties": False,
    },
)

CALL_CONTROL = (TRANSFER, END_CALL)
