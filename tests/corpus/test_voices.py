"""Laws of the speaking voice: what a listener would hear of intensity, and where the words are."""

import ctypes.util

import numpy as np
import pytest

from mrcmv.corpus.voices.booth import Booth
from mrcmv.corpus.voices.espeak import Voice, deliver, speak
from mrcmv.corpus.voices.speaker import RATE_HZ
from mrcmv.errors import MrcmvError

pytestmark = pytest.mark.skipif(
    ctypes.util.find_library("espeak-ng") is None, reason="espeak-ng is not installed"
)

VOICE = Voice("en-us")
LINE = "Keep an eye on that corner."


def said(intensity, **changes):
    return speak(LINE, Voice("en-us", **changes), deliver(VOICE, intensity))


def level_db(sound):
    return 10 * np.log10(np.mean(sound.samples**2))


def centroid_hz(sound):
    spectrum = np.abs(np.fft.rfft(sound.samples[0]))
    return (np.fft.rfftfreq(sound.samples.shape[1], 1 / RATE_HZ) * spectrum).sum() / spectrum.sum()


def pitch_hz(sound):
    """The strongest period between 70 and 400 Hz in the loudest half second (autocorrelation)."""
    samples = sound.samples[0]
    block = RATE_HZ // 2
    starts = range(0, len(samples) - block, block // 4)
    loud = max(starts, key=lambda at: np.sum(samples[at : at + block] ** 2))
    piece = samples[loud : loud + block]
    spectrum = np.abs(np.fft.rfft(piece, 2 * block)) ** 2
    likeness = np.fft.irfft(spectrum)[: RATE_HZ // 70]
    shortest = RATE_HZ // 400
    return RATE_HZ / (shortest + int(np.argmax(likeness[shortest:])))


def test_a_fiercer_line_is_shorter_louder_higher_and_brighter():
    calm, fierce = said(0.0).sound, said(1.0).sound
    assert fierce.duration_s < 0.8 * calm.duration_s
    assert level_db(fierce) > level_db(calm) + 5
    assert pitch_hz(fierce) > 1.2 * pitch_hz(calm)
    assert centroid_hz(fierce) > 1.1 * centroid_hz(calm)


def test_delivery_rises_with_intensity_in_every_part():
    steps = [deliver(VOICE, x) for x in np.linspace(0, 1, 6)]
    for name in ("rate_wpm", "pitch", "pitch_range", "volume_db", "tilt_db"):
        values = [getattr(step, name) for step in steps]
        assert values == sorted(values)
        assert values[-1] > values[0]


def test_words_come_in_order_with_their_times():
    utterance = said(0.3)
    assert [word.text for word in utterance.words] == LINE.strip(".").split()
    times = [word.start_s for word in utterance.words]
    assert times == sorted(times)
    assert utterance.words[-1].end_s <= utterance.sound.duration_s


def test_a_shifted_formant_keeps_pace_out_of_it():
    low, high = said(0.5).sound, speak(LINE, Voice("en-us", formant=3.0), deliver(VOICE, 0.5)).sound
    assert centroid_hz(high) > 1.08 * centroid_hz(low)


def test_a_larger_room_rings_longer():
    dry = speak(LINE, VOICE, deliver(VOICE, 0.5), Booth(room_s=0.05)).sound
    wet = speak(LINE, VOICE, deliver(VOICE, 0.5), Booth(room_s=0.6, room_db=-10.0)).sound
    assert wet.duration_s > dry.duration_s + 0.4


def test_the_same_line_has_the_same_samples_whatever_was_said_between():
    one = said(0.4)
    speak("Something else.", Voice("de+f2"), deliver(VOICE, 0.9))
    again = said(0.4)
    np.testing.assert_array_equal(one.sound.samples, again.sound.samples)
    assert one.words == again.words


def test_an_unknown_voice_is_refused_by_name():
    with pytest.raises(MrcmvError, match="xx-nobody"):
        speak(LINE, Voice("xx-nobody"), deliver(VOICE, 0.5))
