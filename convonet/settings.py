"""Settings, read once from the environment and `.env`; `contract` names, no surprises."""

import ipaddress
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from convonet.errors import SettingsError

Port = Annotated[int, Field(ge=1, le=65_535)]


class Settings(BaseSettings):
    """Everything an operator may change without changing code.

    An absent `DATABASE_URL`, `REDIS_URL` or `TEMPORAL_ADDRESS` means the embedded server; the
    supervisor fills them in for the processes it starts. An absent provider key selects the
    offline default of that slot.
    """

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, case_sensitive=False
    )

    convonet_env: Literal["development", "production"] = "development"
    convonet_home: Path = Path("~/.convonet")
    convonet_host: str = "127.0.0.1"
    convonet_port: Port = 8000
    convonet_temporal_port: Port = 7233
    convonet_temporal_ui_port: Port = 8233
    convonet_standby: bool = True
    """Keep a loaded spare of the API and of each worker, so that a death costs no start."""
    convonet_promote: bool = False
    """A conversation worker that starts makes its build the one new calls begin on, and takes
    over calls whose build has no worker left. The embedded stack always does."""
    convonet_drain_s: Annotated[float, Field(ge=0, le=300)] = 10.0
    """How long a conversation worker that stops lets steps and tool calls under way finish."""
    convonet_lame_duck_s: Annotated[float, Field(ge=0, le=300)] = 0.0
    """How long an API that stops goes on while /readyz tells the balancer to look elsewhere."""
    convonet_log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    database_url: SecretStr | None = None
    redis_url: SecretStr | None = None

    temporal_address: str | None = None
    temporal_namespace: str = "default"
    temporal_api_key: SecretStr | None = None
    temporal_tls_client_cert_path: Path | None = None
    temporal_tls_client_key_path: Path | None = None
    convonet_history_events: Annotated[int, Field(ge=50, le=40_000)] | None = None
    """Embedded: events after which a long conversation goes on in a new run; Temporal's own
    advice (4096) when absent."""
    temporal_ui_url: str | None = None
    """Where people look at workflows; the embedded Web UI when absent."""
    convonet_payload_key: SecretStr | None = None
    """Base64 of 32 bytes: encrypts every payload in Temporal's history (AES-256-GCM)."""

    anthropic_api_key: SecretStr | None = None
    anthropic_base_url: str | None = None
    anthropic_model: str = "claude-haiku-5-5"

    deepgram_api_key: SecretStr | None = None
    deepgram_base_url: str | None = None
    deepgram_listen_model: str = "flux-general-en"
    """A `flux-...` model finds the end of a turn by what is said; `nova-...` by the pause."""
    deepgram_eot_threshold: Annotated[float, Field(ge=0.5, le=0.9)] = 0.7
    """How sure Flux must be that a turn has ended."""
    deepgram_eager_eot_threshold: Annotated[float, Field(ge=0.3, le=0.9)] | None = None
    """How sure Flux must be to say that a turn has likely ended; absent: it never does."""
    deepgram_speak_model: str = "aura-2-thalia-en"

    convonet_whisper_model: Literal["tiny.en", "base"] = "tiny.en"
    convonet_whisper_path: Path | None = None
    """A CTranslate2 Whisper folder to use instead of the bundled one."""
    convonet_voice_path: Path | None = None
    """A Piper voice (`.onnx`, its `.onnx.json` beside it) to use instead of the bundled one."""

    twilio_account_sid: str | None = None
    twilio_auth_token: SecretStr | None = None
    twilio_phone_number: str | None = None
    twilio_base_url: str | None = None
    public_url: str | None = None
    pbx_domain: str | None = None
    pbx_wss_url: str | None = None
    pbx_sip_transport: Literal["udp", "tcp", "tls"] = "udp"
    pbx_trunk: str | None = None

    jwt_secret: SecretStr | None = None
    """Signs sign-ins and keys the PIN hashes. Embedded: made once and kept in CONVONET_HOME."""
    sentry_dsn: SecretStr | None = None
    google_client_id: str | None = None
    google_client_secret: SecretStr | None = None
    composio_api_key: SecretStr | None = None

    convonet_mcp_config: Path | None = None
    """External MCP servers; `mcp_config.json` in the working folder when absent and there."""
    convonet_allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Other origins (`https://host`) whose pages may open `/voice`, separated by commas."""
    convonet_trusted_proxies: str = ""
    """Addresses whose X-Forwarded-For is believed, separated by commas."""

    convonet_idle_prompt_s: Annotated[float, Field(ge=1, le=3_600)] = 20.0
    """Silence of both sides, in seconds, after which the caller is asked whether they are there."""
    convonet_idle_goodbye_s: Annotated[float, Field(ge=1, le=3_600)] = 15.0
    """Further silence, in seconds, after which the call is ended."""
    convonet_max_call_s: Annotated[float, Field(ge=10, le=86_400)] = 14_400.0
    convonet_reconnect_s: Annotated[float, Field(ge=1, le=3_600)] = 60.0
    """How long a call waits for its caller's connection to come back."""

    convonet_max_calls: Annotated[int, Field(ge=1)] | None = None
    """Calls at once, everywhere; absent: as many as the voice workers measure that they carry."""
    convonet_calls_per_core: Annotated[float, Field(gt=0, le=1_000)] | None = None
    """What a voice worker counts on before it measures; absent: by where speech is done."""
    convonet_user_calls: Annotated[int, Field(ge=1)] = 10
    """Calls one user may have at once."""
    convonet_user_starts: Annotated[int, Field(ge=1)] = 30
    """Calls one user may begin in a minute."""

    @field_validator("convonet_home", mode="after")
    @classmethod
    def _expand_home(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("convonet_allowed_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
        return value

    @field_validator(
        "anthropic_base_url",
        "deepgram_base_url",
        "twilio_base_url",
        "public_url",
        "temporal_ui_url",
    )
    @classmethod
    def _http_url(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://", "ws://", "wss://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/") if value else value

    @field_validator("convonet_trusted_proxies")
    @classmethod
    def _addresses(cls, value: str) -> str:
        for part in filter(None, (part.strip() for part in value.split(","))):
            ipaddress.ip_network(part, strict=False)
        return value

    @field_validator("jwt_secret")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 32:  # noqa: PLR2004
            raise ValueError("must have at least 32 characters")
        return value

    @model_validator(mode="after")
    def _whole_pairs(self) -> Self:
        pairs: tuple[tuple[str, ...], ...] = (
            ("twilio_account_sid", "twilio_auth_token", "twilio_phone_number"),
            ("temporal_tls_client_cert_path", "temporal_tls_client_key_path"),
            ("google_client_id", "google_client_secret"),
        )
        for names in pairs:
            missing = [name for name in names if getattr(self, name) is None]
            if missing and len(missing) < len(names):
                present = next(name for name in names if name not in missing)
                raise ValueError(f"{present.upper()} is set but {missing[0].upper()} is not")
        if self.convonet_env == "production":
            self._production_needs("database_url", "redis_url", "temporal_address", "jwt_secret")
        return self

    def _production_needs(self, *names: str) -> None:
        for name in names:
            if getattr(self, name) is None:
                raise ValueError(f"{name.upper()} must be set when CONVONET_ENV=production")


def read_settings() -> Settings:
    """Read settings from the environment and `.env`.

    Raises:
        SettingsError: one line that names the first setting at fault. Values are never shown.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"]).upper()
        what = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{name}: {what}" if name else what) from None


@cache
def settings() -> Settings:
    """Return the process-wide settings; tests call `settings.cache_clear()`."""
    return read_settings()
