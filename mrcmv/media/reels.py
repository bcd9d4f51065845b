"""Many sounds on one reel: decoded once, then read at any place without decoding.

**Conventions.** `NAME.json` says what lies where; `NAME.i16` holds the samples as int16,
`(samples, channels)`, one sound behind the other, each brought to full scale (its `peak` brings it
back). The file is mapped into memory and never read whole. The JSON is written last: without it
there is no reel.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from mrcmv.errors import MediaError
from mrcmv.types import Floats, Sound

FULL_SCALE = 32_767


@dataclass(frozen=True)
class Item:
    """A sound of a reel: `n` samples from `start` on, and what is known of it."""

    name: str
    start: int
    n: int
    peak: float
    facts: dict[str, str] = field(default_factory=dict)


class Reel:
    """A reel to read from. What it maps is not sent to another process: it is opened there anew.

    Raises:
        MediaError: there is no reel of that name, or it is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            told = json.loads(path.with_suffix(".json").read_text())
            self.rate_hz = int(told["rate_hz"])
            self.n_channels = int(told["n_channels"])
            self.items = tuple(Item(**item) for item in told["items"])
            n_bytes = path.with_suffix(".i16").stat().st_size
        except FileNotFoundError:
            raise MediaError(f"There is no reel {path}: nothing was put on it yet.") from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise MediaError(f"The reel {path} is damaged ({error}): delete it.") from error
        n = max((item.start + item.n for item in self.items), default=0)
        if n_bytes != 2 * n * self.n_channels:
            raise MediaError(f"The reel {path} is damaged (its length): delete it.")
        self._samples: np.ndarray[tuple[int, int], np.dtype[np.int16]] | None = None

    def __reduce__(self) -> tuple[type["Reel"], tuple[Path]]:
        return Reel, (self.path,)

    @property
    def duration_s(self) -> float:
        """Of all sounds together."""
        return sum(item.n for item in self.items) / self.rate_hz

    def read(self, item: Item, start: int = 0, n: int | None = None) -> Floats:
        """A stretch of a sound, as long as there is any. Shape: → `(channels, up to n)`."""
        if self._samples is None:
            shape = (max(1, max(item.start + item.n for item in self.items)), self.n_channels)
            self._samples = np.memmap(self.path.with_suffix(".i16"), np.int16, "r", shape=shape)
        end = item.n if n is None else min(item.n, start + n)
        part = self._samples[item.start + start : item.start + end]
        samples: Floats = part.T.astype(np.float32) * np.float32(item.peak / FULL_SCALE)
        return samples


def write_reel(
    path: Path,
    rate_hz: int,
    n_channels: int,
    sounds: Iterable[tuple[str, Mapping[str, str], Sound]],
) -> Reel:
    """Put sounds on a reel, in their order: `(name, facts, sound)`.

    Raises:
        MediaError: a sound has another rate or other channels, or the reel cannot be written.
    """
    items: list[Item] = []
    half = path.with_name(f".{path.name}.part")
    at = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".json").unlink(missing_ok=True)
        with half.open("wb") as file:
            for name, facts, sound in sounds:
                if sound.rate_hz != rate_hz or sound.samples.shape[0] != n_channels:
                    raise MediaError(f"{name} does not go on {path}: another rate or channels.")
                n = sound.samples.shape[1]
                peak = max(float(np.abs(sound.samples).max(initial=0.0)), 1e-9)
                whole = np.rint(sound.samples.T * (FULL_SCALE / peak)).astype("<i2")
                file.write(np.ascontiguousarray(whole).tobytes())
                items.append(Item(name, at, n, peak, dict(facts)))
                at += n
        half.replace(path.with_suffix(".i16"))
        told = {"rate_hz": rate_hz, "n_channels": n_channels, "items": [asdict(i) for i in items]}
        half.write_text(json.dumps(told))
        half.replace(path.with_suffix(".json"))
    except OSError as error:
        raise MediaError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        half.unlink(missing_ok=True)
    return Reel(path)
