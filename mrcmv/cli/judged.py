"""What `mrcmv evaluate retrieval` was asked for, judged: methods without training, and networks."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mrcmv.cli import networks, protocols
from mrcmv.cli.protocols import Asked, Method
from mrcmv.evaluation.judging import judge
from mrcmv.evaluation.protocol import CONDITIONS, MusicOf, RetrievalProtocol
from mrcmv.evaluation.results import Results
from mrcmv.progress import Hook

if TYPE_CHECKING:
    from mrcmv.corpus.checks.material import Material
    from mrcmv.corpus.checks.measuring import Measured

    Known = Callable[[], Measured]

METHODS = ("random", "oracle", "swaps", "ridge", "descriptors")


@dataclass(frozen=True)
class Request:
    """What is to be judged. voices: what networks hear, by the names of `networks.VOICES`."""

    corpus: Path
    methods: Sequence[str]
    split: Asked
    seeds: int
    networks: Sequence[Path] = ()
    variants: Sequence[Path] = ()
    voices: Sequence[str] = ("clean", "none")
    jobs: int = 1


def judged(request: Request, hook: Hook) -> list[Results]:
    """The results of all methods and networks, in the order of the table."""
    material = protocols.material_of(request.corpus)
    protocol = protocols.read_protocol(material, request.split)
    measured = cache(lambda: protocols.measured_of(material, protocol, request.jobs, hook))
    references = _references(request, material, protocol, measured, hook)
    made = [
        judge(
            protocol, one.name, one.seed, one.distances, references=references,
            ceiling=one.ceiling, only=one.only,
        )
        for one in _untrained(request, material, protocol, measured, hook)
    ]  # fmt: skip
    for one, condition in _trained(request, material, protocol, hook):
        made.append(
            judge(
                protocol, one.name, one.seed, one.distances, condition=condition,
                references=references, ceiling=one.ceiling,
            )
        )  # fmt: skip
    return made


def _untrained(
    request: Request, material: "Material", protocol: RetrievalProtocol, measured: "Known",
    hook: Hook,
) -> Iterator[Method]:  # fmt: skip
    """What needs no training, made when its turn comes."""
    from mrcmv.cli import untrained

    makers: Mapping[str, Callable[[], list[Method]]] = {
        "random": lambda: protocols.draws(request.seeds),
        "oracle": lambda: protocols.oracles(material, protocol),
        "swaps": lambda: protocols.ridge_swaps(material, measured(), protocol),
        "ridge": lambda: protocols.ridges(material, measured(), protocol),
        "descriptors": lambda: untrained.descriptors(
            material, measured(), protocol, request.jobs, hook
        ),
    }
    for name in METHODS:
        if name in request.methods:
            hook(f"Judging {name}")
            yield from makers[name]()


def _trained(
    request: Request, material: "Material", protocol: RetrievalProtocol, hook: Hook
) -> "Iterator[tuple[Method, str]]":
    """Networks and variants under each condition; of MRCMV the swaps with the oracle too."""
    if not request.networks:
        return
    runs = networks.runs_of(request.networks, request.variants)
    points = networks.Points(request.corpus, protocol, request.split, request.jobs, hook)
    yield from networks.methods_of(runs, points, request.voices)
    if "swaps" in request.methods and request.split == "test":
        from mrcmv.cli.network_swaps import swapped

        for one in swapped(runs, material, points):
            yield one, CONDITIONS[0]


def _references(
    request: Request, material: "Material", protocol: RetrievalProtocol, measured: "Known",
    hook: Hook,
) -> Mapping[str, MusicOf]:  # fmt: skip
    """How far music is apart by numbers that no network learns from: by the published VGGish where
    its weights are, else by hand statistics, whose name the column then has."""
    from mrcmv import weights
    from mrcmv.corpus.decoding import decode
    from mrcmv.evaluation.reference import vggish_music
    from mrcmv.settings import load_settings

    settings = load_settings()
    if not weights.installed("vggish", settings):
        return {protocols.PREDICTED: protocols.statistics_of(material, measured())}
    dataset = decode(request.corpus, (request.split,), jobs=request.jobs, hook=hook)
    windows = [
        window for many in protocol.galleries.values() for one in many for window in one.windows
    ]
    return {"VGGish": vggish_music(weights.path("vggish", settings), dataset, windows, hook)}
