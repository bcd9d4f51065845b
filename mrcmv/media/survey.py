"""One pass over a file's packets: how long it truly is, and whether it can be decoded."""

from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from mrcmv.errors import MediaError
from mrcmv.media.kinds import Kind
from mrcmv.media.opening import duration_of
from mrcmv.media.pictures import stamp_of

MAX_TRIES = 300
"""Packets without one decodable picture (or sound) after which a stream counts as broken."""

MAX_PACKETS = 2_000_000
"""More packets than this are no clip: ten minutes at 240 pictures a second have a tenth."""


@dataclass
class Seen:
    """What a pass over a stream's packets showed. Times are the file's own, in seconds."""

    first_s: float = float("inf")
    last_s: float = float("-inf")
    end_s: float = float("-inf")
    n_packets: int = 0
    n_tries: int = 0
    frame: Any = None
    starts_s: "array[float]" = field(default_factory=lambda: array("d"))

    @property
    def duration_s(self) -> float:
        """From the first picture to the end of the last one, whose own length may be unknown."""
        if self.n_packets < 2:
            return max(0.0, self.end_s - self.first_s)
        step_s = (self.last_s - self.first_s) / (self.n_packets - 1)
        return max(self.end_s, self.last_s + (step_s if self.end_s <= self.last_s else 0.0)) - (
            self.first_s
        )

    @property
    def rate_hz(self) -> float:
        """Packets a second while they come as they usually do: freezes and gaps left out."""
        gaps_s = np.diff(np.sort(np.array(self.starts_s)))
        gaps_s = gaps_s[gaps_s > 0]
        if len(gaps_s) == 0:
            return self.n_packets / max(self.duration_s, 1e-6)
        usual_s = float(np.median(gaps_s))
        # The mean of what lies near: containers round times to a millisecond or worse.
        near = (gaps_s > 0.5 * usual_s) & (gaps_s < 1.5 * usual_s)
        return 1.0 / float(gaps_s[near].mean())


def survey(
    path: Path,
    kind: Kind,
    container: InputContainer,
    streams: tuple[VideoStream, AudioStream | None],
    max_duration_s: float,
) -> tuple[Seen, Seen]:
    """Go over all packets; the first picture and the first sound are decoded on the way.

    Returns what was seen of the picture and of the sound.

    Raises:
        MediaError: the picture runs for more than `max_duration_s`, or there are too many packets.
    """
    seen, heard = Seen(), Seen()
    picture, sound = streams
    for packet in container.demux([stream for stream in (picture, sound) if stream is not None]):
        which = seen if packet.stream_index == picture.index else heard
        _note(packet, which, kind.name)
        if seen.end_s - seen.first_s > max_duration_s + 1:
            raise MediaError(
                f"{path.name} lasts longer than the limit of {max_duration_s:g} s. Cut it shorter."
            )
        if which.n_packets > MAX_PACKETS:
            raise MediaError(f"{path.name} is damaged: it has too many packets. Export it again.")
    return seen, heard


def _note(packet: Any, seen: Seen, container: str) -> None:
    stamp = stamp_of(packet, container)
    if stamp is not None and packet.size and not packet.is_discard:
        start_s = float(stamp * packet.time_base)
        seen.n_packets += 1
        seen.starts_s.append(start_s)
        seen.first_s = min(seen.first_s, start_s)
        seen.last_s = max(seen.last_s, start_s)
        seen.end_s = max(seen.end_s, start_s + float(duration_of(packet) * packet.time_base))
    if seen.frame is None and seen.n_tries < MAX_TRIES:
        seen.n_tries += 1
        try:
            seen.frame = next(iter(packet.decode()), None)
        except av.FFmpegError:
            return
