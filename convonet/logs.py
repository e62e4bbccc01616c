"""Logs and error reports: one line an event, never what people say."""

import json
import logging
import sys
from datetime import UTC, datetime

from convonet.settings import Settings

_QUIET = ("httpx", "httpcore", "httpx2", "websockets", "deepgram", "mcp", "langsmith")
"""Libraries whose INFO is about themselves, or repeats what people said."""

_OURS = ("call_id", "turn_id", "workflow_id", "activity_type", "attempt")


class LineFormatter(logging.Formatter):
    """`time level logger message` and a few known fields; exceptions on the lines after it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields = {name: getattr(record, name) for name in _OURS if hasattr(record, name)}
        tail = f" {json.dumps(fields, default=str)}" if fields else ""
        line = f"{at} {record.levelname} {record.name}: {record.getMessage()}{tail}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def set_up(settings: Settings, process: str) -> None:
    """Log to standard error, and report errors to Sentry when a DSN is set."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter())
    logging.basicConfig(level=settings.convonet_log_level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    if settings.sentry_dsn is not None:
        import sentry_sdk  # noqa: PLC0415 - processes without a DSN start without it

        sentry_sdk.init(
            dsn=settings.sentry_dsn.get_secret_value(),
            environment=settings.convonet_env,
            send_default_pii=False,
            include_local_variables=False,
            max_request_body_size="never",
        )
        sentry_sdk.set_tag("process", process)
