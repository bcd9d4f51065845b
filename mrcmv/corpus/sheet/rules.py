"""Which of a clip's numbers are wrong: each rule says what was found and what is usual."""

from collections.abc import Callable
from dataclasses import dataclass

from mrcmv.corpus.sheet.measures import Numbers

MOST_PEAK_DBTP = -1.0
MOST_OFF_LU = 1.0
MOST_SILENT_S = 2.0
LEAST_DUCK_DB = 3.0
MOST_MUSIC_LU = 3.0
"""How far music may lie over the voice while it speaks."""
MOST_EFFECTS_LU = 1.0
"""How far the game may lie over the voice while it speaks."""
LEAST_MUSIC_LUFS = -50.0
MOST_VOICE_LU = 30.0
"""Music that lies this far under the voice is not heard while somebody speaks."""
MOST_STILL_S = 5.0
LEAST_END_DB = -20.0
MOST_STRAY = 0.1
MOST_CLICK = 4.0
MOST_LENGTH_S = 0.1
SPEAKS = 0.05
"""Share of the clip from which somebody counts as speaking."""


@dataclass(frozen=True)
class Rule:
    """`breaks` says whether the numbers break it, `tell` how, in a sentence."""

    name: str
    breaks: Callable[[Numbers], bool]
    tell: Callable[[Numbers], str]


RULES = (
    Rule(
        "peak",
        lambda n: n.true_peak_dbtp > MOST_PEAK_DBTP,
        lambda n: f"true peak {n.true_peak_dbtp:.1f} dBTP",
    ),
    Rule("clipping", lambda n: n.clipped > 0, lambda n: f"{n.clipped} samples at full scale"),
    Rule(
        "loudness",
        lambda n: not abs(n.loudness_lufs - n.target_lufs) <= MOST_OFF_LU,
        lambda n: f"{n.loudness_lufs:.1f} LUFS where {n.target_lufs:.0f} was meant",
    ),
    Rule("silence", lambda n: n.silent_s > MOST_SILENT_S, lambda n: f"{n.silent_s:.1f} s silent"),
    Rule(
        "ducking",
        lambda n: n.speech_share > SPEAKS and n.duck_db < LEAST_DUCK_DB,
        lambda n: f"music only {n.duck_db:.1f} dB lower under speech",
    ),
    Rule(
        "music too loud",
        lambda n: n.speech_share > SPEAKS and n.voice_to_music_lu < -MOST_MUSIC_LU,
        lambda n: f"music {-n.voice_to_music_lu:.1f} LU over the voice",
    ),
    Rule(
        "music unheard",
        lambda n: n.speech_share > SPEAKS and n.voice_to_music_lu > MOST_VOICE_LU,
        lambda n: f"music {n.voice_to_music_lu:.1f} LU under the voice",
    ),
    Rule(
        "game too loud",
        lambda n: n.speech_share > SPEAKS and n.voice_to_effects_lu < -MOST_EFFECTS_LU,
        lambda n: f"game {-n.voice_to_effects_lu:.1f} LU over the voice",
    ),
    Rule(
        "no music",
        lambda n: not n.music_lufs > LEAST_MUSIC_LUFS,
        lambda n: f"music at {n.music_lufs:.0f} LUFS",
    ),
    Rule(
        "music stops",
        lambda n: n.music_off_s > MOST_SILENT_S,
        lambda n: f"music silent for {n.music_off_s:.1f} s",
    ),
    Rule("black", lambda n: n.black_s > MOST_STILL_S, lambda n: f"{n.black_s:.1f} s black"),
    Rule("frozen", lambda n: n.frozen_s > MOST_STILL_S, lambda n: f"{n.frozen_s:.1f} s frozen"),
    Rule(
        "speech cut off",
        lambda n: n.end_db > LEAST_END_DB,
        lambda n: f"voice {n.end_db:.0f} dB beside its speech when the clip ends",
    ),
    Rule(
        "stray voice",
        lambda n: n.stray_share > MOST_STRAY,
        lambda n: f"{100 * n.stray_share:.0f} % of the voice outside its transcript",
    ),
    Rule("mute lines", lambda n: n.mute_lines > 0, lambda n: f"{n.mute_lines} lines unheard"),
    Rule("click", lambda n: n.join_click > MOST_CLICK, lambda n: f"join {n.join_click:.1f}× steep"),
    Rule(
        "length",
        lambda n: abs(n.length_off_s) > MOST_LENGTH_S,
        lambda n: f"sound {n.length_off_s:+.2f} s beside the picture",
    ),
    Rule(
        "stems",
        lambda n: n.stems_off_db > -15.0,
        lambda n: f"stems and mix differ by {n.stems_off_db:.0f} dB",
    ),
)


def broken(numbers: Numbers) -> dict[str, str]:
    """Rule → what is wrong, of the rules that a clip breaks."""
    return {rule.name: rule.tell(numbers) for rule in RULES if rule.breaks(numbers)}
