"""What the edge counts, for Prometheus."""

from prometheus_client import Counter, Gauge, Histogram

CONNECTIONS = Gauge("convonet_voice_connections", "Open /voice connections")
CALLS = Gauge("convonet_voice_calls", "Calls served by this process now")
CALLS_BEGUN = Counter("convonet_voice_calls_begun", "Calls begun or resumed here", ["how"])
CALLS_REFUSED = Counter("convonet_voice_calls_refused", "Calls not begun, by why", ["why"])
CALLS_EVERYWHERE = Gauge("convonet_calls", "Calls under way, of all instances")
CAPACITY = Gauge("convonet_calls_capacity", "Calls that fit, of all instances")
SIGN_INS = Counter("convonet_voice_sign_ins", "Sign-ins by PIN", ["outcome"])
MESSAGES = Counter("convonet_voice_messages", "Frames", ["direction", "kind"])
ERRORS = Counter("convonet_voice_errors", "Errors told to clients", ["code"])
CLOSED = Counter("convonet_voice_closed", "Connections closed by the server", ["code"])
INBOUND_LATENCY = Histogram(
    "convonet_voice_inbound_seconds",
    "From a caller's frame to its place in the call's stream",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
OUTBOUND_LATENCY = Histogram(
    "convonet_voice_outbound_seconds",
    "From reading a call's message to having sent it",
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 10),
)
