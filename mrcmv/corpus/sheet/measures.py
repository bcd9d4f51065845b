"""A whole clip by numbers, all of them measured on its sound and picture.

**Conventions.** Loudness in LUFS (BS.1770-4), its differences in LU; levels are RMS of 50 ms in
dB of full scale; times in seconds. "While somebody speaks" are the spans of the transcript.
**Metrics.** See `Numbers`.
"""

from dataclasses import dataclass

import numpy as np

from mrcmv import media
from mrcmv.corpus.sheet.levels import Mask, cut_out, inside, level_db, longest_s, loudness_in
from mrcmv.corpus.sheet.wholes import Whole
from mrcmv.types import Curve, Floats, Frames, Sound, Span

SILENT_DB = -60.0
BLACK = 30
"""Of 255: a picture whose brightest hundredth is darker is black. Many games play on black."""
STILL = 4e-4
"""Motion, 0–1, under which two pictures are the same but for their coding."""
FULL_SCALE = 0.999
UP_DB = -1.0
"""From this gain on the music counts as up."""
END_S = 0.1
NEAR_S = 0.01
"""How far around a join of two pieces a click is looked for."""


@dataclass(frozen=True)
class Numbers:
    """loudness_lufs, true_peak_dbtp, clipped (samples at full scale), silent_s (longest silence):
    of the mix as its file plays it. stems_off_db: what mix less stems leaves, beside the mix.

    duck_db: how much lower the music is under speech than where the plan lets it up, by the stems,
    fades left out (NaN where it never comes up); up_share: of the clip, in which it is up.
    Relative to the voice while it speaks: voice_to_music_lu, voice_to_effects_lu.
    music_off_s: longest silence of the music inside its fades; join_click: the steepest step at a
    join beside the usual steep steps around it (1: as steep).
    end_db: level of the voice in the last 0.1 s beside its speech; stray_share: of the voice's
    energy, outside the transcript; mute_lines: lines in which nothing is heard.
    black_s, frozen_s: longest black and unmoved stretch of pictures; length_off_s: sound less
    picture.
    """

    duration_s: float
    loudness_lufs: float
    target_lufs: float
    true_peak_dbtp: float
    clipped: int
    silent_s: float
    stems_off_db: float
    speech_share: float
    duck_db: float
    up_share: float
    voice_lufs: float
    music_lufs: float
    effects_lufs: float
    voice_to_music_lu: float
    voice_to_effects_lu: float
    music_off_s: float
    join_click: float
    end_db: float
    stray_share: float
    mute_lines: int
    black_s: float
    frozen_s: float
    length_off_s: float


def measure(whole: Whole) -> Numbers:
    """All numbers of a whole clip."""
    speech = whole.speech
    mix_db, music_db = level_db(whole.mix), level_db(whole.music)
    spoken = {name: loudness_in(sound, speech) for name, sound in whole.stems.items()}
    motion = whole.pictures.motion
    unfaded = outside_fades(music_db, whole)
    return Numbers(
        duration_s=whole.voice.duration_s,
        loudness_lufs=media.loudness_lufs(whole.mix),
        target_lufs=whole.levels.target_lufs,
        true_peak_dbtp=media.true_peak_dbtp(whole.mix),
        clipped=int((np.abs(whole.mix.samples) >= FULL_SCALE).sum()),
        silent_s=longest_s(mix_db.values < SILENT_DB, mix_db.rate_hz),
        stems_off_db=stems_off_db(whole),
        speech_share=sum(span.duration_s for span in speech) / whole.voice.duration_s,
        duck_db=duck_db(music_db, speech, up_at(whole.gains, music_db) & unfaded, unfaded),
        up_share=float((whole.gains.values > UP_DB).mean()),
        voice_lufs=media.loudness_lufs(whole.voice),
        music_lufs=media.loudness_lufs(whole.music),
        effects_lufs=media.loudness_lufs(whole.effects),
        voice_to_music_lu=spoken["voice"] - spoken["music"],
        voice_to_effects_lu=spoken["voice"] - spoken["effects"],
        music_off_s=longest_s((music_db.values < SILENT_DB) & unfaded, music_db.rate_hz),
        join_click=join_click(whole),
        end_db=end_db(whole.voice, speech),
        stray_share=stray_share(level_db(whole.voice), speech),
        mute_lines=mute_lines(whole.voice, speech),
        black_s=black_s(whole.pictures.strip, whole.pictures.clip.duration_s),
        frozen_s=longest_s(motion.values[1:] < STILL, motion.rate_hz),
        length_off_s=whole.mix.duration_s - whole.pictures.clip.duration_s,
    )


