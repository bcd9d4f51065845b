"""Backends side by side: an oracle is near, one that does nothing gains nothing."""

import numpy as np
import pytest

from mrcmv.cli.training import _backends
from mrcmv.errors import SeparationError
from mrcmv.evaluation import report, separators
from mrcmv.evaluation.costs import cost_of
from mrcmv.evaluation.separators import Example
from mrcmv.separation import BACKENDS, table
from mrcmv.settings import Settings
from mrcmv.types import Sound, Span, Stems

RATE_HZ = 8000


def stems(seed: int, voice: bool = True) -> np.ndarray:
    drawn = np.random.default_rng(seed).standard_normal((3, 2, RATE_HZ)).astype(np.float32)
    drawn[0] *= voice
    return drawn


EXAMPLES = [
    *(Example(f"a{n}", "0 dB", stems(n), RATE_HZ,
              {"language": "ru" if n % 2 else "en", "level": "+0"})
      for n in range(6)),
    *(Example(f"b{n}", "no speech", stems(50 + n, False), RATE_HZ) for n in range(3)),
]  # fmt: skip
TRUTH = {float(one.stems.sum()): one.stems for one in EXAMPLES}


class Oracle:
    """Knows the stems, but for a little noise."""

    summary, licence = "", ""

    def missing(self, settings):
        return None

    def split(self, sound, settings, hook):
        key = min(TRUTH, key=lambda total: abs(total - float(sound.samples.sum())))
        voice, music, effects = TRUTH[key] + 0.001 * stems(9)
        return Stems(*(Sound(voice, RATE_HZ), None, Sound(music, RATE_HZ), Sound(effects, RATE_HZ)))


class All(Oracle):
    """Takes everything for the voice."""

    def split(self, sound, settings, hook):
        return Stems(voice=sound, rest=Sound(0 * sound.samples, RATE_HZ))


class Nothing(Oracle):
    """Hears no voice."""

    def split(self, sound, settings, hook):
        return Stems(voice=None, rest=sound)


@pytest.fixture(scope="module")
def told():
    backends = {"oracle": Oracle(), "all": All(), "nothing": Nothing()}
    return separators.judge(EXAMPLES, backends, Settings(), len(EXAMPLES))


def line(told, backend, condition):
    return next(r for r in told["table"] if (r["backend"], r["condition"]) == (backend, condition))


def test_an_oracle_is_near_and_the_mix_is_no_improvement(told):
    assert line(told, "oracle", "0 dB")["voice_improvement"]["mean"] > 40
    assert line(told, "oracle", "0 dB")["music_sdr"]["mean"] > 40
    assert line(told, "all", "0 dB")["voice_improvement"]["mean"] == pytest.approx(0, abs=1e-3)
    assert line(told, "nothing", "0 dB")["rest_sdr"]["mean"] == pytest.approx(3.0, abs=0.5)
    assert line(told, "all", "0 dB")["n"] == 6


def test_false_voice_counts_where_nobody_speaks_and_nothing_else_does(told):
    assert line(told, "all", "no speech")["false_voice"]["mean"] == pytest.approx(0.0, abs=1e-3)
    assert line(told, "nothing", "no speech")["false_voice"]["mean"] == -100.0
    assert "voice_improvement" not in line(told, "all", "no speech")
    assert "false_voice" not in line(told, "all", "0 dB")


def test_stems_that_a_backend_does_not_have_are_not_counted(told):
    assert "music_sdr" not in line(told, "all", "0 dB")


def test_groups_share_out_the_clips(told):
    rows = separators.by_groups(told["rows"], ("language", "level"), "voice_improvement")
    own = [row for row in rows if row["backend"] == "oracle"]
    assert {(row["language"], row["level"]): row["n"] for row in own} == {
        ("en", "+0"): 3, ("ru", "+0"): 3,
    }  # fmt: skip


def test_false_voices_are_counted_one_by_one(told):
    by_backend = {row["backend"]: row for row in separators.false_voices(told["rows"])}
    assert by_backend["all"]["quiet"] == 0
    assert by_backend["all"]["loudest"] == pytest.approx(0.0, abs=1e-3)
    assert by_backend["nothing"] == {
        "backend": "nothing", "n": 3, "quiet": 3, "loudest": -100.0, "mistaken": 0,
        "n_spoken": 6, "heard": 0,
    }  # fmt: skip


def test_words_are_looked_for_in_each_voice_as_the_app_does(monkeypatch):
    heard = []

    def hears(sound, hook, mix):
        heard.append(mix.samples.sum())
        return (Span(0.0, 1.0),) if len(heard) <= 2 else ()

    monkeypatch.setattr(table, "find_speech", hears)
    some = [EXAMPLES[0], EXAMPLES[6], EXAMPLES[1], EXAMPLES[7]]
    rows = separators.judge(some, {"all": All()}, Settings())["rows"]
    assert [row["speech"] for row in rows] == [True, True, False, False]
    assert heard == pytest.approx([one.stems.sum() for one in some], rel=1e-3)
    (line,) = separators.false_voices(rows)
    assert (line["mistaken"], line["n"], line["heard"], line["n_spoken"]) == (1, 2, 1, 2)


def test_the_report_shows_every_backend_condition_and_count(told):
    groups = {
        "language": separators.by_groups(told["rows"], ("language", "level"), "voice_improvement")
    }
    false_voices = separators.false_voices(told["rows"])
    text = report.markdown(
        {**told, "groups": groups, "false_voices": false_voices, "about": "Made up."}
    )
    assert "| oracle | 0 dB | 6 |" in text
    assert "| nothing | no speech | 3 |" in text
    assert "| all | ru | 0.0 (0.0 to 0.0) | 3 |" in text
    assert "all: of 3 clips without speech, 0 have" in text
    assert "keeps a voice in 0 of them, and in 0 of 6 with speech" in text
    assert "Made up." in text
    assert "nan" not in text


@pytest.mark.slow
def test_costs_are_measured_in_a_process_of_its_own(settings):
    cost = cost_of(BACKENDS["none"], settings, 5.0)
    assert cost.speed > 1
    assert cost.sound_mb == pytest.approx(5 * 48_000 * 2 * 4 / 1e6)
    assert cost.idle_mb + cost.sound_mb <= cost.peak_mb + 0.1
    assert cost.idle_mb > 10


def test_weights_that_were_named_and_are_missing_are_told(tmp_path):
    with pytest.raises(SeparationError):
        _backends(tmp_path / "none.safetensors")
