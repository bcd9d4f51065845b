"""Composing: decisions in order, each from the mood and a random stream of its own.

Streams are seeded by text (`random.Random("7/key")`), which no hash randomisation touches, and one
for each decision, so that a change in how one is made leaves the others as they were.
"""

from random import Random

from mrcmv.corpus.composer import forms
from mrcmv.corpus.composer.drums import drums
from mrcmv.corpus.composer.harmony import Harmony
from mrcmv.corpus.composer.moods import Mood, named
from mrcmv.corpus.composer.orchestration import perform_form, seat
from mrcmv.corpus.composer.passages import Passage
from mrcmv.corpus.composer.performance import drummer, player
from mrcmv.corpus.composer.score import DRUM_CHANNEL, Meter, Part, Score, Section
from mrcmv.corpus.composer.style import Style
from mrcmv.corpus.composer.styles import STYLES
from mrcmv.corpus.composer.theory import Scale

DURATION_S = 64.0


def compose(mood: Mood | str, seed: int, duration_s: float = DURATION_S) -> Score:
    """A piece in a mood, of about `duration_s` (0.8 to 1.4 of it: sections have whole bars).

    Raises:
        ValueError: no preset or style has the name given.
    """
    mood = named(mood)
    name = mood.style or choose_style(mood, Random(f"{seed}/style"))
    if name not in STYLES:
        raise ValueError(f"{name!r} is not a style. Known are: {', '.join(STYLES)}.")
    style = STYLES[name]
    tempo = choose_tempo(mood, style, Random(f"{seed}/tempo"))
    meter = Random(f"{seed}/meter").choice(style.meters)
    if meter.n_steps == 3:
        tempo = round(5 * 0.78 * tempo) / 5  # a beat of three steps holds more
    scale = Scale(Random(f"{seed}/key").randrange(12), choose_mode(mood, style, seed))
    form = forms.choose_form(mood, Random(f"{seed}/form"))
    sections = forms.sections(mood, forms.lay_out(form, meter, tempo, duration_s))
    energy = forms.energy_curve(sections, meter)
    passages = _passages(sections, meter, scale, mood, style, tempo, seed)
    tempo_map = _tempo_map(tempo, style, len(energy), meter)
    parts = _parts(passages, mood, style, energy, 60.0 / tempo, seed)
    return Score(seed, mood, name, meter, scale.key, scale.mode, tempo_map, sections, parts, energy)


def choose_style(mood: Mood, rng: Random) -> str:
    """A style whose home lies near the mood; nearer ones are likelier."""
    point = (mood.energy, mood.valence, mood.tension)
    weights = []
    for style in STYLES.values():
        distance = sum((a - b) ** 2 for a, b in zip(point, style.home, strict=True)) ** 0.5
        weights.append(2.0 ** (-distance / 0.08))
    return rng.choices(list(STYLES), weights)[0]


def choose_tempo(mood: Mood, style: Style, rng: Random) -> float:
    """Beats a minute inside the style's range, by the mood's pace, a little uneven."""
    low, high = style.tempo_bpm
    tempo = (low + mood.pace * (high - low)) * rng.uniform(0.96, 1.04)
    return round(min(high, max(low, tempo)), 1)


def choose_mode(mood: Mood, style: Style, seed: int) -> str:
    """One of the style's modes, the brighter the valence the brighter."""
    place = mood.valence + Random(f"{seed}/mode").uniform(-0.12, 0.12)
    return style.modes[min(len(style.modes) - 1, max(0, int(place * len(style.modes))))]


def _passages(
    sections: tuple[Section, ...], meter: Meter, scale: Scale, mood: Mood, style: Style,
    tempo: float, seed: int,
) -> list[Passage]:  # fmt: skip
    harmony = Harmony(scale, style.flavour, style.chord_size, Random(f"{seed}/harmony"))
    bars_per_chord = 2 if meter.n_beats * 60.0 / tempo < 1.55 else 1
    return [
        Passage(
            section, harmony.section(section, meter, bars_per_chord), meter, scale, mood.tension,
            last=section is sections[-1],
        )
        for section in sections
    ]  # fmt: skip


def _tempo_map(
    tempo: float, style: Style, n_beats: int, meter: Meter
) -> tuple[tuple[float, int], ...]:
    """Steady, then slower over the last two bars where players would be."""
    steady = round(60e6 / tempo)
    if not style.ritardando:
        return ((0.0, steady),)
    n_slow = 2 * meter.n_beats
    slowing = [
        (float(n_beats - n_slow + i), round(steady * (1 + 0.28 * (i + 1) / n_slow)))
        for i in range(n_slow)
    ]
    return ((0.0, steady), *slowing)


def _parts(
    passages: list[Passage], mood: Mood, style: Style, energy: tuple[float, ...], beat_s: float,
    seed: int,
) -> tuple[Part, ...]:  # fmt: skip
    meter = passages[0].meter
    played = perform_form(passages, seat(style, mood, seed), mood, seed)
    channels = [n for n in range(16) if n != DRUM_CHANNEL]
    parts = [
        player(chair, channel, tones, style, meter, energy, beat_s, seed)
        for channel, (chair, tones) in zip(channels, played.items(), strict=False)
    ]
    groove = Random(f"{seed}/groove").choice(style.grooves)
    hits = [t for p in passages for t in drums(p, groove, Random(f"{seed}/drums/{p.section.name}"))]
    if hits:
        parts.append(drummer(hits, style, meter, energy, beat_s, seed))
    return tuple(parts)