def outside_fades(curve: Curve, whole: Whole) -> Mask:
    """Where neither fade of the music is at work. Shape: (n,)."""
    levels, end_s = whole.levels, whole.voice.duration_s
    return inside(curve, [Span(levels.fade_in_s, end_s - levels.fade_out_s)])


def up_at(gains: Curve, curve: Curve) -> Mask:
    """Where the plan lets the music up, at the middles of a curve's values. Shape: (n,)."""
    middles = curve.times_s + 0.5 / curve.rate_hz
    return np.asarray(np.interp(middles, gains.times_s, gains.values) > UP_DB)


def duck_db(music_db: Curve, speech: tuple[Span, ...], up: Mask, counted: Mask) -> float:
    """How much lower the music is under speech than where it is up, in dB; NaN without either.

    Short pauses, in which an editor leaves the music down, count as neither.
    """
    under = inside(music_db, speech) & counted
    if not under.any() or not up.any():
        return float("nan")
    return power_mean_db(music_db.values[up]) - power_mean_db(music_db.values[under])


def black_s(strip: Frames, duration_s: float) -> float:
    """The longest black stretch, by the pictures of the film strip."""
    lightest = np.quantile(strip.images.max(axis=3), 0.99, axis=(1, 2))
    return longest_s(lightest < BLACK, len(strip.images) / duration_s)


def power_mean_db(levels: Floats) -> float:
    """The level of the mean power. Shape: (n,) in dB → dB."""
    return float(10 * np.log10(np.mean(10 ** (levels.astype(np.float64) / 10))))


def stems_off_db(whole: Whole) -> float:
    """The power of what the mix's file plays less the sum of the stems, beside the mix, in dB."""
    total = sum(stem.samples for stem in whole.stems.values())
    assert isinstance(total, np.ndarray)
    n = min(total.shape[1], whole.mix.samples.shape[1])
    off = np.square(whole.mix.samples[:, :n] - total[:, :n], dtype=np.float64).mean()
    return float(10 * np.log10((off + 1e-12) / (np.square(total, dtype=np.float64).mean() + 1e-12)))


def join_click(whole: Whole) -> float:
    """The steepest step near a join of two pieces, in units of the steep (99.9 %) steps in the
    second around it; 0 without a join."""
    worst = 0.0
    for segment in whole.pair["segments"][1:]:
        at_s = float(segment["start_s"])
        near = _steps(whole.music, Span(at_s - 0.5 - NEAR_S, at_s + NEAR_S))
        around = _steps(whole.music, Span(at_s - 1.0, at_s + 0.5))
        worst = max(worst, float(near.max(initial=0.0) / (np.quantile(around, 0.999) + 1e-9)))
    return worst


def _steps(sound: Sound, span: Span) -> Floats:
    part = cut_out(sound, [span]).mono
    steps: Floats = np.abs(np.diff(part, 2)).astype(np.float32)
    return steps


def end_db(voice: Sound, speech: tuple[Span, ...]) -> float:
    """The voice in the clip's last 0.1 s beside its speech, in dB: near 0 where it is cut off."""
    if not speech:
        return float("-inf")
    last = cut_out(voice, [Span(voice.duration_s - END_S, voice.duration_s)])
    said = cut_out(voice, speech)
    return _power_db(last) - _power_db(said)


def stray_share(voice_db: Curve, speech: tuple[Span, ...]) -> float:
    """The share of the voice's energy that lies outside the transcript by 0.3 s and more, 0–1."""
    power = 10 ** (voice_db.values.astype(np.float64) / 10)
    return float(power[~inside(voice_db, speech, wider_s=0.3)].sum() / (power.sum() + 1e-12))


def mute_lines(voice: Sound, speech: tuple[Span, ...]) -> int:
    """Lines of the transcript that are 30 dB and more under the whole of the speech."""
    said_db = _power_db(cut_out(voice, speech))
    return sum(_power_db(cut_out(voice, [span])) < said_db - 30.0 for span in speech)


def _power_db(sound: Sound) -> float:
    return float(10 * np.log10(np.square(sound.samples, dtype=np.float64).mean() + 1e-12))
