"""Some pairs as whole clips: H.264 picture, the mix as AAC, and its three stems as FLAC."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mrcmv import media
from mrcmv.corpus.build.dubs import Cast, speak_over
from mrcmv.corpus.build.manifest import read_record, write_record
from mrcmv.corpus.build.pairs import Segment
from mrcmv.corpus.build.plan import Dub, stream
from mrcmv.corpus.build.takes import TakeRecord
from mrcmv.corpus.editor.finishing import Finished, Levels, draw_levels, finish, loudness_lufs
from mrcmv.corpus.editor.laying import RATE_HZ
from mrcmv.corpus.encode import quick
from mrcmv.types import Curve, Floats, Sound, Span

STEMS = ("voice", "music", "effects")
CROSSFADE_S = 0.5


@dataclass(frozen=True)
class Order:
    """What a whole clip is made of. `files`: piece id → its file."""

    dub: Dub
    take: TakeRecord
    segments: tuple[Segment, ...]
    files: Mapping[str, Path]


def make_whole(order: Order, cast: Cast, folder: Path) -> dict[str, Any]:
    """Render a pair below `folder/whole`, once for the music that it has; what was set and
    measured."""
    stamp = folder / "whole" / f"{order.dub.pair_id}.json"
    music = [asdict(segment) for segment in order.segments]
    if (kept := read_record(stamp)) is not None and kept["segments"] == music:
        return kept
    told = speak_over(order.dub, order.take, cast)
    voice = Sound(np.repeat(told.voice.samples, 2, axis=0), RATE_HZ)
    game = media.read_sound(folder / order.take.game, RATE_HZ, 2)
    bed = bed_of(order.segments, order.files, order.take.duration_s)
    speech = tuple(line.span for line in told.lines)
    levels = draw_levels(stream(order.dub.seed, "levels"))
    finished = finish(voice, game, bed, speech, levels)
    clip = folder / "whole" / f"{order.dub.pair_id}.mp4"
    for name in STEMS:
        media.write_sound(getattr(finished, name), clip.with_suffix(f".{name}.flac"))
    assert order.take.pictures is not None
    quick(folder / order.take.pictures, finished.mix, clip)
    record = {
        "pair_id": order.dub.pair_id,
        "clip": str(clip.relative_to(folder)),
        "segments": music,
        "levels": asdict(levels),
        **measured(finished, speech, levels),
    }
    write_record(record, stamp)
    return record


def bed_of(segments: Sequence[Segment], files: Mapping[str, Path], clip_s: float) -> Floats:
    """The music of a clip before it is levelled, its pieces crossfaded. Shape: (2, n), 48 kHz."""
    bed = np.zeros((2, round(clip_s * RATE_HZ)), np.float32)
    for number, segment in enumerate(segments):
        lead_s = min(CROSSFADE_S, segment.music_start_s) if number else 0.0
        wanted_s = segment.end_s - segment.start_s + lead_s
        sound = media.read_sound(
            files[segment.piece_id], RATE_HZ, 2,
            start_s=segment.music_start_s - lead_s, duration_s=wanted_s,
        )  # fmt: skip
        at = round((segment.start_s - lead_s) * RATE_HZ)
        part = sound.samples[:, : bed.shape[1] - at].copy()
        fade = round(lead_s * RATE_HZ)
        if fade:
            rise = np.sin(0.5 * np.pi * np.arange(fade) / fade).astype(np.float32)
            part[:, :fade] *= rise
            bed[:, at : at + fade] *= np.sqrt(1 - rise**2)
        bed[:, at : at + part.shape[1]] += part
    return bed


def measured(finished: Finished, speech: Sequence[Span], levels: Levels) -> dict[str, float]:
    """The clip by numbers: loudness, true peak, how far music goes down, how much is spoken."""
    duration_s = finished.mix.duration_s
    spoken_s = sum(span.duration_s for span in speech)
    return {
        "loudness_lufs": round(loudness_lufs(finished), 2),
        "true_peak_dbtp": round(media.true_peak_dbtp(finished.mix), 2),
        "deepest_duck_db": round(float(-between_fades(finished.gains, levels).min()), 2),
        "speech_share": round(spoken_s / duration_s, 3),
        "voice_lufs": round(media.loudness_lufs(finished.voice), 2),
        "music_lufs": round(media.loudness_lufs(finished.music), 2),
        "effects_lufs": round(media.loudness_lufs(finished.effects), 2),
    }


def between_fades(gains: Curve, levels: Levels) -> Floats:
    """The plan's gains where neither fade is at work, in dB. Shape: (n,)."""
    first = int(np.ceil(levels.fade_in_s * gains.rate_hz)) + 1
    last = len(gains.values) - int(np.ceil(levels.fade_out_s * gains.rate_hz)) - 1
    return gains.values[first:last]
