"""Studies that can be served: tiny bundles, and the server as a process that can be killed.

python -m tests.web.staged DATA PORT FOLDER...
"""

import hashlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from mrcmv.media import write_sound
from mrcmv.settings import REPOSITORY, Settings
from mrcmv.study.bundle import Bundle, write_bundle
from mrcmv.study.design import Study
from mrcmv.study.stimulus import Stimulus, wanted
from mrcmv.types import Sound
from mrcmv.web.desk import open_desk
from mrcmv.web.serving import serve
from tests.conftest import write_clip

RATE_HZ = 48_000
START_S = 60
TONES_HZ = (220.0, 330.0, 440.0, 550.0)


def opaque(*parts: object) -> str:
    """A name that says nothing."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:20]


@cache
def tone(duration_s: float, tone_hz: float | None) -> bytes:
    """An AAC file of a tone; None: silence."""
    with tempfile.TemporaryDirectory() as folder:
        write_tone(Path(folder) / "tone.m4a", duration_s, tone_hz)
        return (Path(folder) / "tone.m4a").read_bytes()


@cache
def picture(duration_s: float) -> bytes:
    """A silent mp4 in which a bar moves."""
    with tempfile.TemporaryDirectory() as folder:
        return write_clip(Path(folder) / "picture.mp4", duration_s, None).read_bytes()


def write_tone(path: Path, duration_s: float, tone_hz: float | None) -> None:
    """A soundtrack; None: silence."""
    times_s = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    wave = 0.1 * np.sin(2 * np.pi * (tone_hz or 0.0) * times_s)
    write_sound(Sound(np.stack([wave, wave]).astype(np.float32), RATE_HZ), path)


def make_bundle(
    folder: Path, study: Study, *, duration_s: float = 2.0, made: dict[str, Any] | None = None
) -> Bundle:
    """A bundle of tones to a moving bar, written into `folder`. Sounds of one method are alike."""
    (folder / "media").mkdir(parents=True)
    clips = [clip.file for clip in study.clips]  # type: ignore[union-attr]
    stimuli = [
        Stimulus(opaque(clip, source), clip, source, duration_s, picture=opaque(clip))
        for clip, source in wanted(study, clips)
    ]
    tones = dict(zip(study.method_names, TONES_HZ, strict=False))
    bundle = Bundle(folder, study, tuple(stimuli), made or {})
    for number, one in enumerate(stimuli):
        sound = tone(duration_s, tones.get(one.source))
        bundle.files[one.name + ".m4a"].write_bytes(sound)
        bundle.files[one.picture + ".mp4"].write_bytes(picture(duration_s))
        stimuli[number] = replace(one, sha256=hashlib.sha256(sound).hexdigest())
    bundle = Bundle(folder, study, tuple(stimuli), made or {})
    write_bundle(bundle)
    return bundle


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Server:
    """The studies' server as a process; it keeps its port over restarts."""

    data: Path
    folders: tuple[Path, ...]
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def page(self, study: str, query: str = "") -> str:
        return f"{self.url}/study?s={study}{query}"

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.web.staged", str(self.data), str(self.port)]
        with (self.data / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *map(str, self.folders)], cwd=REPOSITORY, stdout=log, stderr=log
            )
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                urllib.request.urlopen(self.url + "/study/assets/words.json", timeout=5).close()
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError((self.data / "log.txt").read_text())

    def kill(self) -> None:
        """As a power cut does."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(20)

    def stop(self) -> int:
        """As one who presses Ctrl-C; the exit status."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(20)


def main(data: str, port: str, folders: Iterable[str]) -> None:
    desk = open_desk(Settings(data_dir=Path(data)), [Path(folder) for folder in folders])
    serve(desk, host="127.0.0.1", port=int(port))
    desk.store.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
