"""Weights that are fetched by name, and only then: `mrcmv weights fetch NAME`.

They lie in the data folder (`Settings.weights`). A file comes in beside its place, is checked and
then renamed, so that a name that exists is always a whole file.
"""

import hashlib
import http.client
import tarfile
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from mrcmv.errors import WeightsError
from mrcmv.progress import Hook, silent
from mrcmv.settings import Settings

BLOCK = 1 << 20
TIMEOUT_S = 30.0
NO_CONNECTION = (
    urllib.error.URLError,
    TimeoutError,
    ConnectionError,
    http.client.HTTPException,
)


@dataclass(frozen=True)
class Weights:
    """Where weights come from and what they are.

    `file` is their place in the weights folder; of an `archive` (tar.gz) it is the folder that the
    archive is unpacked to. `sha256` is of what is downloaded; None with a `sha256_note` that says
    why it is not known. `size_mb` is that of the download.
    """

    name: str
    url: str
    file: str
    sha256: str | None
    licence: str
    size_mb: int
    purpose: str
    sha256_note: str = ""
    archive: bool = False


WEIGHTS: dict[str, Weights] = {
    weights.name: weights
    for weights in (
        Weights(
            name="hdemucs",
            url="https://download.pytorch.org/torchaudio/models/hdemucs_high_trained.pt",
            file="hdemucs_high_trained.pt",
            sha256=None,
            sha256_note="torchaudio names no checksum for it",
            licence=(
                'no licence is stated with the weights; their author once wrote "scientific '
                'purposes", a later repository says MIT'
            ),
            size_mb=335,
            purpose="separation backend hdemucs",
        ),
        Weights(
            name="spleeter",
            url="https://github.com/deezer/spleeter/releases/download/v1.4.0/2stems.tar.gz",
            file="spleeter/2stems",
            sha256="f3a90b39dd2874269e8b05a48a86745df897b848c61f3958efc80a39152bd692",
            licence="MIT by Spleeter's JOSS paper; not stated with the weights",
            size_mb=73,
            purpose="separation backend spleeter",
            archive=True,
        ),
        Weights(
            name="slowfast",
            url="https://dl.fbaipublicfiles.com/pytorchvideo/model_zoo/kinetics/SLOWFAST_8x8_R50.pyth",
            file="SLOWFAST_8x8_R50.pyth",
            sha256=None,
            sha256_note="pytorchvideo names no checksum for it",
            licence=(
                "none is stated with the weights; pytorchvideo, which publishes them, is "
                "Apache-2.0; trained on Kinetics-400, videos of others"
            ),
            size_mb=277,
            purpose="picture backbone of MRCMV's paper network, to train from",
        ),
        Weights(
            name="vggish",
            url="https://github.com/harritaylor/torchvggish/releases/download/v0.1/vggish-10086976.pth",
            file="vggish-10086976.pth",
            sha256="10086976245803799d9194e9a73d9b6c1549c71d1b80106f5cade5608a561f4b",
            licence=(
                "none is stated with the weights; torchvggish, which publishes them, and the "
                "release of Google's that they were converted from are Apache-2.0; trained on the "
                "sound of YouTube videos"
            ),
            size_mb=289,
            purpose="sound backbone of MRCMV's paper network, to train from",
        ),
    )
}


def path(name: str, settings: Settings) -> Path:
    """Where weights lie, installed or not. Raises WeightsError for an unknown name."""
    return settings.weights / _entry(name).file


def installed(name: str, settings: Settings) -> bool:
    """Whether weights are in their place."""
    return path(name, settings).exists()


def how_to_get(name: str, settings: Settings) -> str:
    """What to do to have weights, with and without a network, in two sentences."""
    entry = _entry(name)
    place = path(name, settings)
    return f"`mrcmv weights fetch {name}` downloads {entry.size_mb} MB. {_by_hand(entry, place)}"


def fetch(name: str, settings: Settings, hook: Hook = silent) -> Path:
    """Download weights unless they are there, and return their place.

    Raises:
        WeightsError: unknown name, no network, a broken download, or a wrong checksum.
    """
    entry = _entry(name)
    place = path(name, settings)
    if place.exists():
        return place
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetching-", dir=place.parent) as folder:
            download = Path(folder) / "download"
            _check(entry, _download(entry, download, hook))
            (_unpacked(download) if entry.archive else download).replace(place)
    except NO_CONNECTION as error:
        reason = getattr(error, "reason", error)
        raise WeightsError(
            f"{entry.url} cannot be reached ({reason}). {_by_hand(entry, place)}"
        ) from error
    except OSError as error:
        raise WeightsError(
            f"The weights {name} cannot be written to {place.parent}: {error.strerror or error}."
        ) from error
    return place


def _entry(name: str) -> Weights:
    if name not in WEIGHTS:
        raise WeightsError(f"There are no weights {name!r}. Choose one of: {', '.join(WEIGHTS)}.")
    return WEIGHTS[name]


def _by_hand(entry: Weights, place: Path) -> str:
    verb = "unpack" if entry.archive else "save"
    return f"Without a network here, {verb} {entry.url} as {place} by hand."


def _download(entry: Weights, target: Path, hook: Hook) -> str:
    """Stream the file to its target. Returns its sha256."""
    digest = hashlib.sha256()
    done = 0
    request = urllib.request.Request(entry.url, headers={"User-Agent": "mrcmv"})
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as reply, target.open("wb") as file:
        total = int(reply.headers.get("Content-Length") or 0)
        while block := reply.read(BLOCK):
            file.write(block)
            digest.update(block)
            done += len(block)
            hook("Downloading", completed=done, total=total or None)
    if total and done != total:
        raise WeightsError(
            f"The download of {entry.name} broke off after {done} of {total} bytes. Try again."
        )
    return digest.hexdigest()


def _check(entry: Weights, sha256: str) -> None:
    if entry.sha256 is not None and sha256 != entry.sha256:
        raise WeightsError(
            f"What {entry.url} sent is not the file that was published: its sha256 is "
            f"{sha256[:12]}…, not {entry.sha256[:12]}…. Nothing was installed. Try again later."
        )


def _unpacked(archive: Path) -> Path:
    folder = archive.with_name("unpacked")
    try:
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
    except tarfile.TarError as error:
        raise WeightsError(f"The download is not a tar archive that opens: {error}.") from error
    return folder
