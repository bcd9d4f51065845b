"""Laws of espeak-ng's people: who they are, and what is measured of how they speak."""

import ctypes.util
from itertools import combinations

import numpy as np
import pytest

from mrcmv.corpus.voices.espeak import FAMILY, EspeakVoices, at_ease, in_manner
from mrcmv.corpus.voices.grammar import grammar_of
from mrcmv.corpus.voices.speaker import KINDS, Manner
from mrcmv.corpus.voices.synthesis import synthesise
from mrcmv.corpus.voices.variants import BRIGHTER_DB, FAMILIES, VOICES
from mrcmv.methods.speech import prosody
from mrcmv.types import Sound, Span

pytestmark = pytest.mark.skipif(
    ctypes.util.find_library("espeak-ng") is None, reason="espeak-ng is not installed"
)

SOURCE = EspeakVoices()
SPEAKERS = {speaker.speaker_id: speaker for speaker in SOURCE.speakers()}
PEOPLE = (
    "espeak/de+m3/+0.0",
    "espeak/fi+f3/-1.2",
    "espeak/gmw/en-US+Annie/+0.0",
    "espeak/ru+Michael/+1.2",
    "espeak/tr+adam/+0.0",
)


def lines(speaker_id, manner, seeds=range(3)):
    """Some lines of one person in one manner: the same lines whatever the manner's cues."""
    speaker = SPEAKERS[speaker_id]
    return [SOURCE.say(speaker, "quiet", "", manner, np.random.default_rng(seed)) for seed in seeds]


def measured(speaker_id, manner):
    """Their prosody and level, over all of the lines."""
    samples = np.concatenate([line.sound.samples for line in lines(speaker_id, manner)], axis=1)
    found = prosody(Sound(samples, 48000), [Span(0.0, samples.shape[1] / 48000)])
    assert found is not None
    return found, 10 * np.log10(np.mean(samples**2))


def test_people_are_many_their_names_unique_and_their_order_fixed():
    assert len(SPEAKERS) == len(SOURCE.speakers()) > 1000
    assert len({speaker.language for speaker in SPEAKERS.values()}) >= 12
    assert sum(len(variants) for variants in FAMILIES.values()) >= 20
    assert SOURCE.speakers() == EspeakVoices().speakers()


def test_families_are_disjoint_and_hold_numbered_siblings_together():
    for one, other in combinations(FAMILIES.values(), 2):
        assert not set(one) & set(other)
    assert set(BRIGHTER_DB) <= set(FAMILIES)
    of = {variant: family for family, variants in FAMILIES.items() for variant in variants}
    for siblings in (("m1", "m6"), ("f1", "f5"), ("klatt", "klatt3"), ("steph", "steph3")):
        assert len({of[name] for name in siblings}) == 1
    assert all(speaker.family.startswith(FAMILY) for speaker in SPEAKERS.values())


@pytest.mark.parametrize("language", VOICES)
def test_every_language_is_installed_and_says_all_its_kinds(language):
    assert grammar_of(language)
    speaker = next(s for s in SPEAKERS.values() if s.language == language)
    for kind in KINDS:
        line = SOURCE.say(speaker, kind, "DoomImp", Manner(), np.random.default_rng(0))
        assert 0.15 < line.sound.duration_s < 12
        assert line.words


def test_every_variant_is_installed_and_sounds_unlike_the_others():
    heard = {}
    for variants in FAMILIES.values():
        for variant in variants:
            made = synthesise("one", f"de+{variant}", 160, 50, 50)
            heard[made.samples.tobytes()] = variant
    assert len(heard) == sum(len(variants) for variants in FAMILIES.values())


@pytest.mark.parametrize("speaker_id", PEOPLE)
def test_an_aroused_line_is_measured_as_faster_higher_livelier_brighter_and_louder(speaker_id):
    calm, calm_db = measured(speaker_id, Manner(arousal=-1.5))
    wild, wild_db = measured(speaker_id, Manner(arousal=1.5))
    assert wild.pitch_st > calm.pitch_st + 2
    assert wild.pitch_movement_st_s > calm.pitch_movement_st_s
    assert wild.effort_db > calm.effort_db + 1.5
    assert wild_db > calm_db + 5
    voice = at_ease(SPEAKERS[speaker_id])
    rates = [in_manner(voice, Manner(arousal=x)).rate_wpm for x in (-1.5, 1.5)]
    assert rates[1] > 1.2 * rates[0]


@pytest.mark.parametrize("speaker_id", PEOPLE[:3])
def test_pace_is_measured_and_leaves_pitch_alone(speaker_id):
    slow, _ = measured(speaker_id, Manner(pace=-1.5))
    fast, _ = measured(speaker_id, Manner(pace=1.5))
    assert fast.pace_hz > 1.2 * slow.pace_hz
    assert abs(fast.pitch_st - slow.pitch_st) < 1.5


def test_melody_is_measured_as_a_wider_range():
    flat, _ = measured(PEOPLE[0], Manner(melody=-2.0))
    lively, _ = measured(PEOPLE[0], Manner(melody=2.0))
    assert lively.pitch_range_st > 1.3 * flat.pitch_range_st


def test_the_same_seed_gives_the_same_line_and_another_seed_another():
    one, again = (lines(PEOPLE[1], Manner())[0] for _ in range(2))
    np.testing.assert_array_equal(one.sound.samples, again.sound.samples)
    assert one.text == again.text
    assert len({line.text for line in lines(PEOPLE[1], Manner(), range(8))}) > 4


def test_words_are_those_of_the_line_in_any_script_and_lie_inside_it():
    for speaker_id in PEOPLE:
        for line in lines(speaker_id, Manner()):
            told = "".join(word.text for word in line.words).replace(" ", "")
            letters = "".join(filter(str.isalnum, line.text))
            assert len("".join(filter(str.isalnum, told))) > 0.8 * len(letters)
            starts = [word.start_s for word in line.words]
            assert starts == sorted(starts)
            assert line.words[-1].end_s <= line.sound.duration_s + 1e-6
