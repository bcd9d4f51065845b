"""Laws of the human prompts, on made-up recordings in a package that the test builds."""

import gzip
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from imageio_ffmpeg import get_ffmpeg_exe

from mrcmv.corpus.voices import SOURCES
from mrcmv.corpus.voices.liveliness import liveliness
from mrcmv.corpus.voices.packages import RECORDINGS, Recording, fetch, licence, licence_in
from mrcmv.corpus.voices.prompts import (
    HELD_OUT,
    LENGTHS_S,
    Prompt,
    PromptVoices,
    chosen,
    plain,
    prompts,
)
from mrcmv.corpus.voices.reshaping import word_times
from mrcmv.corpus.voices.speaker import KINDS, Manner
from mrcmv.errors import MrcmvError
from mrcmv.methods.speech import prosody
from mrcmv.types import Span

pytestmark = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is missing")

RECORDING = Recording("en", "tester")
COPYRIGHT = """Files: *
Copyright: 2001, Ann Other <ann@example.org>
License: CC-BY-SA-3.0

Files: fr-*
Copyright: 2002, Somebody
License: CC-BY-3.0

Files: debian/*
License: GPL-2+
"""


def tone(length_s, pitch_hz=160.0):
    """A buzz whose pitch wavers and whose level beats like syllables. Shape: `(n,)`, 16 kHz."""
    t = np.arange(round(length_s * 16000)) / 16000
    phase = 2 * np.pi * (pitch_hz * t - 3 * np.cos(2 * np.pi * 1.5 * t))
    buzz = sum(np.sin(k * phase) / k for k in range(1, 30))
    return (0.15 * buzz * (0.55 - 0.45 * np.cos(2 * np.pi * 4 * t))).astype(np.float32)


