"""Secrets that raters carry: tokens, receipt codes, completion codes; and salted hashes.

A token names an assignment by a random id and nothing else: neither method nor kind of trial.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from mrcmv.study.refusals import refuse

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's 32: no I, L, O, U, so that a code can be read aloud and typed."""
CODE_LENGTH = 16
"""80 bits: nobody guesses one."""
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})
LONGEST_TOKEN = 200


@dataclass(frozen=True)
class Token:
    """What a token says: the assignment and when it ends, in seconds since 1970."""

    assignment: str
    expires_s: int
    mac: str


def new_id() -> str:
    """A random id of 128 bits, in hex."""
    return secrets.token_hex(16)


def new_key() -> bytes:
    return secrets.token_bytes(32)


def make_token(key: bytes, assignment: str, rater: str, expires_s: float) -> str:
    """The token with which this rater may vote on this assignment until then."""
    ends = int(expires_s)
    return f"{assignment}.{ends}.{_mac(key, assignment, rater, ends)}"


def read_token(text: str) -> Token:
    """The parts of a token, unproved. VoteRefused (`forged`) for what is none."""
    parts = text.split(".") if isinstance(text, str) and len(text) <= LONGEST_TOKEN else []
    if len(parts) != 3 or not text.isascii() or not parts[1].isdigit():
        raise refuse("forged")
    return Token(parts[0], int(parts[1]), parts[2])


def check_token(key: bytes, text: str, rater: str, now_s: float) -> str:
    """The assignment that a token is good for.

    Raises:
        VoteRefused: it is forged, another rater's, or has expired.
    """
    token = read_token(text)
    expected = _mac(key, token.assignment, rater, token.expires_s)
    if not hmac.compare_digest(expected.encode(), token.mac.encode()):
        raise refuse("forged")
    if now_s >= token.expires_s:
        raise refuse("expired")
    return token.assignment


def new_code() -> str:
    """A receipt code, as `7K2M-QX4D-9F8T-B3CA`."""
    return _code(secrets.token_bytes(CODE_LENGTH))


def code_for(key: bytes, idempotency: str) -> str:
    """The receipt code of the session that was begun with this key: a retry gets it once more."""
    return _code(hmac.new(key, f"begin|{idempotency}".encode(), hashlib.sha256).digest())


def hash_code(code: str) -> str:
    """What is stored of a receipt code: its hash, so that who reads the store cannot resume.

    Small letters, spaces, missing dashes and look-alikes (O, I, L) are forgiven.
    """
    plain = code.strip().upper().translate(_LOOKALIKES)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def salted(salt: bytes, text: str) -> str:
    """A hash that says nothing once the salt is gone (HMAC-SHA-256, hex)."""
    return hmac.new(salt, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def own_completion_code(key: bytes, rater: str) -> str:
    """A rater's own completion code: ten letters that only the study's key makes."""
    raw = hmac.new(key, f"completion|{rater}".encode(), hashlib.sha256).digest()
    return "".join(ALPHABET[byte % 32] for byte in raw[:10])


def _mac(key: bytes, assignment: str, rater: str, expires_s: int) -> str:
    said = f"vote|{assignment}|{rater}|{expires_s}"
    return hmac.new(key, said.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _code(raw: bytes) -> str:
    letters = "".join(ALPHABET[byte % 32] for byte in raw[:CODE_LENGTH])
    return "-".join(letters[start : start + 4] for start in range(0, CODE_LENGTH, 4))
