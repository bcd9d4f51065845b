"""One mix asked for: what it is made from, its cached files, and what was measured of it."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from mrcmv import media
from mrcmv.cache import Cache
from mrcmv.mixing import arrange, checks, master, meter, plan, render
from mrcmv.progress import Hook, silent
from mrcmv.types import Clip, Curve, Floats, Mix, MixOptions, Sound, Span, Stems, Track

VERSION = "mix-2"
"""Part of every cached name: raise it when the same inputs would sound different."""
PICTURE_VERSION = "picture-1"
"""Part of the cached name of a picture that was encoded again: raise it when `recode` changes."""
STEPS = ("Laying the music", "Setting the loudness", "Joining picture and sound")


def mix(
    clip: Clip,
    sound: Sound | None,
    stems: Stems,
    track: Track,
    start_s: float,
    options: MixOptions,
    *,
    cache: Cache,
    hook: Hook = silent,
) -> Mix:
    """Lay a track under the whole clip, from `start_s` of the track on, and write the file.

    The picture is copied wherever browsers can play it and the clip is not cut. The same inputs
    and options give the same cached files, with the same measured figures.

    Raises:
        MixError: options that make no sense, or a track without sound.
        MediaError: a track or clip that cannot be read.
    """
    checks.check_options(options, clip)
    checks.check_start(start_s, track)
    checks.check_keep(options, stems)
    stretch = _stretch(clip, options)
    gains = _gains(stems, stretch, options)
    track_hash = track.content_hash or media.content_hash(track.file)
    key = (VERSION, clip.content_hash, track_hash, start_s, options, _identity(stems, sound))
    made: list[master.Measured] = []

    def write_soundtrack(out: Path) -> None:
        hook(STEPS[0], completed=0, total=len(STEPS))
        samples, music_lufs = _mixed(sound, stems, track, start_s, options, stretch, gains)
        hook(STEPS[1], completed=1, total=len(STEPS))
        has_music = music_lufs >= plan.SILENT_LUFS
        made.append(replace(master.master(samples, options, out), has_music=has_music))

    soundtrack = cache.make("mix", ".m4a", key, write_soundtrack)
    measured = _measured(cache, key, soundtrack, made)
    hook(STEPS[2], completed=2, total=len(STEPS))
    copied = options.cut is None and media.copies_picture(clip)
    picture = clip if copied else playable(clip, options.cut, cache=cache, hook=hook)
    video = cache.make("mix", ".mp4", key, lambda out: media.mux(picture, soundtrack, out))
    hook(STEPS[2], completed=len(STEPS), total=len(STEPS))
    return Mix(
        video=video,
        sound=soundtrack,
        track_id=track.track_id,
        start_s=start_s,
        loudness_lufs=measured.loudness_lufs,
        true_peak_dbtp=measured.true_peak_dbtp,
        music_gain_db=gains,
        picture_copied=copied,
        options=options,
        note=_note(measured, stems, options),
    )


def lay(
    clip: Clip, sound: Sound | None, stems: Stems, track: Track, start_s: float, options: MixOptions
) -> tuple[Sound, bool]:
    """The sound of a mix before its loudness is set, and whether there is music to hear in it.

    Shape: `(2, n)` at 48 kHz. Raises MixError and MediaError as `mix` does.
    """
    checks.check_options(options, clip)
    checks.check_start(start_s, track)
    checks.check_keep(options, stems)
    stretch = _stretch(clip, options)
    gains = _gains(stems, stretch, options)
    samples, music_lufs = _mixed(sound, stems, track, start_s, options, stretch, gains)
    return Sound(samples, meter.RATE_HZ), music_lufs >= plan.SILENT_LUFS


def playable(clip: Clip, cut: Span | None = None, *, cache: Cache, hook: Hook = silent) -> Clip:
    """The clip, or a cut of it, encoded again as browsers play it: once, whatever is mixed to it.

    Raises:
        MediaError: the clip cannot be read.
    """
    path = cache.make(
        "picture",
        ".mp4",
        (PICTURE_VERSION, clip.content_hash, cut),
        lambda out: media.recode(clip, out, cut=cut, hook=hook),
    )
    duration_s = clip.duration_s if cut is None else min(cut.end_s, clip.duration_s) - cut.start_s
    return replace(clip, path=path, duration_s=duration_s, start_s=0.0, lead_s=0.0)


def _stretch(clip: Clip, options: MixOptions) -> Span:
    """The clip's seconds that are mixed."""
    if options.cut is None:
        return Span(0.0, clip.duration_s)
    return Span(options.cut.start_s, min(options.cut.end_s, clip.duration_s))


def _gains(stems: Stems, stretch: Span, options: MixOptions) -> Curve:
    """The plan over the stretch, on the clip's seconds."""
    speech = [
        Span(span.start_s - stretch.start_s, span.end_s - stretch.start_s) for span in stems.speech
    ]
    return plan.plan_gains(speech, stretch.duration_s, options, stretch.start_s)


def _identity(stems: Stems, sound: Sound | None) -> str:
    """Says which voice, speech and sound went in: a user's voice file has no name of its own."""
    digest = hashlib.blake2b(repr((stems.backend, stems.speech, sound is None)).encode())
    if stems.voice is not None:
        for channel in stems.voice.samples:
            digest.update(np.ascontiguousarray(channel).data)
    return digest.hexdigest()


def _mixed(
    sound: Sound | None,
    stems: Stems,
    track: Track,
    start_s: float,
    options: MixOptions,
    stretch: Span,
    gains: Curve,
) -> tuple[Floats, float]:
    """The mix before its loudness is set, and how loud the music was before it was laid.

    Shape: `(2, n)` at 48 kHz.
    """
    n_samples = round(stretch.duration_s * meter.RATE_HZ)
    bed = render.make_bed(sound, stems, options.keep, stretch)
    music = arrange.read_music(track.file, start_s, n_samples)
    music_lufs = meter.loudness_of(music)
    level_db = plan.music_level_db(render.reference_lufs(bed), music_lufs, options.music_lu)
    render.shape_music(music, level_db, gains)
    render.add_bed(music, bed)
    return music, music_lufs


def _measured(
    cache: Cache,
    key: tuple[object, ...],
    soundtrack: Path,
    made: list[master.Measured],
) -> master.Measured:
    """What the soundtrack measures: kept beside it, so that it is decoded for that once."""

    def write_figures(out: Path) -> None:
        measured = made[0] if made else master.measure_file(soundtrack)
        out.write_text(json.dumps(measured.__dict__))

    figures = cache.make("mix", ".json", key, write_figures)
    return master.Measured(**json.loads(figures.read_text()))


def _note(measured: master.Measured, stems: Stems, options: MixOptions) -> str | None:
    """What the user should know of this mix, in a sentence each."""
    missed = master.note_on(measured, options)
    if options.keep == "voice" and stems.voice is None:
        alone = "Nobody speaks in the clip, so the music is heard alone."
        return alone if missed is None else f"{alone} {missed}"
    return missed
