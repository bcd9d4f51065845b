"""Pictures and sound into mp4 (H.264, AAC, faststart), by the ffmpeg of imageio-ffmpeg."""

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mrcmv.corpus.footage.take import Sink
from mrcmv.errors import MrcmvError
from mrcmv.types import Bytes, Sound

SOUND_BPS = 128_000
LOSSLESS = ("-preset", "ultrafast", "-crf", "6")
"""Nearly: for working files."""


@contextmanager
def pictures_to(
    path: Path, width: int, height: int, fps: float, quality: Sequence[str] = LOSSLESS
) -> Iterator[Sink]:
    """A sink that writes pictures as H.264. `quality`: options of ffmpeg's libx264 and filters.

    Raises:
        MrcmvError: ffmpeg could not write it.
    """
    size = f"{width}x{height}"
    command = [_ffmpeg(), "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"]
    command += ["-s", size, "-r", str(fps), "-i", "-", "-c:v", "libx264"]
    command += [*quality, "-pix_fmt", "yuv420p", str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        pipe, complaints = process.stdin, process.stderr
        assert pipe is not None
        assert complaints is not None

        def sink(image: Bytes) -> None:
            pipe.write(image.tobytes())

        yield sink
        pipe.close()
        complaint = complaints.read().decode(errors="replace")
        if process.wait() != 0:
            raise MrcmvError(f"ffmpeg could not write {path.name}: {complaint.strip()}")


def finish(pictures: Path, sound: Sound, out: Path, *, max_bytes: int, title: str) -> None:
    """Encode the final clip in two passes, just under a size. The sound sets the length.

    Raises:
        MrcmvError: ffmpeg failed, or the file came out too large.
    """
    import soundfile

    budget = max_bytes * 8 * 0.965 / sound.duration_s - SOUND_BPS
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "sound.wav"
        soundfile.write(wav, sound.samples.T, sound.rate_hz, subtype="PCM_24")
        video = ["-c:v", "libx264", "-preset", "slow", "-b:v", str(int(budget))]
        video += ["-pix_fmt", "yuv420p", "-g", "105", "-passlogfile", f"{folder}/pass"]
        begin = [_ffmpeg(), "-v", "error", "-y", "-i", str(pictures)]
        _run([*begin, "-an", *video, "-pass", "1", "-f", "null", "-"])
        end = ["-c:a", "aac", "-b:a", str(SOUND_BPS), "-ar", str(sound.rate_hz), "-shortest"]
        end += ["-movflags", "+faststart", "-metadata", f"title={title}", str(out)]
        maps = ["-i", str(wav), "-map", "0:v:0", "-map", "1:a:0"]
        _run([*begin, *maps, *video, "-pass", "2", *end])
    if out.stat().st_size > max_bytes:
        out.unlink()
        raise MrcmvError(f"{out.name} came out larger than {max_bytes} bytes.")


def quick(pictures: Path, sound: Sound, out: Path) -> None:
    """Put a working file's pictures and a sound together without encoding the pictures again."""
    import soundfile

    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "sound.wav"
        soundfile.write(wav, sound.samples.T, sound.rate_hz, subtype="PCM_24")
        command = [_ffmpeg(), "-v", "error", "-y", "-i", str(pictures), "-i", str(wav)]
        command += ["-c:v", "copy", "-c:a", "aac", "-b:a", "160k"]
        _run([*command, "-movflags", "+faststart", str(out)])


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0:
        complaint = done.stderr.decode(errors="replace").strip()
        raise MrcmvError(f"ffmpeg could not write {Path(command[-1]).name}: {complaint}")


def _ffmpeg() -> str:
    import imageio_ffmpeg

    return str(imageio_ffmpeg.get_ffmpeg_exe())
