"""The FastAPI application. It starts, and says so, whoever else is away."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI
from pydantic import SecretStr

from api import answers, problems
from api.bodies import BoundedBodies
from api.routers import accounts, docs, health, pages, team_calendar, team_todos, teams, voice
from api.security import SecurityHeaders
from api.state import Connections, State
from convonet.db.engine import create_engine, sessionmaker
from convonet.errors import SettingsError
from convonet.redis.calls import CallStreams
from convonet.redis.client import connect as connect_redis
from convonet.settings import Settings
from convonet.settings import settings as process_settings
from temporal.client import connect as connect_temporal
from workflows.handles import Conversations

OpenState = Callable[[Settings], AbstractAsyncContextManager[State]]


def _needed(name: str, value: SecretStr | None) -> str:
    if value is None:
        raise SettingsError(f"{name}: must be set; `convonet up` sets it for the embedded server")
    return value.get_secret_value()


@asynccontextmanager
async def open_state(settings: Settings) -> AsyncGenerator[State]:
    """Make what the routers share; every part connects on its first use and again when lost."""
    engine = create_engine(_needed("DATABASE_URL", settings.database_url))
    redis = connect_redis(_needed("REDIS_URL", settings.redis_url))
    _needed("JWT_SECRET", settings.jwt_secret)
    temporal = await connect_temporal(settings, lazy=True)
    try:
        yield State(
            settings=settings,
            engine=engine,
            db=sessionmaker(engine),
            redis=redis,
            streams=CallStreams(redis),
            temporal=temporal,
            conversations=Conversations(temporal),
            connections=Connections(),
        )
    finally:
        await redis.aclose()
        await engine.dispose()


def create_app(settings: Settings | None = None, opening: OpenState = open_state) -> FastAPI:
    """Build the application; `uvicorn --factory api.app:create_app` or `api.server.run`."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[State]:
        async with opening(settings or process_settings()) as state:
            # The server looks here for the connections it has to send elsewhere.
            app.state.connections = state["connections"]
            yield state

    app = FastAPI(title="Convonet", lifespan=lifespan, docs_url=None, redoc_url=None)
    problems.install(app)
    answers.install(app)
    for routes in (voice, accounts, teams, team_todos, team_calendar, health, pages, docs):
        app.include_router(routes.router)
    app.mount("/assets", pages.assets(), name="assets")
    app.add_middleware(BoundedBodies)
    app.add_middleware(SecurityHeaders)
    return app
