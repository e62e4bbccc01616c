"""Somebody else's MCP server whose one tool takes seconds; each effect is a line in a file.

`python slow_server.py FILE SECONDS`. The effect happens in the middle of those seconds, once per
idempotency key; a repeat answers what the first call answered. Plain Python: it starts at once.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

TOOL: dict[str, Any] = {
    "name": "book_table",
    "description": "Book a table at the restaurant.",
    "inputSchema": {
        "type": "object",
        "properties": {"reference": {"type": "string"}},
        "required": ["reference"],
    },
}
KEY_META = "convonet/idempotency-key"


class Restaurant:
    def __init__(self, book: Path, seconds: float) -> None:
        self._book = book
        self._seconds = seconds

    def call(self, params: dict[str, Any]) -> dict[str, Any]:
        key = str(params.get("_meta", {}).get(KEY_META, ""))
        time.sleep(self._seconds / 2)
        if not key or key not in self._keys():
            with self._book.open("a") as book:
                book.write(json.dumps([key, params["arguments"]["reference"]]) + "\n")
        time.sleep(self._seconds / 2)
        return {"content": [{"type": "text", "text": "The table is booked."}]}

    def _keys(self) -> set[str]:
        if not self._book.exists():
            return set()
        return {json.loads(line)[0] for line in self._book.read_text().splitlines()}


def main() -> None:
    restaurant = Restaurant(Path(sys.argv[1]), float(sys.argv[2]))
    for line in sys.stdin:
        message = json.loads(line)
        if "id" not in message:
            continue
        reply: dict[str, Any] = {"jsonrpc": "2.0", "id": message["id"]}
        match message["method"]:
            case "initialize":
                reply["result"] = {
                    "protocolVersion": "2025-06-18",
                    "capabilities": {"tools": {}},
                    "serverInfo": {"name": "restaurant", "version": "1"},
                }
            case "tools/list":
                reply["result"] = {"tools": [TOOL]}
            case "tools/call":
                reply["result"] = restaurant.call(message["params"])
            case _:
                reply["error"] = {"code": -32601, "message": "Method not found"}
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
