"""`/docs`: the HTTP paths in one plain page, which like all our pages loads nothing from afar."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import cast

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Convonet API</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif }}
body {{ max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
code {{ font: 14px ui-monospace, monospace }} summary {{ cursor: pointer; padding: .3rem 0 }}
table {{ border-collapse: collapse }} td {{ padding: .2rem 1rem .2rem 0; vertical-align: top }}
</style>
<h1>Convonet API</h1>
<p>For machines: <a href="/openapi.json">OpenAPI</a>. The messages of <code>WS /voice</code> are in
the contract's documentation. Errors are <code>application/problem+json</code> with a
<code>code</code>.</p>
{operations}
</html>
"""

Node = Mapping[str, object]


@router.get("/docs")
def docs(request: Request) -> HTMLResponse:
    """Show every path, its parameters and its answers."""
    schema = cast("Node", request.app.openapi())
    return HTMLResponse(_PAGE.format(operations="\n".join(_operations(schema))))


def _operations(schema: Node) -> Iterator[str]:
    for path, methods in _nodes(schema, "paths").items():
        for method, operation in cast("Mapping[str, Node]", methods).items():
            yield _operation(method.upper(), path, operation)


def _operation(method: str, path: str, operation: Node) -> str:
    rows = [
        (f"{parameter['name']} ({parameter['in']})", str(parameter.get("description", "")))
        for parameter in cast("list[Node]", operation.get("parameters", []))
    ]
    rows += [
        (f"answer {status}", str(answer.get("description", "")))
        for status, answer in cast("Mapping[str, Node]", _nodes(operation, "responses")).items()
    ]
    cells = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(what)}</td></tr>" for name, what in rows
    )
    what = escape(str(operation.get("description", operation.get("summary", ""))))
    title = f"<code>{method} {escape(path)}</code>"
    return f"<details><summary>{title}</summary><p>{what}</p><table>{cells}</table></details>"


def _nodes(node: Node, name: str) -> Node:
    return cast("Node", node.get(name, {}))
