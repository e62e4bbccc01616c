"""Somebody else's MCP server over stdio, in plain Python so that it starts at once.

Speaks the 2025-06-18 protocol; its tools are the faults such servers have.
"""

import json
import os
import sys
import time
from typing import Any

WORDS: dict[str, Any] = {
    "type": "object",
    "properties": {"words": {"type": "string"}},
    "required": ["words"],
}
NOTHING: dict[str, Any] = {"type": "object", "properties": {}}
TOOLS = {
    "echo": WORDS,
    "get_todos": NOTHING,
    "fail": NOTHING,
    "die": NOTHING,
    "hang": NOTHING,
    "slow": NOTHING,
}


def call(name: str, arguments: dict[str, Any]) -> dict[str, Any] | None:
    if name == "die":
        os._exit(1)
    if name == "hang":
        time.sleep(600)
    if name == "slow":
        return None
    text = {
        "echo": f"{os.environ.get('GREETING')}: {arguments.get('words')}",
        "get_todos": "somebody else's todos",
        "fail": "the wiki is read-only",
    }[name]
    return {"content": [{"type": "text", "text": text}], "isError": name == "fail"}


def answer(method: str, params: dict[str, Any]) -> dict[str, Any] | None:
    if method == "initialize":
        return {
            "protocolVersion": "2025-06-18",
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "other", "version": "1"},
        }
    if method == "tools/list":
        return {"tools": [{"name": name, "inputSchema": TOOLS[name]} for name in TOOLS]}
    return call(params["name"], params.get("arguments", {}))


def main() -> None:
    if "--mute" in sys.argv:
        time.sleep(600)
    for line in sys.stdin:
        message = json.loads(line)
        if "id" not in message:
            continue
        reply: dict[str, Any] = {"jsonrpc": "2.0", "id": message["id"]}
        if message["method"] in ("initialize", "tools/list", "tools/call"):
            result = answer(message["method"], message.get("params", {}))
            if result is None:
                continue
            reply["result"] = result
        else:
            reply["error"] = {"code": -32601, "message": "Method not found"}
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
