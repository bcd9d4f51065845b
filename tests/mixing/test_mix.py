"""Laws of a whole mix, read off the files it yields."""

import dataclasses
import json
import shutil

import av
import numpy as np
import pytest

from mrcmv import media
from mrcmv.cache import Cache
from mrcmv.errors import MixError
from mrcmv.mixing import mix
from mrcmv.mixing import request as requests
from mrcmv.types import MixOptions, Sound, Span, Stems
from tests.mixing.scenes import (
    RATE,
    SECONDS,
    SPEECH,
    TRACK_HZ,
    Scene,
    effects_sound,
    packets,
    spoken_scene,
    stereo,
    times_s,
    tone_level_db,
    voice_sound,
    write_clip,
    write_track,
)

BETWEEN = Span(5.6, 7.0)


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    return spoken_scene(tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return Cache(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def made(scene, cache):
    return mix(*scene.request, 5.0, MixOptions(), cache=cache)


def test_picture_is_copied_bit_for_bit(scene, made):
    assert made.picture_copied
    assert packets(made.video, "video") == packets(scene.clip.path, "video")


def test_video_is_h264_and_aac_with_its_head_first(made):
    with av.open(str(made.video)) as container:
        assert container.format.name.startswith("mov")
        assert container.streams.video[0].codec_context.name == "h264"
        assert container.streams.audio[0].codec_context.name == "aac"
    head = made.video.read_bytes()
    assert 0 < head.find(b"moov") < head.find(b"mdat")


def test_video_and_player_get_the_same_soundtrack(made):
    assert packets(made.video, "audio") == packets(made.sound, "audio")


@pytest.mark.parametrize("target", [-14.0, -16.0, -23.0])
def test_loudness_meets_the_target_under_the_ceiling(scene, cache, target):
    result = mix(*scene.request, 5.0, MixOptions(target_lufs=target), cache=cache)
    for file in (result.video, result.sound):
        heard = media.read_sound(file)
        assert media.loudness_lufs(heard) == pytest.approx(target, abs=0.5)
        assert media.true_peak_dbtp(heard) <= -1.0
        assert media.loudness_lufs(heard) == pytest.approx(result.loudness_lufs, abs=0.1)
        assert media.true_peak_dbtp(heard) == pytest.approx(result.true_peak_dbtp, abs=0.1)
    assert result.note is None


def test_music_lies_at_least_6_db_lower_under_speech_than_between(made):
    heard = media.read_sound(made.video)
    between = tone_level_db(heard, BETWEEN)
    for span in SPEECH:
        under = tone_level_db(heard, span)
        assert under <= between - 6.0
        assert under == pytest.approx(between - made.options.duck_db, abs=0.5)


def test_music_is_down_before_the_first_word(made):
    heard = media.read_sound(made.video)
    for span in SPEECH:
        first_word = Span(span.start_s - 0.03, span.start_s + 0.03)
        assert tone_level_db(heard, first_word) <= tone_level_db(heard, BETWEEN) - 8.0


def test_music_follows_the_curve_that_is_shown(made):
    heard = media.read_sound(made.sound)
    curve = made.music_gain_db
    at_s = np.arange(0.3, SECONDS - 0.3, 0.2)
    shown = np.interp(at_s, curve.times_s, curve.values)
    steady = np.array([curve.values[np.abs(curve.times_s - t) < 0.1].std() < 0.2 for t in at_s])
    levels = np.array([tone_level_db(heard, Span(t - 0.1, t + 0.1)) for t in at_s[steady]])
    assert steady.sum() > 10
    np.testing.assert_allclose(levels - shown[steady], np.median(levels - shown[steady]), atol=0.7)


def test_more_ducking_takes_the_music_farther_down(scene, cache):
    options = MixOptions(duck_db=15.0)
    heard = media.read_sound(mix(*scene.request, 5.0, options, cache=cache).sound)
    distance = tone_level_db(heard, BETWEEN) - tone_level_db(heard, SPEECH[0])
    assert distance == pytest.approx(15.0, abs=0.7)


def test_music_level_moves_against_the_voice_by_what_is_asked(scene, cache):
    distances = []
    for music_lu in (-12.0, -4.0):
        options = MixOptions(music_lu=music_lu)
        heard = media.read_sound(mix(*scene.request, 5.0, options, cache=cache).sound)
        voice = tone_level_db(heard, SPEECH[0], 180.0)
        distances.append(tone_level_db(heard, BETWEEN) - voice)
    assert distances[1] - distances[0] == pytest.approx(8.0, abs=0.3)


def test_a_louder_voice_takes_its_music_along(scene, cache, tmp_path):
    loud = spoken_scene(tmp_path, level=2.0)
    options = MixOptions(target_lufs=None, ceiling_dbtp=0.0)
    levels = [
        tone_level_db(media.read_sound(mix(*one.request, 5.0, options, cache=cache).sound), BETWEEN)
        for one in (scene, loud)
    ]
    assert levels[1] - levels[0] == pytest.approx(6.02, abs=0.3)


def test_no_target_leaves_the_clips_own_loudness(scene, cache):
    options = MixOptions(target_lufs=None)
    heard = media.read_sound(mix(*scene.request, 5.0, options, cache=cache).sound)
    own = tone_level_db(scene.stems.voice, SPEECH[0], 180.0)
    assert tone_level_db(heard, SPEECH[0], 180.0) == pytest.approx(own, abs=0.3)


def test_ceiling_wins_over_a_target_out_of_reach(tmp_path, cache):
    wave = 0.003 * np.sin(2 * np.pi * 100 * times_s(6.0))
    wave[RATE // 2 :: RATE] = 0.9
    sound = stereo(wave)
    clip = write_clip(tmp_path / "clicks.mp4", sound, 6.0)
    track = write_track(tmp_path / "quiet.flac", 10.0)
    options = MixOptions(target_lufs=-8.0, music_lu=-20.0)
    result = mix(clip, sound, Stems(None, rest=sound), track, 0.0, options, cache=cache)
    heard = media.read_sound(result.video)
    assert media.true_peak_dbtp(heard) <= -1.0
    assert media.loudness_lufs(heard) < -8.5
    assert f"{result.loudness_lufs:.1f} LUFS instead of -8" in result.note
    assert "-1 dBTP" in result.note


def test_the_same_request_is_answered_from_the_cache(scene, cache, made, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("made again")

    for name in ("write_sound", "mux", "read_sound", "recode"):
        monkeypatch.setattr(media, name, refuse)
    stamp = made.video.read_bytes()
    again = mix(*scene.request, 5.0, MixOptions(), cache=cache)
    assert (again.video, again.sound) == (made.video, made.sound)
    assert again.loudness_lufs == made.loudness_lufs
    assert again.true_peak_dbtp == made.true_peak_dbtp
    assert again.video.read_bytes() == stamp


def test_the_same_request_gives_the_same_bytes_anywhere(scene, made, tmp_path):
    elsewhere = tmp_path / "moved.mp4"
    shutil.copy(scene.clip.path, elsewhere)
    clip = dataclasses.replace(scene.clip, path=elsewhere)
    again = mix(clip, *scene.request[1:], 5.0, MixOptions(), cache=Cache(tmp_path / "other cache"))
    assert again.video.read_bytes() == made.video.read_bytes()
    assert again.sound.read_bytes() == made.sound.read_bytes()
    assert again.video.name == made.video.name


def test_whatever_is_heard_differently_is_another_file(scene, cache, made, tmp_path):
    other_voice = dataclasses.replace(scene.stems, voice=voice_sound(hz=220.0))
    other_words = dataclasses.replace(scene.stems, speech=SPEECH[:1])
    other_track = write_track(tmp_path / "other.flac", 20.0, 0.05)
    clip, sound, stems, track = scene.request
    names = {
        mix(clip, sound, given, music, start_s, options, cache=cache).sound
        for given, music, start_s, options in (
            (stems, track, 5.0, MixOptions()),
            (other_voice, track, 5.0, MixOptions()),
            (other_words, track, 5.0, MixOptions()),
            (stems, other_track, 5.0, MixOptions()),
            (stems, track, 6.0, MixOptions()),
            (stems, track, 5.0, MixOptions(duck_db=8.0)),
        )
    }
    assert len(names) == 6


def test_lost_figures_are_measured_again(scene, cache, made):
    figures = made.sound.with_suffix(".json")
    kept = json.loads(figures.read_text())
    figures.unlink()
    again = mix(*scene.request, 5.0, MixOptions(), cache=cache)
    assert again.loudness_lufs == pytest.approx(kept["loudness_lufs"], abs=1e-6)
    assert again.true_peak_dbtp == pytest.approx(kept["true_peak_dbtp"], abs=1e-6)


def test_sound_stays_in_step_with_the_picture(tmp_path, cache):
    wave = np.zeros(round(6.0 * RATE))
    at = [round(second * RATE) for second in (1.0, 2.5, 5.25)]
    for first in at:
        wave[first : first + 480] = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(480) / RATE)
    sound = stereo(wave)
    clip = write_clip(tmp_path / "beeps.mp4", sound, 6.0)
    track = write_track(tmp_path / "track.flac", 10.0)
    options = MixOptions(music_lu=-40.0)
    result = mix(clip, sound, Stems(None, rest=sound), track, 0.0, options, cache=cache)
    for file in (result.video, result.sound):
        heard = media.read_sound(file).mono
        for first in at:
            near = heard[first - 2400 : first + 2400]
            fit = np.correlate(near, wave[first : first + 480], "valid")
            assert abs(int(np.argmax(fit)) - 2400) <= 2


def test_only_the_voice_is_kept_when_asked(scene, cache):
    heard = {
        keep: media.read_sound(mix(*scene.request, 5.0, MixOptions(keep=keep), cache=cache).sound)
        for keep in ("all", "voice")
    }
    hum = {keep: tone_level_db(sound, BETWEEN, 70.0) for keep, sound in heard.items()}
    voice = {keep: tone_level_db(sound, SPEECH[0], 180.0) for keep, sound in heard.items()}
    assert hum["voice"] < hum["all"] - 30.0
    assert voice["voice"] == pytest.approx(voice["all"], abs=2.0)


def test_a_voice_of_the_users_own_is_heard_over_the_clips_sound(tmp_path, cache):
    effects = effects_sound()
    clip = write_clip(tmp_path / "clip.mp4", effects)
    stems = Stems(voice=voice_sound(), rest=effects, speech=SPEECH, backend="file")
    track = write_track(tmp_path / "track.flac")
    result = mix(clip, effects, stems, track, 0.0, MixOptions(), cache=cache)
    heard = media.read_sound(result.video)
    assert tone_level_db(heard, SPEECH[0], 180.0) > -40.0
    assert tone_level_db(heard, BETWEEN, 70.0) > -50.0


def test_a_clip_without_sound_gets_the_music_alone(tmp_path, cache):
    clip = write_clip(tmp_path / "mute.mp4", None, 5.0)
    track = write_track(tmp_path / "track.flac", 1.0)
    result = mix(clip, None, Stems(None), track, 0.4, MixOptions(), cache=cache)
    heard = media.read_sound(result.video)
    assert media.loudness_lufs(heard) == pytest.approx(-14.0, abs=0.5)
    assert packets(result.video, "video") == packets(clip.path, "video")
    assert (result.music_gain_db.values[60:120] == 0).all()


def test_without_a_voice_music_is_set_against_the_clips_own_sound(tmp_path, cache):
    effects = effects_sound(level=0.1)
    clip = write_clip(tmp_path / "clip.mp4", effects)
    track = write_track(tmp_path / "track.flac")
    options = MixOptions(music_lu=-10.0, target_lufs=None)
    result = mix(clip, effects, Stems(None, rest=effects), track, 0.0, options, cache=cache)
    heard = media.read_sound(result.sound)
    level_db = tone_level_db(heard, Span(4.0, 8.0))
    alone = stereo(10 ** (level_db / 20) * np.sin(2 * np.pi * TRACK_HZ * times_s(8.0)))
    distance = media.loudness_lufs(alone) - media.loudness_lufs(effects)
    assert distance == pytest.approx(-10.0, abs=0.5)


def test_nobody_speaks_and_only_the_voice_is_kept(tmp_path, cache):
    effects = effects_sound()
    clip = write_clip(tmp_path / "clip.mp4", effects)
    track = write_track(tmp_path / "track.flac")
    options = MixOptions(keep="voice")
    result = mix(clip, effects, Stems(None, rest=effects), track, 0.0, options, cache=cache)
    assert result.note == "Nobody speaks in the clip, so the music is heard alone."
    assert tone_level_db(media.read_sound(result.sound), Span(4, 8), 70.0) < -60.0


def test_silence_on_both_sides_says_so(tmp_path, cache):
    clip = write_clip(tmp_path / "mute.mp4", None, 2.0)
    track = write_track(tmp_path / "silent.flac", 4.0, level=0.0)
    result = mix(clip, None, Stems(None), track, 0.0, MixOptions(), cache=cache)
    assert "silent" in result.note
    assert result.loudness_lufs == -np.inf


def test_sound_that_ends_early_leaves_the_music_going(scene, cache):
    clip, sound, stems, track = scene.request
    short = dataclasses.replace(
        stems,
        voice=Sound(stems.voice.samples[:, : 9 * RATE], RATE),
        rest=Sound(stems.rest.samples[:, : 9 * RATE], RATE),
    )
    heard = media.read_sound(mix(clip, sound, short, track, 5.0, MixOptions(), cache=cache).sound)
    assert heard.duration_s == pytest.approx(SECONDS, abs=0.03)
    assert tone_level_db(heard, Span(9.5, 9.9)) > -40.0


def test_a_cut_is_that_stretch_with_the_curve_on_the_clips_seconds(scene, cache):
    options = MixOptions(cut=Span(2.0, 7.0))
    result = mix(*scene.request, 5.0, options, cache=cache)
    assert not result.picture_copied
    assert packets(result.video, "audio") == packets(result.sound, "audio")
    assert result.music_gain_db.start_s == 2.0
    heard = media.read_sound(result.video)
    assert heard.duration_s == pytest.approx(5.0, abs=0.06)
    here = Span(SPEECH[0].start_s - 2.0, SPEECH[0].end_s - 2.0)
    assert tone_level_db(heard, here, 180.0) > tone_level_db(heard, Span(2.7, 3.4), 180.0) + 20
    curve = result.music_gain_db
    down = curve.values[(curve.times_s > 3.0) & (curve.times_s < 4.5)]
    np.testing.assert_allclose(down, -options.duck_db, atol=0.01)
    assert media.true_peak_dbtp(heard) <= -1.0


def test_progress_names_its_steps(scene, tmp_path):
    told = []
    mix(
        *scene.request,
        5.0,
        MixOptions(),
        cache=Cache(tmp_path),
        hook=lambda step, artifact=None, *, completed=None, total=None: told.append(
            (step, completed, total)
        ),
    )
    assert [step for step, _, _ in told][:3] == list(requests.STEPS)
    assert told[-1][1] == told[-1][2]


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (MixOptions(cut=Span(8.0, 20.0)), "cut"),
        (MixOptions(cut=Span(-1.0, 3.0)), "cut"),
        (MixOptions(cut=Span(5.0, 5.1)), "cut"),
        (MixOptions(cut=Span(5.0, 3.0)), "cut"),
        (MixOptions(music_lu=float("nan")), "level"),
        (MixOptions(duck_db=-3.0), "ducking"),
        (MixOptions(attack_s=-0.1), "attack"),
        (MixOptions(release_s=99.0), "release"),
        (MixOptions(target_lufs=3.0), "loudness"),
        (MixOptions(ceiling_dbtp=2.0), "ceiling"),
        (MixOptions(fade_out_s=float("inf")), "fade"),
        (MixOptions(keep="music"), "keep"),  # type: ignore[arg-type]
    ],
)
def test_nonsense_is_refused_in_a_sentence(scene: Scene, cache, options, word):
    with pytest.raises(MixError, match=word) as caught:
        mix(*scene.request, 5.0, options, cache=cache)
    assert str(caught.value).endswith(".")


def test_the_clips_own_music_can_be_left_out(scene: Scene, cache):
    """900 Hz is its music's: heard with all of the sound, not without music; the voice stays."""
    music = stereo(0.05 * np.sin(2 * np.pi * 900 * times_s(SECONDS)))
    stems = Stems(
        voice=voice_sound(), music=music, effects=effects_sound(), speech=scene.stems.speech
    )
    heard = {
        keep: media.read_sound(
            mix(
                scene.clip, scene.sound, stems, scene.track, 5.0, MixOptions(keep=keep), cache=cache
            ).sound
        )
        for keep in ("all", "no-music")
    }
    level = {keep: tone_level_db(sound, BETWEEN, 900.0) for keep, sound in heard.items()}
    voice = {keep: tone_level_db(sound, SPEECH[0], 180.0) for keep, sound in heard.items()}
    hum = {keep: tone_level_db(sound, BETWEEN, 70.0) for keep, sound in heard.items()}
    assert level["no-music"] < level["all"] - 25
    assert voice["no-music"] == pytest.approx(voice["all"], abs=1.5)
    assert hum["no-music"] == pytest.approx(hum["all"], abs=1.5)


def test_music_that_was_not_taken_apart_cannot_be_left_out(scene: Scene, cache):
    with pytest.raises(MixError, match=r"only the separator compact.*keep all of it"):
        mix(*scene.request, 5.0, MixOptions(keep="no-music"), cache=cache)


@pytest.mark.parametrize("start_s", [-1.0, float("nan"), float("inf"), 30.0, 1000.0])
def test_music_starts_at_a_time_in_its_track(scene, cache, start_s):
    with pytest.raises(MixError, match="start"):
        mix(*scene.request, start_s, MixOptions(), cache=cache)


def test_a_track_that_is_silent_where_it_is_laid_is_told(scene, cache, tmp_path):
    silent = write_track(tmp_path / "silent.flac", level=0.0)
    for _ in range(2):  # made, and from the cache
        result = mix(scene.clip, scene.sound, scene.stems, silent, 0.0, MixOptions(), cache=cache)
        assert "no music is heard" in result.note
