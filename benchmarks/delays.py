"""What the fake providers take: the same for every side, so that it can be taken out."""

from typing import Final

END_OF_TURN_MS: Final = 200
"""Silence after which the fake Deepgram says that the caller has finished."""

START_OF_TURN_MS: Final = 80
"""Sound after which it says that the caller has begun."""

FIRST_TOKEN_MS: Final = 200
TOKEN_MS: Final = 15
FIRST_AUDIO_MS: Final = 80
SPEECH_SPEED: Final = 4.0
"""How much faster than real time the fake voice makes its sound."""

HEARD: Final = "what is on my list"
REPLY: Final = "Unfortunately, tomorrow's appointments remain completely unconfirmed."
"""One sentence of six tokens: where a side cuts its sentences makes no difference."""

REPLY_MS: Final = 55 * len(REPLY)
"""How long the fake voice takes for it."""

TOKENS: Final = len(REPLY.split())
FLOOR_MS: Final = END_OF_TURN_MS + FIRST_TOKEN_MS + TOKENS * TOKEN_MS + FIRST_AUDIO_MS
"""From the caller's last voiced frame to the first sound of the answer when a side takes no time:
570 ms."""

KEY: Final = "test-key"
