"""Laws of the sample clips and of the scripted clips from calm to fierce."""

import csv
import ctypes.util
import importlib.util

import numpy as np
import pytest

from mrcmv import media
from mrcmv.corpus.intensity import LOUDNESS_LUFS, N_CLIPS, make_set, scripts
from mrcmv.settings import REPOSITORY, Settings

CLIPS = sorted((REPOSITORY / "assets" / "clips").glob("*.mp4"))

can_play = pytest.mark.skipif(
    importlib.util.find_spec("vizdoom") is None or ctypes.util.find_library("espeak-ng") is None,
    reason="ViZDoom or espeak-ng is not installed",
)


def test_three_clips_are_shipped_and_their_page_names_each():
    page = (REPOSITORY / "assets" / "clips" / "README.md").read_text()
    assert len(CLIPS) == 3
    assert all(clip.name in page for clip in CLIPS)


@pytest.mark.parametrize("path", CLIPS, ids=lambda path: path.stem)
def test_a_shipped_clip_is_720p_short_and_small_and_streams_from_its_start(path):
    clip = media.probe(path, Settings())
    assert (clip.width, clip.height) == (1280, 720)
    assert (clip.video_codec, clip.audio_codec) == ("h264", "aac")
    assert 30 <= clip.duration_s <= 40
    assert clip.size_bytes < 4_000_000
    head = path.read_bytes()[:64_000]
    assert head.index(b"moov") < head.index(b"mdat")


@pytest.mark.parametrize("path", CLIPS, ids=lambda path: path.stem)
def test_a_shipped_clip_is_as_loud_as_speech_should_be_and_never_clips(path):
    sound = media.read_sound(path)
    assert -18 <= media.loudness_lufs(sound) <= -15.5
    assert media.true_peak_dbtp(sound) <= -1.0


def test_scripts_run_from_calm_to_fierce_with_the_scatter_of_people():
    cast = scripts()
    intensity = np.array([script.intensity for script in cast])
    np.testing.assert_allclose(intensity, np.linspace(0, 1, N_CLIPS))
    for name in ("play", "voice"):
        acted = np.array([getattr(script, name) for script in cast])
        assert 0.8 < np.corrcoef(intensity, acted)[0, 1] < 0.99
    assert scripts() == cast


def test_neither_speaker_nor_level_tells_the_intensity():
    cast = scripts()
    for kind in ({s.speaker.name for s in cast}, {s.scene.level for s in cast}):
        for one in kind:
            mean = np.mean([s.intensity for s in cast if one in (s.speaker.name, s.scene.level)])
            assert 0.2 < mean < 0.8


@can_play
def test_a_set_is_equally_loud_and_a_swap_changes_the_voice_alone(tmp_path):
    table = make_set(tmp_path, n=2, duration_s=8.0)
    rows = list(csv.DictReader(table.open()))
    assert [row["voice"] for row in rows] == [row["swapped_voice"] for row in rows[::-1]]
    for name in ("clip-00", "clip-01", "swapped-00", "swapped-01"):
        clip = media.probe(tmp_path / f"{name}.mp4", Settings())
        sound = media.read_sound(clip.path)
        assert abs(clip.duration_s - 8.0) < 0.1
        assert abs(media.loudness_lufs(sound) - LOUDNESS_LUFS) < 1.0
    voices = [media.read_sound(tmp_path / f"{n}.voice.flac") for n in ("clip-00", "swapped-01")]
    one, other = (voice.mono / np.abs(voice.mono).max() for voice in voices)
    likeness = np.corrcoef(one, other)[0, 1]
    assert likeness > 0.95  # the limiter works on another sum
