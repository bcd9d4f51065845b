"""Where somebody speaks."""

import sys
import threading
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mrcmv.separation import find_speech, speech
from mrcmv.types import Sound, Span


def test_words_are_found_where_they_are(spoken):
    sound, start_s, end_s = spoken
    spans = find_speech(sound)
    assert spans[0].start_s == pytest.approx(start_s, abs=0.15)
    assert spans[-1].end_s == pytest.approx(end_s, abs=0.3)
    assert sum(span.duration_s for span in spans) > 0.85 * (end_s - start_s)


@pytest.mark.parametrize("snr_db", [20, 5, 0])
def test_noise_does_not_hide_the_words(spoken, snr_db):
    sound, start_s, end_s = spoken
    words = sound.samples[:, round(start_s * sound.rate_hz) : round(end_s * sound.rate_hz)]
    noise = np.random.default_rng(1).standard_normal(sound.samples.shape)
    noise *= np.sqrt(np.mean(words**2)) * 10 ** (-snr_db / 20)
    spans = find_speech(Sound((sound.samples + noise).astype(np.float32), sound.rate_hz))
    assert spans[0].start_s == pytest.approx(start_s, abs=0.25)
    assert spans[-1].end_s == pytest.approx(end_s, abs=0.5)


@pytest.mark.parametrize("gain_db", [-60, -20, 6])
def test_loudness_of_the_sound_does_not_matter(spoken, gain_db):
    sound = spoken[0]
    gained = Sound(sound.samples * np.float32(10 ** (gain_db / 20)), sound.rate_hz)
    expected = find_speech(sound)
    assert len(expected) == len(find_speech(gained))
    for span, other in zip(expected, find_speech(gained), strict=True):
        assert other.start_s == pytest.approx(span.start_s, abs=0.05)
        assert other.end_s == pytest.approx(span.end_s, abs=0.05)


def test_a_stem_that_its_mix_drowns_is_not_raised_until_it_speaks(spoken):
    sound, start_s, _ = spoken
    loud = Sound(sound.samples * np.float32(1e4), sound.rate_hz)
    assert find_speech(sound, mix=loud) == ()
    near = Sound(sound.samples * np.float32(3.0), sound.rate_hz)
    assert find_speech(sound, mix=near)[0].start_s == pytest.approx(start_s, abs=0.15)


def test_what_is_no_speech_gives_no_spans(wordless):
    assert find_speech(wordless) == ()


def test_a_sound_without_samples_gives_no_spans():
    assert find_speech(Sound(np.zeros((2, 0), np.float32), 48_000)) == ()


def test_pauses_between_sentences_part_the_spans(say):
    words = say("I can hear them.")
    pause = np.zeros(2 * 48_000, np.float32)
    mono = np.concatenate([pause, words, pause, words, pause])
    assert len(find_speech(Sound(mono[None], 48_000))) == 2


def test_a_lone_shout_is_no_voice_over_but_counts_beside_a_sentence(say):
    pause = np.zeros(48_000, np.float32)
    shout = np.concatenate([pause, say("Go!"), pause])
    assert find_speech(Sound(shout[None], 48_000)) == ()
    both = np.concatenate([shout, say("They are coming from the left."), pause])
    assert len(find_speech(Sound(both[None], 48_000))) == 2


def test_finding_speech_leaves_torch_threads_as_they_are(monkeypatch):
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        monkeypatch.setattr(speech, "_model", None)
        for module in ("silero_vad", "silero_vad.model"):
            monkeypatch.delitem(sys.modules, module, raising=False)
        find_speech(Sound(np.sin(np.arange(16_000, dtype=np.float32))[None], 16_000))
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_threads_do_not_disturb_each_other(say):
    pause = np.zeros(24_000, np.float32)
    sounds = [
        Sound(np.concatenate([*[pause] * n, say("Behind you, quick!"), pause])[None], 48_000)
        for n in (1, 3, 5)
    ]
    alone = [find_speech(sound) for sound in sounds]
    together: dict[int, tuple[Span, ...]] = {}

    def work(i: int) -> None:
        together[i] = find_speech(sounds[i])

    threads = [threading.Thread(target=work, args=(i,)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[i] for i in range(3)] == alone
    assert len(set(alone)) == 3


spans_s = st.lists(
    st.tuples(st.integers(0, 200), st.integers(1, 40)).map(
        lambda pair: Span(pair[0] / 10, (pair[0] + pair[1]) / 10)
    ),
    max_size=12,
)


@given(spans_s)
def test_joined_spans_cover_the_same_tenths_and_short_gaps_only(spans):
    def tenths(some: list[Span] | tuple[Span, ...]) -> set[int]:
        return {t for span in some for t in range(round(span.start_s * 10), round(span.end_s * 10))}

    joined = speech.join(spans, 0.35)
    before, after = tenths(spans), tenths(joined)
    assert before <= after
    for t in after - before:  # a filled gap has sound within three tenths to both sides
        assert any(t - k in before for k in range(1, 4))
        assert any(t + k in before for k in range(1, 4))
    for first, second in pairwise(joined):
        assert second.start_s - first.end_s >= 0.35
