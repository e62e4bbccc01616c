"""Voice PINs: kept only as a keyed hash, so that a stolen table does not give them away."""

import hashlib
import hmac
import re

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from convonet.errors import Invalid

_PIN = re.compile(r"[0-9]{4,6}")


def hash_pin(secret: str, pin: str) -> str:
    """Return the hash under which `pin` is stored: 64 hex digits, HMAC-SHA-256.

    The key is derived from `secret` (JWT_SECRET) for this purpose alone.

    Raises:
        Invalid: the PIN is not 4 to 6 digits.
    """
    if not _PIN.fullmatch(pin):
        raise Invalid("a voice PIN has 4 to 6 digits")
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"convonet voice pin")
    key = kdf.derive(secret.encode())
    return hmac.new(key, pin.encode(), hashlib.sha256).hexdigest()
