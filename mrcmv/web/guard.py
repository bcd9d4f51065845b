"""Who may see results: one token, compared in constant time, and few guesses a minute."""

import hashlib
import hmac
import threading
import time
from collections import deque
from collections.abc import Callable

MOST_WRONG, WITHIN_S = 5, 60.0
"""Wrong tokens from one address in that time before it has to wait."""
MOST_WRONG_IN_ALL = 50
"""The same of all addresses together: whoever guesses may have many."""


class TooManyGuesses(Exception):
    """`wait_s`: until the next guess is heard."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"Too many wrong tokens. Try again in {wait_s:.0f} s.")
        self.wait_s = wait_s


class Guard:
    """Lets in whoever knows the token. `token`: None lets nobody in. Safe for threads."""

    def __init__(self, token: str | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._hash = None if token is None else _hashed(token)
        self._clock = clock
        self._wrong: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether anybody can be let in."""
        return self._hash is not None

    def lets_in(self, guess: str, address: str) -> bool:
        """Whether the token is right; a wrong one is counted against its address.

        A right token is let in also while others guess: only the address that guessed has to
        wait, and all addresses once there are `MOST_WRONG_IN_ALL` guesses.

        Raises:
            TooManyGuesses: the address has to wait, whatever it says.
        """
        with self._lock:
            now_s = self._clock()
            self._forget(now_s)
            for told, most in ((self._wrong.get(address, ()), MOST_WRONG), self._everyone()):
                if len(told) >= most:
                    raise TooManyGuesses(max(1.0, told[-most] + WITHIN_S - now_s))
            # Hashes are of one length: the comparison tells nothing of the token's.
            right = self._hash is not None and hmac.compare_digest(_hashed(guess), self._hash)
            if not right:
                self._wrong.setdefault(address, deque()).append(now_s)
            return right

    def _everyone(self) -> tuple[list[float], int]:
        return sorted(at for own in self._wrong.values() for at in own), MOST_WRONG_IN_ALL

    def _forget(self, now_s: float) -> None:
        """Drop guesses that are old, and addresses without any."""
        for address, own in list(self._wrong.items()):
            while own and own[0] <= now_s - WITHIN_S:
                own.popleft()
            if not own:
                del self._wrong[address]


def _hashed(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
