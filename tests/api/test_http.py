from collections.abc import AsyncGenerator

import httpx
import pytest
from pydantic import SecretStr

from api.app import create_app
from api.bodies import MOST
from api.routers import pages
from tests.api.client import LIMIT_S
from tests.api.edge import Backing, Edge, serving, settings_of


@pytest.mark.parametrize(
    "path", ["/", "/convonet_todo/webrtc/voice-assistant", "/login", "/register", "/profile"]
)
async def test_pages_are_served_or_say_how_to_build_them(edge: Edge, path: str) -> None:
    async with httpx.AsyncClient(base_url=edge.http_url, timeout=LIMIT_S) as http:
        page = await http.get(path)
    assert page.status_code == (200 if (pages.DIST / "index.html").is_file() else 503)
    assert page.headers["content-type"].startswith("text/html")
    assert "Convonet" in page.text


async def test_every_answer_forbids_what_our_pages_do_not_need(edge: Edge) -> None:
    async with httpx.AsyncClient(base_url=edge.http_url, timeout=LIMIT_S) as http:
        headers = (await http.get("/healthz")).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert f"connect-src 'self' ws://127.0.0.1:{edge.port} wss://" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["permissions-policy"].startswith("microphone=(self)")


async def test_errors_are_problems_with_a_code(edge: Edge) -> None:
    async with httpx.AsyncClient(base_url=edge.http_url, timeout=LIMIT_S) as http:
        missing = await http.get("/nowhere")
        wrong = await http.post("/healthz")
    assert missing.headers["content-type"] == "application/problem+json"
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")


async def test_metrics_and_docs_are_there_and_load_nothing_from_afar(edge: Edge) -> None:
    async with httpx.AsyncClient(base_url=edge.http_url, timeout=LIMIT_S) as http:
        metrics = await http.get("/metrics")
        docs = await http.get("/docs")
        schema = await http.get("/openapi.json")
    assert "convonet_voice_connections" in metrics.text
    assert "/readyz" in docs.text
    assert "//" not in docs.text
    assert schema.json()["info"]["title"] == "Convonet"


async def test_the_process_starts_alone_and_says_what_it_lacks(backing: Backing) -> None:
    nowhere = settings_of(
        backing,
        database_url=SecretStr("postgresql://127.0.0.1:1/none"),
        redis_url=SecretStr("redis://127.0.0.1:1/0"),
        temporal_address="127.0.0.1:1",
    )
    async with (
        serving(nowhere, create_app(nowhere)) as (_, port),
        httpx.AsyncClient(timeout=LIMIT_S) as http,
    ):
        healthy = await http.get(f"http://127.0.0.1:{port}/healthz")
        ready = await http.get(f"http://127.0.0.1:{port}/readyz")
    assert healthy.status_code == 200
    assert ready.status_code == 503
    assert not any(check["ok"] for check in ready.json()["checks"].values())


async def test_a_body_that_is_too_long_is_refused_announced_or_not(edge: Edge) -> None:
    async def piecemeal() -> AsyncGenerator[bytes]:
        for _ in range(MOST // 1024 + 1):
            yield b" " * 1024

    async with httpx.AsyncClient(base_url=edge.http_url) as http:
        for body in (b" " * (MOST + 1), piecemeal()):
            answer = await http.post(
                "/api/auth/login", content=body, headers={"Content-Type": "application/json"}
            )
            assert answer.status_code == 413
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["code"] == "content_too_large"
