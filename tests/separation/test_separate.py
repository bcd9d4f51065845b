"""A clip's sound → stems: what must hold whatever the backend."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrcmv import media
from mrcmv.errors import MediaError, SeparationError
from mrcmv.separation import BACKENDS, describe, separate, table, voice_activity
from mrcmv.settings import Settings
from mrcmv.types import Sound, Span, Stems


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(data_dir=tmp_path)


def total(stems: Stems) -> np.ndarray:
    return sum(sound.samples for sound in stems.present.values())


def noisy(sound: Sound) -> Sound:
    noise = 0.02 * np.random.default_rng(5).standard_normal(sound.samples.shape)
    return Sound((sound.samples + noise).astype(np.float32), sound.rate_hz)


@pytest.mark.parametrize("name", ["voice-activity", "none"])
def test_stems_sum_to_the_mix(spoken, settings, name):
    mix = noisy(spoken[0])
    stems = separate(mix, name, settings=settings)
    assert np.abs(total(stems) - mix.samples).max() < 1e-6
    assert all(stem.samples.shape == mix.samples.shape for stem in stems.present.values())
    assert stems.backend == name


def test_gate_keeps_all_sound_under_words_and_none_far_from_them(spoken, settings):
    mix = noisy(spoken[0])
    stems = separate(mix, "voice-activity", settings=settings)
    times_s = np.arange(mix.samples.shape[1]) / mix.rate_hz
    inside = np.zeros(len(times_s), bool)
    near = np.zeros(len(times_s), bool)
    for span in stems.speech:
        inside |= (times_s >= span.start_s) & (times_s < span.end_s)
        near |= (times_s > span.start_s - 0.3) & (times_s < span.end_s + 0.3)
    assert np.array_equal(stems.voice.samples[:, inside], mix.samples[:, inside])
    assert not stems.voice.samples[:, ~near].any()
    assert np.array_equal(stems.rest.samples[:, ~near], mix.samples[:, ~near])


def test_gate_says_that_it_is_no_separator(spoken, settings):
    assert "not separated" in separate(spoken[0], "voice-activity", settings=settings).note


def test_without_speech_there_is_no_voice_and_the_rest_is_the_mix(wordless, settings):
    stems = separate(wordless, "voice-activity", settings=settings)
    assert stems.voice is None
    assert stems.rest is wordless
    assert stems.speech == ()
    assert "Nobody was heard" in stems.note


@given(st.lists(st.tuples(st.floats(0, 3), st.floats(0.2, 2)), min_size=1, max_size=4))
def test_gate_opens_and_closes_without_a_click(pairs):
    spans = tuple(Span(start_s, start_s + length_s) for start_s, length_s in pairs)
    gain = voice_activity.gate(spans, 4 * 8000, 8000)
    assert gain.shape == (32_000,)
    assert gain.min() >= 0
    assert gain.max() <= 1
    steepest = np.pi / 2 / (voice_activity.EDGE_S * 8000)
    assert np.abs(np.diff(gain)).max() <= steepest * 1.01
    for span in spans:
        assert (gain[round(span.start_s * 8000) : round(span.end_s * 8000)] == 1).all()


def test_no_sound_is_no_voice_and_says_so(settings):
    for name in BACKENDS:
        stems = separate(None, name, settings=settings)
        assert stems.present == {}
        assert "no sound" in stems.note


def test_none_looks_for_no_voice(spoken, settings):
    stems = separate(spoken[0], "none", settings=settings)
    assert stems.voice is None
    assert stems.rest is spoken[0]
    assert "No voice-over was looked for" in stems.note


def test_unknown_backend_names_those_that_exist(settings):
    with pytest.raises(SeparationError, match="compact, voice-activity, hdemucs, spleeter, none"):
        separate(None, "magic", settings=settings)


def test_missing_backend_says_how_to_get_it(spoken, settings, monkeypatch):
    monkeypatch.delenv("MODEL_PATH", raising=False)
    with pytest.raises(SeparationError, match="mrcmv weights fetch hdemucs"):
        separate(spoken[0], "hdemucs", settings=settings)
    with pytest.raises(SeparationError, match="mrcmv weights fetch spleeter"):
        separate(spoken[0], "spleeter", settings=settings)


class Halves:
    """A backend that gives half of the sound to the voice, and finds no speech itself."""

    summary = "half"
    licence = ""

    def missing(self, settings):
        return None

    def split(self, sound, settings, hook):
        half = Sound(sound.samples / 2, sound.rate_hz)
        return Stems(voice=half, rest=half, note="halves")


def test_speech_is_found_on_the_voice_stem_of_any_backend(spoken, settings, monkeypatch):
    monkeypatch.setitem(table.BACKENDS, "halves", Halves())
    sound, start_s, end_s = spoken
    stems = separate(sound, "halves", settings=settings)
    assert stems.speech[0].start_s == pytest.approx(start_s, abs=0.15)
    assert stems.speech[-1].end_s == pytest.approx(end_s, abs=0.3)
    assert stems.note == "halves"


def test_a_voice_stem_without_words_is_no_voice(settings, monkeypatch):
    monkeypatch.setitem(table.BACKENDS, "halves", Halves())
    tone = Sound(np.sin(np.arange(96_000) / 20).astype(np.float32)[None], 48_000)
    stems = separate(tone, "halves", settings=settings)
    assert stems.voice is None
    assert stems.rest is tone
    assert "Nobody was heard" in stems.note


class Thirds(Halves):
    """Three stems that are a third of the sound each."""

    def split(self, sound, settings, hook):
        third = Sound(sound.samples / 3, sound.rate_hz)
        return Stems(voice=third, music=third, effects=third)


def test_where_nobody_speaks_music_and_the_rest_are_still_apart(settings, monkeypatch):
    monkeypatch.setitem(table.BACKENDS, "thirds", Thirds())
    tone = Sound(np.sin(np.arange(96_000) / 20).astype(np.float32)[None], 48_000)
    stems = separate(tone, "thirds", settings=settings)
    assert set(stems.present) == {"music", "effects"}
    assert np.abs(stems.music.samples - tone.samples / 3).max() < 1e-6
    assert np.abs(stems.effects.samples - tone.samples * 2 / 3).max() < 1e-6


def test_describe_lists_every_backend_in_one_line_each(settings, monkeypatch):
    monkeypatch.delenv("MODEL_PATH", raising=False)
    listed = {info.name: info for info in describe(settings)}
    assert list(listed) == list(BACKENDS) == [
        "compact", "voice-activity", "hdemucs", "spleeter", "none"
    ]  # fmt: skip
    assert listed["compact"].available
    assert listed["voice-activity"].available
    assert listed["none"].available
    assert not listed["hdemucs"].available
    assert "mrcmv weights fetch hdemucs" in listed["hdemucs"].missing
    assert all(info.summary and "\n" not in info.summary for info in listed.values())


@pytest.fixture
def voice_file(spoken, tmp_path):
    file = tmp_path / "take one.wav"
    media.write_sound(spoken[0], file)
    return file


@pytest.mark.parametrize("duration_s", [3.0, 30.0])
def test_own_voice_is_padded_or_cut_to_the_clip_and_added_to_it(
    spoken, voice_file, settings, duration_s
):
    rng = np.random.default_rng(2)
    clip = Sound((0.1 * rng.standard_normal((2, round(duration_s * 48_000)))).astype("f4"), 48_000)
    stems = separate(clip, "voice-activity", settings=settings, voice_file=voice_file)
    n = min(clip.samples.shape[1], spoken[0].samples.shape[1])
    assert stems.rest is clip
    assert stems.voice.samples.shape == clip.samples.shape
    assert np.abs(stems.voice.samples[:, :n] - spoken[0].samples[:, :n]).max() < 1e-4
    assert not stems.voice.samples[:, n:].any()
    assert np.allclose(total(stems), clip.samples + stems.voice.samples)
    assert stems.speech[0].start_s == pytest.approx(spoken[1], abs=0.15)
    assert stems.backend == "voice-file"
    assert "take one.wav" in stems.note


def test_own_voice_serves_a_clip_without_sound(voice_file, settings):
    stems = separate(None, "none", settings=settings, voice_file=voice_file, duration_s=5.0)
    assert stems.rest is None
    assert stems.voice.duration_s == 5.0
    assert stems.voice.rate_hz == 48_000


def test_own_voice_without_words_counts_as_speech_all_along(settings, tmp_path):
    file = tmp_path / "hum.wav"
    hum = 0.3 * np.sin(np.arange(2 * 48_000) / 100)[None]
    media.write_sound(Sound(hum.astype(np.float32), 48_000), file)
    clip = Sound(np.zeros((2, 5 * 48_000), np.float32), 48_000)
    stems = separate(clip, "none", settings=settings, voice_file=file)
    assert stems.speech == (Span(0.0, pytest.approx(2.0, abs=0.01)),)
    assert "No words were recognised in hum.wav" in stems.note


def test_silent_and_unreadable_voice_files_are_refused(settings, tmp_path, spoken):
    silent = tmp_path / "silent.wav"
    media.write_sound(Sound(np.zeros((1, 48_000), np.float32), 48_000), silent)
    with pytest.raises(SeparationError, match=r"silent\.wav is silent"):
        separate(spoken[0], "none", settings=settings, voice_file=silent)
    text = tmp_path / "words.wav"
    text.write_text("these are words, not sound")
    with pytest.raises(MediaError):
        separate(spoken[0], "none", settings=settings, voice_file=text)


def test_progress_is_told(spoken, settings):
    steps = []
    separate(
        spoken[0],
        "voice-activity",
        settings=settings,
        hook=lambda step, artifact=None, *, completed=None, total=None: steps.append(
            (step, completed, total)
        ),
    )
    assert steps[0][0] == "Listening for a voice"
    assert steps[-1] == ("Listening for a voice", 100, 100)
    assert len(steps) <= 12
