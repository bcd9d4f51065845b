"""What a style is: which tempo, modes, meters and instruments belong together."""

from dataclasses import dataclass

from mrcmv.corpus.composer.score import Meter

FOUR, THREE, TWELVE = Meter(4, 4), Meter(3, 4), Meter(4, 3)


@dataclass(frozen=True)
class Layer:
    """One instrument of a style.

    plays: names of patterns with spaces between, one of which the seed picks (`orchestration` says
    which there are). programs: from dull to brilliant; the mood picks. It joins where a section's
    lift reaches `at`, and rests above `until`. Pitches stay in [low, high].
    """

    name: str
    plays: str
    programs: tuple[int, ...]
    low: int
    high: int
    at: float = 0.0
    until: float = 1.1
    volume: int = 88
    pan: int = 64
    reverb: int = 50
    chorus: int = 0


@dataclass(frozen=True)
class Style:
    """A kind of music. `modes` run from dark to bright; `home` is (energy, valence, tension)."""

    home: tuple[float, float, float]
    tempo_bpm: tuple[int, int]
    modes: tuple[str, ...]
    layers: tuple[Layer, ...]
    meters: tuple[Meter, ...] = (FOUR,)
    grooves: tuple[str, ...] = ("",)
    kit: int = 0
    kit_volume: int = 92
    flavour: str = "plain"
    chord_size: int = 3
    swing: float = 0.5
    swing_beats: float = 1.0
    ritardando: bool = True
    room: float = 0.6
