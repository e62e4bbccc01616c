"""A minimal pipecat bot: one process, every call a pipeline, browsers over a WebSocket.

Runs in the environment of `requirements.lock`, on the same provider servers as Convonet. Everything
that pipecat leaves to the application is as its examples have it: Flux decides on turns, the
protobuf serializer and RTVI speak to the browser, uvloop runs it, and it logs warnings only.
"""

import argparse
import sys

import uvicorn
from anthropic import AsyncAnthropic
from fastapi import FastAPI, WebSocket
from loguru import logger
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    LLMContextAggregatorPair,
    LLMUserAggregatorParams,
)
from pipecat.serializers.protobuf import ProtobufFrameSerializer
from pipecat.services.anthropic.llm import AnthropicLLMService
from pipecat.services.deepgram.flux.stt import DeepgramFluxSTTService
from pipecat.services.deepgram.tts import DeepgramTTSService
from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams, FastAPIWebsocketTransport
from pipecat.turns.user_turn_strategies import ExternalUserTurnStrategies
from pipecat.workers.runner import WorkerRunner

_SYSTEM = "You are the assistant of a voice call. Answer in one short sentence."


async def converse(socket: WebSocket, deepgram: str, claude: AsyncAnthropic, key: str) -> None:
    """Hold one call over an open socket until the caller leaves."""
    transport = FastAPIWebsocketTransport(
        websocket=socket,
        params=FastAPIWebsocketParams(
            audio_in_enabled=True, audio_out_enabled=True, serializer=ProtobufFrameSerializer()
        ),
    )
    stt = DeepgramFluxSTTService(api_key=key, url=f"{deepgram}/v2/listen")
    llm = AnthropicLLMService(
        api_key=key,
        client=claude,
        settings=AnthropicLLMService.Settings(model="claude-haiku-5-5", system_instruction=_SYSTEM),
    )
    tts = DeepgramTTSService(
        api_key=key,
        base_url=deepgram,
        settings=DeepgramTTSService.Settings(voice="aura-2-thalia-en"),
    )
    # As its manual says for Flux; left out, every call would load a turn model it does not use.
    flux_decides = LLMUserAggregatorParams(user_turn_strategies=ExternalUserTurnStrategies())
    aggregators = LLMContextAggregatorPair(LLMContext(), user_params=flux_decides)
    pipeline = Pipeline(
        [
            transport.input(),
            stt,
            aggregators.user(),
            llm,
            tts,
            transport.output(),
            aggregators.assistant(),
        ]
    )
    worker = PipelineWorker(
        pipeline,
        params=PipelineParams(audio_in_sample_rate=16_000, audio_out_sample_rate=24_000),
    )
    runner = WorkerRunner(handle_sigint=False)

    @transport.event_handler("on_client_disconnected")
    async def left(*_: object) -> None:
        await runner.cancel()

    await runner.add_workers(worker)
    await runner.run()


def application(anthropic_url: str, deepgram_url: str, key: str) -> FastAPI:
    """Return the bot's web application: `/ws` is a call, `/healthz` tells that it runs."""
    app = FastAPI()
    claude = AsyncAnthropic(api_key=key, base_url=anthropic_url)
    deepgram = deepgram_url.replace("http://", "ws://")

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.websocket("/ws")
    async def call(socket: WebSocket) -> None:
        await socket.accept()
        await converse(socket, deepgram, claude, key)

    return app


def main() -> None:
    """Serve on loopback until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--anthropic", required=True)
    parser.add_argument("--deepgram", required=True)
    parser.add_argument("--key", required=True)
    options = parser.parse_args()
    logger.remove()
    logger.add(sys.stderr, level="WARNING")
    app = application(options.anthropic, options.deepgram, options.key)
    uvicorn.run(app, host="127.0.0.1", port=options.port, log_level="warning")


if __name__ == "__main__":
    main()
