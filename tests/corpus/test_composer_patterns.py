"""What instruments play: every pattern keeps to its range, its section and its chords."""

from random import Random

import pytest

from mrcmv.corpus.composer.accompaniment import PATTERNS
from mrcmv.corpus.composer.bass import LINES
from mrcmv.corpus.composer.drums import drums, groove
from mrcmv.corpus.composer.grooves import GROOVES
from mrcmv.corpus.composer.harmony import Harmony
from mrcmv.corpus.composer.melody import make_motif, sentence, sing
from mrcmv.corpus.composer.orchestration import SINGING, STROKES
from mrcmv.corpus.composer.passages import Passage
from mrcmv.corpus.composer.score import Meter, Section
from mrcmv.corpus.composer.styles import STYLES
from mrcmv.corpus.composer.theory import Scale

METERS = [Meter(4, 4), Meter(3, 4), Meter(4, 3)]
CHROMATIC = {"cluster", "thump", "tick", "strike", "pedal", "drone"}


def passage(meter: Meter, name: str = "A", energy: float = 0.5, mode: str = "aeolian") -> Passage:
    section = Section(name, 4, 8, 0.7, (energy, energy))
    scale = Scale(2, mode)
    chords = Harmony(scale, "plain", 3, Random(1)).section(section, meter, 1)
    return Passage(section, chords, meter, scale, 0.5)


@pytest.mark.parametrize("meter", METERS, ids=str)
@pytest.mark.parametrize("name", sorted({**PATTERNS, **LINES, **STROKES}))
@pytest.mark.parametrize("energy", [0.1, 0.5, 0.95])
def test_a_pattern_stays_in_its_range_and_section(name: str, meter: Meter, energy: float):
    where = passage(meter, energy=energy)
    tones = {**PATTERNS, **LINES, **STROKES}[name](where, 45, 72, Random(3))
    assert tones
    for tone in tones:
        assert 45 <= tone.pitch <= 72
        assert where.start <= tone.start < where.end
        assert tone.beats > 0
        assert 0 < tone.accent <= 1.05


@pytest.mark.parametrize("name", sorted(set(PATTERNS) - CHROMATIC - {"ostinato", "power"}))
def test_a_chord_pattern_plays_chord_tones(name: str):
    where = passage(Meter(4, 4))
    tones = PATTERNS[name](where, 45, 80, Random(3))
    away = [t for t in tones if t.pitch % 12 not in where.chord_at(t.start).tones]
    assert len(away) <= 0.15 * len(tones)


@pytest.mark.parametrize("meter", METERS, ids=str)
def test_a_melody_rests_on_chord_tones(meter: Meter):
    where = passage(meter)
    motif = make_motif(meter, 0.4, Random(5))
    tones = sing(sentence(motif, 8, meter, 0, Random(6)), where, 60, 84)
    assert all(60 <= tone.pitch <= 84 for tone in tones)
    long = [tone for tone in tones if tone.beats >= 1.0]
    assert long
    assert all(tone.pitch % 12 in where.chord_at(tone.start).tones for tone in long)


def test_a_raised_leading_note_reaches_the_melody():
    where = passage(Meter(4, 4), name="build")
    dominant = next((c for c in where.chords if c.altered), None)
    if dominant is None:
        dominant = Harmony(where.scale, "plain", 3, Random(1)).chord("5+", 16.0, 4.0)
    assert (dominant.tones[1] - dominant.root) % 12 == 4
    assert dominant.altered == {0: 1}  # D minor: C becomes C sharp


@pytest.mark.parametrize("meter", METERS, ids=str)
@pytest.mark.parametrize("name", sorted(GROOVES))
def test_a_groove_fills_its_bar(name: str, meter: Meter):
    for wanted in (1, 2, 3):
        for drum, bar in groove(name, meter, wanted).items():
            assert 27 <= drum <= 87
            assert set(bar) <= set("Xxo.")
            compound_only = name in ("jig", "waltz", "epic compound")
            assert len(bar) == meter.n_beats * meter.n_steps or compound_only


def test_drums_grow_through_a_build_and_fill_its_end():
    where = passage(Meter(4, 4), name="build", energy=0.8)
    hits = [t for t in drums(where, "rock", Random(1)) if t.pitch == 38]
    halves = [
        [t.accent for t in hits if (where.progress(t.start) >= 0.5) == late] for late in (0, 1)
    ]
    assert len(halves[1]) > 1.5 * len(halves[0])
    assert sum(halves[1]) / len(halves[1]) > sum(halves[0]) / len(halves[0])


@pytest.mark.parametrize("name", sorted(STYLES))
def test_a_style_names_only_what_exists(name: str):
    style = STYLES[name]
    known = {*PATTERNS, *LINES, *STROKES, *SINGING, "counter", "riser"}
    for layer in style.layers:
        assert set(layer.plays.split()) <= known
        assert all(0 <= program < 128 for program in layer.programs)
        assert layer.high - layer.low >= 9 or layer.plays == "riser"
    assert set(style.grooves) <= {*GROOVES, ""}
    assert len(style.layers) <= 14
    assert len({layer.name for layer in style.layers}) == len(style.layers)
    assert style.layers[0].at == 0.0 or any(layer.at <= 0.05 for layer in style.layers)
