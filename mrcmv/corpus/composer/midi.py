"""A score as a General MIDI file, type 1: a track of tempi, then one for each part."""

from io import BytesIO
from pathlib import Path
from typing import Any

from mrcmv.corpus.composer.score import Part, Score

TICKS = 480
"""Ticks a beat."""


def write_midi(score: Score, path: Path) -> None:
    """Write the score as `midi_bytes` gives it."""
    path.write_bytes(midi_bytes(score))


def midi_bytes(score: Score) -> bytes:
    """The file's bytes. Beats of three steps are written as quarters too: only time counts."""
    import mido

    file = mido.MidiFile(ticks_per_beat=TICKS)
    tempi = [
        (beat, 0, mido.MetaMessage("set_tempo", tempo=tempo)) for beat, tempo in score.tempo_map
    ]
    end = float(score.n_beats)
    file.tracks.append(_track(tempi, end))
    for part in score.parts:
        file.tracks.append(_track(_events(part), end))
    written = BytesIO()
    file.save(file=written)
    return written.getvalue()


def _events(part: Part) -> list[tuple[float, int, Any]]:
    """(beat, order, message): at one beat controllers come first, then note ends, then notes."""
    from mido import Message

    at = part.channel
    controls = ((7, part.volume), (10, part.pan), (91, part.reverb), (93, part.chorus))
    events = [(0.0, 0, Message("program_change", channel=at, program=part.program))]
    events += [
        (0.0, 1, Message("control_change", channel=at, control=c, value=v)) for c, v in controls
    ]
    events += [
        (beat, 1, Message("control_change", channel=at, control=11, value=value))
        for beat, value in part.expression
    ]
    for note in part.notes:
        on = Message("note_on", channel=at, note=note.pitch, velocity=note.velocity)
        off = Message("note_off", channel=at, note=note.pitch)
        events += [(note.start, 3, on), (note.start + max(0.05, note.beats), 2, off)]
    return events


def _track(events: list[tuple[float, int, Any]], end: float) -> Any:
    import mido

    track = mido.MidiTrack()
    now = 0
    for beat, _, message in sorted(events, key=lambda event: (round(event[0] * TICKS), event[1])):
        tick = round(beat * TICKS)
        track.append(message.copy(time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track", time=max(0, round(end * TICKS) - now)))
    return track
