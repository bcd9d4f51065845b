"""Sound → file, in the format that the name's ending asks for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.codec.context import Flags
from av.container import OutputContainer

from mrcmv.errors import MediaError
from mrcmv.media.sounds import resample
from mrcmv.media.soundtrack import RATE_HZ
from mrcmv.types import Sound

AAC_KBPS = 192
MP3_KBPS = 192
OPUS_KBPS = 128
CHUNK_S = 10
"""Sound is handed to the encoder in pieces of this length, to keep memory low."""

AAC_RATES_HZ = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000)
MP3_RATES_HZ = (48000, 44100, 32000, 24000, 22050, 16000)
OPUS_EFFORT = {"compression_level": "1"}
"""Of libopus, 0–10: against 10 it loses 0.3 dB of a voice at 40 kbit/s and takes a fifth of the
time."""
OPUS_RATES_HZ = (48000, 24000, 16000, 12000, 8000)
NO_TRACES = {"fflags": "+bitexact"}
"""Muxer option: no encoder name, no date in the file."""


def write_sound(sound: Sound, path: Path, kbps: int | None = None) -> None:
    """Write a sound as .wav or .flac (24 bit; .wav as floats when it exceeds full scale), .m4a
    (AAC), .mp3, or .opus and .ogg (Opus). `kbps` sets the bit rate of the last four.

    What is half written is removed before an error goes on.

    Raises:
        MediaError: the ending is none of these, or the file cannot be written.
    """
    writers: dict[str, Callable[[Path], None]] = {
        ".wav": lambda out: _write_pcm(sound, out, "WAV"),
        ".flac": lambda out: _write_pcm(sound, out, "FLAC"),
        ".m4a": lambda out: _encode(sound, out, "ipod", "aac", kbps or AAC_KBPS, AAC_RATES_HZ),
        ".mp3": lambda out: _encode(
            sound, out, "mp3", "libmp3lame", kbps or MP3_KBPS, MP3_RATES_HZ
        ),
        ".opus": lambda out: _encode(
            sound, out, "ogg", "libopus", kbps or OPUS_KBPS, OPUS_RATES_HZ
        ),
        ".ogg": lambda out: _encode(sound, out, "ogg", "libopus", kbps or OPUS_KBPS, OPUS_RATES_HZ),
    }
    write = writers.get(path.suffix.lower())
    if write is None:
        raise MediaError(
            f"{path.name} cannot be written: '{path.suffix}' is not one of {', '.join(writers)}."
        )
    with whole_or_nothing(path):
        write(path)


@contextmanager
def whole_or_nothing(path: Path) -> Iterator[None]:
    """Remove the file if its writing fails, and say so in words.

    Raises:
        MediaError: the file could not be written.
    """
    try:
        yield
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError | RuntimeError | av.FFmpegError):
            raise MediaError(f"{path} cannot be written: {error}.") from error
        raise


def _write_pcm(sound: Sound, path: Path, format_name: str) -> None:
    import soundfile

    step = CHUNK_S * sound.rate_hz
    n_channels, n = sound.samples.shape
    pieces = [sound.samples[:, start : start + step] for start in range(0, n, step)]
    above = any(float(np.abs(piece).max()) > 1.0 for piece in pieces)
    subtype = "FLOAT" if above and format_name == "WAV" else "PCM_24"
    with (
        path.open("wb") as file,
        soundfile.SoundFile(
            file, "w", sound.rate_hz, n_channels, subtype, format=format_name
        ) as out,
    ):
        for piece in pieces:
            out.write(piece.T)


def _encode(
    sound: Sound, path: Path, muxer: str, codec: str, kbps: int, rates_hz: tuple[int, ...]
) -> None:
    if sound.rate_hz not in rates_hz:
        sound = resample(sound, RATE_HZ)
    options = {**NO_TRACES, **({"movflags": "+faststart"} if muxer == "ipod" else {})}
    with av.open(str(path), "w", format=muxer, options=options) as out:
        stream = add_sound_stream(out, codec, sound, kbps)
        for packet in encoded(stream, sound):
            out.mux(packet)


def add_sound_stream(out: OutputContainer, codec: str, sound: Sound, kbps: int) -> AudioStream:
    """A stream that takes this sound: 1 or 2 channels at its own rate."""
    layout = "mono" if sound.samples.shape[0] == 1 else "stereo"
    effort = OPUS_EFFORT if codec == "libopus" else {}
    stream = out.add_stream(codec, rate=sound.rate_hz, layout=layout, options=effort)
    assert isinstance(stream, AudioStream)
    stream.bit_rate = kbps * 1000
    stream.codec_context.flags |= Flags.bitexact  # AAC's first frame would name the encoder
    return stream


def encoded(stream: AudioStream, sound: Sound) -> "Iterator[av.Packet[AudioStream]]":
    """The packets of a sound, through its stream's encoder."""
    context = stream.codec_context
    context.open(strict=False)
    resampler = av.AudioResampler(
        format=context.format,
        layout=context.layout,
        rate=sound.rate_hz,
        frame_size=context.frame_size or None,
    )
    for piece in _frames(sound):
        for frame in resampler.resample(piece):
            yield from stream.encode(frame)
    yield from stream.encode(None)


def _frames(sound: Sound) -> Iterator[av.AudioFrame | None]:
    """The sound as frames of `CHUNK_S` seconds, then None."""
    step = CHUNK_S * sound.rate_hz
    layout = "mono" if sound.samples.shape[0] == 1 else "stereo"
    for start in range(0, sound.samples.shape[1], step):
        piece = np.ascontiguousarray(sound.samples[:, start : start + step], np.float32)
        frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout=layout)
        frame.sample_rate = sound.rate_hz
        frame.pts = start
        frame.time_base = Fraction(1, sound.rate_hz)
        yield frame
    yield None
