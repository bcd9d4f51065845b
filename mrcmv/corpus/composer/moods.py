"""Moods: points in a small space that can be heard, and names for the well-known ones."""

from dataclasses import dataclass, fields

AXES = ("energy", "valence", "tension", "pace", "brightness")


@dataclass(frozen=True)
class Mood:
    """What a piece should feel like. Every axis runs 0–1.

    energy: calm to fierce (density, drums, dynamics). valence: dark to bright (mode, harmony).
    tension: at ease to on edge (dissonance, pedal points, rising forms). pace: slow to fast inside
    what the style allows. brightness: dull to brilliant (instruments, register).
    style: a name of `styles.STYLES`; empty leaves it to the seed, near styles being likelier.
    """

    energy: float
    valence: float
    tension: float = 0.4
    pace: float = 0.5
    brightness: float = 0.5
    style: str = ""

    def __post_init__(self) -> None:
        for axis in fields(self)[: len(AXES)]:
            value = getattr(self, axis.name)
            if not 0.0 <= value <= 1.0:
                raise ValueError(f"{axis.name}={value} of a mood lies outside 0–1.")


PRESETS: dict[str, Mood] = {
    "calm": Mood(0.12, 0.68, 0.10, 0.35, 0.45, "ambient"),
    "dream": Mood(0.22, 0.75, 0.15, 0.55, 0.70, "ambient"),
    "underwater": Mood(0.20, 0.50, 0.30, 0.30, 0.35, "ambient"),
    "space": Mood(0.30, 0.55, 0.35, 0.45, 0.60, "space"),
    "warp": Mood(0.62, 0.60, 0.45, 0.75, 0.70, "space"),
    "tense": Mood(0.52, 0.25, 0.80, 0.55, 0.40, "suspense"),
    "countdown": Mood(0.72, 0.25, 0.90, 0.80, 0.50, "suspense"),
    "stealth": Mood(0.34, 0.35, 0.65, 0.40, 0.40, "noir"),
    "detective": Mood(0.40, 0.45, 0.50, 0.30, 0.50, "noir"),
    "horror": Mood(0.25, 0.05, 0.95, 0.25, 0.35, "horror"),
    "dread": Mood(0.48, 0.05, 1.00, 0.60, 0.40, "horror"),
    "boss": Mood(0.95, 0.15, 0.85, 0.75, 0.70, "metal"),
    "final boss": Mood(0.98, 0.20, 0.80, 0.70, 0.65, "epic"),
    "battle": Mood(0.85, 0.35, 0.70, 0.60, 0.60, "epic"),
    "skirmish": Mood(0.76, 0.45, 0.60, 0.50, 0.65, "metal"),
    "chase": Mood(0.88, 0.40, 0.65, 0.85, 0.65, "action"),
    "getaway": Mood(0.80, 0.55, 0.50, 0.70, 0.60, "funk"),
    "racing": Mood(0.90, 0.65, 0.40, 0.85, 0.80, "synthwave"),
    "night drive": Mood(0.58, 0.45, 0.30, 0.40, 0.60, "synthwave"),
    "triumphant": Mood(0.78, 0.92, 0.20, 0.55, 0.75, "heroic"),
    "victory": Mood(0.86, 0.98, 0.10, 0.75, 0.80, "heroic"),
    "hope": Mood(0.45, 0.82, 0.20, 0.15, 0.55, "heroic"),
    "sad": Mood(0.15, 0.15, 0.25, 0.30, 0.40, "elegy"),
    "farewell": Mood(0.28, 0.35, 0.20, 0.45, 0.50, "elegy"),
    "lament": Mood(0.40, 0.10, 0.40, 0.50, 0.45, "elegy"),
    "mysterious": Mood(0.26, 0.35, 0.60, 0.40, 0.50, "winter"),
    "snow": Mood(0.32, 0.65, 0.15, 0.45, 0.85, "winter"),
    "sleigh": Mood(0.66, 0.88, 0.10, 0.85, 0.90, "winter"),
    "comic": Mood(0.55, 0.85, 0.20, 0.55, 0.65, "comic"),
    "slapstick": Mood(0.78, 0.88, 0.25, 0.90, 0.75, "comic"),
    "sneaky": Mood(0.36, 0.60, 0.40, 0.25, 0.50, "comic"),
    "menu": Mood(0.42, 0.70, 0.10, 0.15, 0.55, "funk"),
    "lofi": Mood(0.30, 0.60, 0.10, 0.40, 0.35, "lofi"),
    "rain": Mood(0.24, 0.40, 0.15, 0.25, 0.30, "lofi"),
    "exploration": Mood(0.44, 0.72, 0.20, 0.50, 0.55, "journey"),
    "jungle": Mood(0.64, 0.60, 0.35, 0.65, 0.60, "journey"),
    "wonder": Mood(0.36, 0.85, 0.15, 0.35, 0.70, "journey"),
    "puzzle": Mood(0.38, 0.70, 0.20, 0.12, 0.65, "chip"),
    "arcade": Mood(0.82, 0.80, 0.30, 0.80, 0.90, "chip"),
    "desert": Mood(0.40, 0.30, 0.40, 0.35, 0.55, "desert"),
    "bazaar": Mood(0.70, 0.40, 0.40, 0.70, 0.65, "desert"),
    "tavern": Mood(0.68, 0.80, 0.10, 0.60, 0.60, "folk"),
    "hearth": Mood(0.30, 0.78, 0.05, 0.25, 0.50, "folk"),
    "western": Mood(0.46, 0.40, 0.50, 0.35, 0.50, "western"),
    "stampede": Mood(0.82, 0.50, 0.50, 0.85, 0.60, "western"),
}
"""Named moods. The numbers are the author's judgement: they put the moods in order, no more,
and what a render really holds is measured from its sound."""


def named(mood: Mood | str) -> Mood:
    """A mood, or the preset of that name.

    Raises:
        ValueError: no preset has this name.
    """
    if isinstance(mood, Mood):
        return mood
    if mood not in PRESETS:
        raise ValueError(f"{mood!r} is not a mood. Known are: {', '.join(sorted(PRESETS))}.")
    return PRESETS[mood]
