"""Numbers of a clip's pictures: motion, flashes, light and colour; and a hash of each second.

**Conventions.** The first 32 s count; fewer pictures are repeated. Pictures come 4 a second at
64 × 36. Motion and flashes are in dB of full scale with a floor, so that a still picture is calm
and not minus infinity. `*_1` to `*_4`: the course by quarters of 8 s, as for a voice.
"""

import subprocess
from pathlib import Path

import numpy as np

from mrcmv.corpus.checks.voice import course
from mrcmv.corpus.editor.mind import N_QUARTERS
from mrcmv.errors import MrcmvError
from mrcmv.types import WINDOW_S, Bytes, Floats

SIZE_PX = (64, 36)
FRAMES_HZ = 4
MOTION_FLOOR, FLASH_FLOOR = 0.003, 0.0003
COURSES = ("motion", "flash", "light", "red")
NAMES = (
    "motion_db", "motion_high_db", "motion_still_share", "motion_middle_db", "flash_db",
    "flash_high_db", "light", "light_spread", "contrast", "colourfulness", "saturation",
    "red_share", "red_high",
    *(f"{name}_{number}" for name in COURSES for number in range(1, N_QUARTERS + 1)),
)  # fmt: skip


def frames_of(path: Path, duration_s: float = WINDOW_S) -> Bytes:
    """The pictures of a film as it was written, small. Shape: → (n, 36, 64, 3) uint8 RGB.

    Raises:
        MrcmvError: they cannot be read.
    """
    import imageio_ffmpeg

    width, height = SIZE_PX
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-threads", "1", "-i", str(path)]
    command += ["-t", str(duration_s), "-vf", f"scale={width}:{height}:flags=area"]
    command += ["-f", "rawvideo", "-pix_fmt", "rgb24", "-threads", "1", "-"]
    done = subprocess.run(command, capture_output=True, check=False)
    pictures = np.frombuffer(done.stdout, np.uint8)
    if done.returncode != 0 or len(pictures) == 0:
        raise MrcmvError(f"{path} cannot be read: {done.stderr.decode(errors='replace').strip()}")
    return pictures.reshape(-1, height, width, 3)


def statistics(frames: Bytes) -> Floats:
    """Shape: (n, height, width, 3) at 4 a second → (len(NAMES),)."""
    n = round(WINDOW_S * FRAMES_HZ)
    pictures = frames[np.arange(n) % len(frames)].astype(np.float32) / 255.0
    grey = pictures.mean(axis=3)
    change = np.abs(np.diff(grey, axis=0, prepend=grey[:1]))
    motion = change.mean(axis=(1, 2))
    height, width = grey.shape[1:]
    middle = change[:, height // 4 : -height // 4, width // 4 : -width // 4].mean(axis=(1, 2))
    light = grey.mean(axis=(1, 2))
    motion_db = 20 * np.log10(motion + MOTION_FLOOR)
    flash_db = 20 * np.log10(np.abs(np.diff(light, prepend=light[:1])) + FLASH_FLOOR)
    red = _red_share(pictures)
    tops = [
        motion_db.mean(),
        np.percentile(motion_db, 90),
        (motion < 2 * MOTION_FLOOR).mean(),
        20 * np.log10(middle + MOTION_FLOOR).mean(),
        flash_db.mean(),
        np.percentile(flash_db, 90),
        light.mean(),
        light.std(),
        grey.std(axis=(1, 2)).mean(),
        _colourfulness(pictures),
        (pictures.max(axis=3) - pictures.min(axis=3)).mean(),
        red.mean(),
        np.percentile(red, 90),
    ]
    everywhere = np.ones(n, bool)
    courses = [course(curve, everywhere) for curve in (motion_db, flash_db, light, red)]
    return np.concatenate([np.array(tops), *courses]).astype(np.float32)


def hashes(frames: Bytes) -> np.ndarray:
    """64 bits for each second: whether each of the picture's slowest waves lies above their median.

    Shape: (n, height, width, 3) at 4 a second → (seconds, 64) bool. The perceptual hash of
    Zauner 2010: scale, level and coding hardly change it.
    """
    from scipy.fft import dctn

    grey = frames[::FRAMES_HZ].astype(np.float32).mean(axis=3)
    waves = dctn(grey, axes=(1, 2))[:, :9, :9].reshape(len(grey), 81)[:, 1:65]
    bits: np.ndarray = waves > np.median(waves, axis=1, keepdims=True)
    return bits


def _red_share(pictures: Floats) -> Floats:
    """Pixels that are red to orange and not dark: blood, fire, explosions. Shape: → (n,)."""
    red, green, blue = pictures[..., 0], pictures[..., 1], pictures[..., 2]
    share: Floats = ((red > 0.3) & (red > 1.4 * green) & (red > 1.4 * blue)).mean(axis=(1, 2))
    return share


def _colourfulness(pictures: Floats) -> float:
    """Hasler and Süsstrunk 2003, mean of the pictures."""
    red, green, blue = pictures[..., 0], pictures[..., 1], pictures[..., 2]
    rg, yb = red - green, 0.5 * (red + green) - blue
    spread = np.hypot(rg.std(axis=(1, 2)), yb.std(axis=(1, 2)))
    middle = np.hypot(rg.mean(axis=(1, 2)), yb.mean(axis=(1, 2)))
    return float((spread + 0.3 * middle).mean())