def g722(samples, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    command = [get_ffmpeg_exe(), "-v", "error", "-f", "f32le", "-ar", "16000", "-i", "-"]
    subprocess.run([*command, "-f", "g722", str(path)], input=samples.tobytes(), check=True)


def build(root, name, version="1.2-3"):
    """A .deb of a folder, beside it."""
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN" / "control").write_text(
        f"Package: {name}\nVersion: {version}\nArchitecture: all\n"
        "Maintainer: Nobody <nobody@example.org>\nDescription: made by a test\n"
    )
    deb = root.parent / f"{name}_{version}_all.deb"
    subprocess.run(["dpkg-deb", "-b", str(root), str(deb)], check=True, capture_output=True)
    shutil.rmtree(root)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Packages of ten prompts, fetched from .deb files that lie in the folder."""
    folder = tmp_path_factory.mktemp("voices")
    sounds = folder / "making" / "usr/share/asterisk/sounds/en_US_x_Tester"
    for index, length_s in enumerate((0.7, 0.9, 1.0, 1.3, 1.6, 2.0, 2.6, 3.0)):
        g722(tone(length_s), sounds / f"vm-line{index}.g722")
    g722(tone(1.0), sounds / "digits" / "7.g722")
    g722(tone(1.0), sounds / "beep.g722")
    papers = folder / "making" / "usr/share/doc" / RECORDING.sounds
    papers.mkdir(parents=True)
    (papers / "copyright").write_text(COPYRIGHT)
    build(folder / "making", RECORDING.sounds)
    papers = folder / "making" / "usr/share/doc" / RECORDING.texts
    papers.mkdir(parents=True)
    said = "; a list\nvm-line0: Good bye...\nvm-line3: Please [do not] wait (softly) here.\n"
    (papers / "core-sounds-en.txt.gz").write_bytes(gzip.compress(said.encode()))
    build(folder / "making", RECORDING.texts)
    fetch(folder, (RECORDING,))
    return folder


@pytest.fixture
def source(folder):
    return PromptVoices(folder, (RECORDING,))


def test_what_was_fetched_is_not_fetched_again_and_progress_is_told(folder, source):
    license_file = next((folder / RECORDING.sounds).rglob("copyright"))
    before = license_file.stat().st_mtime_ns
    steps = []
    source.gather(lambda step, artifact=None, **counts: steps.append(counts["completed"]))
    assert steps == [0, 1, 2, 0]
    assert license_file.stat().st_mtime_ns == before


def test_prompts_are_speech_with_their_transcript_else_their_name(folder):
    found = {prompt.name: prompt for prompt in prompts(folder, RECORDING)}
    assert set(found) == {f"vm-line{index}" for index in range(8)}
    assert found["vm-line0"].text == "Good bye"
    assert found["vm-line3"].text == "Please wait here."
    assert found["vm-line5"].text == "vm line5"
    assert abs(found["vm-line5"].duration_s - 2.0) < 0.02


def test_every_source_of_the_table_has_its_name_and_shares_no_family_with_another(folder):
    sources = {name: make(folder) for name, make in SOURCES.items()}
    assert all(source.name == name for name, source in sources.items())
    espeak = {speaker.family for speaker in sources["espeak"].speakers()}
    assert not espeak & {f"prompts-{recording.person}" for recording in RECORDINGS}


def test_speakers_say_whose_they_are(source):
    speaker = source.speakers()[0]
    assert speaker.origin == "human"
    assert speaker.family == "prompts-tester"
    assert speaker.licence == "CC-BY-SA-3.0, © 2001, Ann Other"
    assert speaker.source == f"Debian {RECORDING.sounds} 1.2-3"
    assert source.speakers() == source.speakers()


def test_the_licence_is_of_the_languages_files_else_of_all():
    assert licence_in(COPYRIGHT, "fr") == "CC-BY-3.0, © 2002, Somebody"
    assert licence_in(COPYRIGHT, "es").startswith("CC-BY-SA-3.0")
    assert licence_in("nothing", "es") == ""


def test_one_person_is_one_family_in_two_languages_and_russian_is_held_out():
    people = {recording.language: recording.person for recording in RECORDINGS}
    assert people["en"] == people["es"]
    assert len(set(people.values())) == 3
    assert f"prompts-{people['ru']}" == HELD_OUT


def test_a_prompt_fits_its_kind_and_is_not_said_again_while_there_is_another(folder):
    known, rng = prompts(folder, RECORDING), np.random.default_rng(0)
    assert set(LENGTHS_S) == set(KINDS)
    said = []
    for _ in range(3):
        prompt = chosen(known, "kill", 0.0, rng, said)
        assert 0.6 <= prompt.duration_s <= 1.6
        assert prompt.text not in said
        said.append(prompt.text)


def test_a_lively_manner_takes_a_lively_prompt():
    known = tuple(Prompt(f"p{n}", Path("p"), f"text {n}", 1.0, lively=n / 10) for n in range(100))
    rng = np.random.default_rng(0)
    flat, even, lively = (
        np.mean([chosen(known, "kill", melody, rng).lively for _ in range(50)])
        for melody in (-2.0, 0.0, 2.0)
    )
    assert flat < 1.5 < 4 < even < 6 < 8.5 < lively


def test_liveliness_is_how_far_the_pitch_moves_and_is_measured_once(tmp_path):
    times_s = np.arange(32000) / 16000
    for name, swing in (("flat", 0.0), ("lively", 0.3)):
        phase = np.cumsum(160 * 2 ** (swing * np.sin(2 * np.pi * 1.5 * times_s))) / 16000
        buzz = sum(np.sin(2 * np.pi * k * phase) / k for k in range(1, 20))
        g722((0.15 * buzz).astype(np.float32), tmp_path / f"{name}.g722")
    files = {name: tmp_path / f"{name}.g722" for name in ("flat", "lively")}
    found = liveliness(files, tmp_path / "kept.json")
    assert found["flat"] < 0.5
    assert 4 < found["lively"] < 9  # 0.3 octaves up and down, from the 10th to the 90th percentile
    for file in files.values():
        file.unlink()
    assert liveliness(files, tmp_path / "kept.json") == found


def test_an_aroused_prompt_is_measured_as_shorter_higher_brighter_and_louder(source):
    def said(manner):
        rng = np.random.default_rng(4)
        line = source.say(source.speakers()[1], "open", "", manner, rng)
        found = prosody(line.sound, [Span(0.0, line.sound.duration_s)])
        return line, found, 10 * np.log10(np.mean(line.sound.mono**2))

    (calm, calm_p, calm_db), (wild, wild_p, wild_db) = (
        said(Manner(arousal=x)) for x in (-1.5, 1.5)
    )
    assert calm.text == wild.text
    assert wild.sound.duration_s < 0.85 * calm.sound.duration_s
    assert 5.6 < wild_p.pitch_st - calm_p.pitch_st < 7.6
    assert wild_p.effort_db > calm_p.effort_db + 3
    assert 6.5 < wild_db - calm_db < 8.5


def test_another_shift_is_another_person_of_the_same_pace(source):
    low, own, high = (
        source.say(speaker, "open", "", Manner(), np.random.default_rng(4))
        for speaker in source.speakers()
    )
    pitches = [
        prosody(line.sound, [Span(0.0, line.sound.duration_s)]).pitch_st
        for line in (low, own, high)
    ]
    assert abs(pitches[0] - pitches[1] + 2.0) < 0.4
    assert abs(pitches[2] - pitches[1] - 1.5) < 0.4
    assert abs(low.sound.duration_s - own.sound.duration_s) < 0.1


def test_the_same_seed_gives_the_same_samples(source):
    one, again = (
        source.say(source.speakers()[0], "quiet", "", Manner(arousal=1.0), np.random.default_rng(1))
        for _ in range(2)
    )
    np.testing.assert_array_equal(one.sound.samples, again.sound.samples)


def test_words_share_the_time_in_which_there_is_sound():
    loud = np.random.default_rng(0).normal(0, 0.1, 48000)
    words = word_times("abcd efgh", np.concatenate([loud, np.zeros(48000), loud]))
    assert [word.text for word in words] == ["abcd", "efgh"]
    assert abs(words[0].end_s - 1.0) < 0.05
    assert abs(words[1].start_s - 2.0) < 0.05
    assert abs(words[1].end_s - 3.0) < 0.05


def test_remarks_are_no_words():
    assert plain("[tones]") == plain("(beep)") == plain("<beep>") == plain("...") == ""


def test_what_is_missing_is_said_in_one_sentence(tmp_path, folder):
    with pytest.raises(MrcmvError, match="fetched first"):
        PromptVoices(tmp_path).speakers()
    (tmp_path / f"{RECORDING.sounds}_1_all.deb").write_bytes(b"no package")
    with pytest.raises(MrcmvError, match="cannot be unpacked"):
        fetch(tmp_path, (RECORDING,))
    bare = folder / "asterisk-core-sounds-xx-g722"
    bare.mkdir()
    (bare / "VERSION").write_text("1")
    with pytest.raises(MrcmvError, match="licence"):
        licence(folder, replace(RECORDING, language="xx"))
