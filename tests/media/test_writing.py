"""A sound becomes a whole file or none."""

import av
import numpy as np
import pytest
import soundfile

from mrcmv import media
from mrcmv.errors import MediaError
from mrcmv.media import writing
from mrcmv.types import Sound

ENDINGS = [".wav", ".flac", ".m4a", ".mp3", ".opus", ".ogg"]
TONE = Sound(
    np.tile(0.3 * np.sin(np.arange(48000) / 20), (2, 1)).astype(np.float32),
    48000,
)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_half_written_file_is_removed(ending, tmp_path, monkeypatch):
    def fail(*_):
        yield from ()
        raise OSError("No space left on device")

    def fail_pcm(file, *_, **__):
        file.write(b"RIFF")
        raise RuntimeError("No space left on device")

    monkeypatch.setattr(writing, "encoded", fail)
    monkeypatch.setattr(soundfile, "SoundFile", fail_pcm)
    path = tmp_path / f"a{ending}"
    with pytest.raises(MediaError, match="No space left"):
        media.write_sound(TONE, path)
    assert not path.exists()


def test_an_interrupted_writer_leaves_nothing_and_stays_interrupted(tmp_path, monkeypatch):
    def interrupted(*_):
        yield from ()
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, "encoded", interrupted)
    with pytest.raises(KeyboardInterrupt):
        media.write_sound(TONE, tmp_path / "a.m4a")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["a.aiff", "a", "a.wma"])
def test_an_unknown_ending_is_refused_with_the_known_ones(name, tmp_path):
    with pytest.raises(MediaError, match=r"\.wav, \.flac, \.m4a"):
        media.write_sound(TONE, tmp_path / name)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    for ending in ENDINGS:
        with pytest.raises(MediaError, match="cannot be written"):
            media.write_sound(TONE, tmp_path / "no" / f"a{ending}")


def test_samples_beyond_full_scale_survive_in_wav(tmp_path):
    loud = Sound(TONE.samples * 5, 48000)
    media.write_sound(loud, tmp_path / "a.wav")
    np.testing.assert_allclose(media.read_sound(tmp_path / "a.wav").samples, loud.samples)
    media.write_sound(TONE, tmp_path / "b.wav")
    assert soundfile.info(tmp_path / "b.wav").subtype == "PCM_24"


def test_aac_is_192_kbit_and_nothing_tells_what_made_it(tmp_path):
    noise = np.random.default_rng(0).uniform(-0.3, 0.3, (2, 480_000)).astype(np.float32)
    media.write_sound(Sound(noise, 48000), tmp_path / "a.m4a")
    with av.open(str(tmp_path / "a.m4a")) as container:
        assert container.bit_rate == pytest.approx(192_000, rel=0.1)
        assert not {"encoder", "creation_time"} & set(container.metadata)
    content = (tmp_path / "a.m4a").read_bytes()
    assert b"Lavf" not in content[:2000]
    assert content.index(b"moov") < content.index(b"mdat")


def test_the_bit_rate_can_be_chosen(tmp_path):
    sizes = []
    for kbps in (48, 160):
        media.write_sound(TONE, tmp_path / "a.opus", kbps)
        sizes.append((tmp_path / "a.opus").stat().st_size)
    assert sizes[0] < sizes[1]


def test_the_same_sound_gives_the_same_bytes(tmp_path):
    for ending in (".wav", ".flac", ".m4a"):
        media.write_sound(TONE, tmp_path / f"a{ending}")
        media.write_sound(TONE, tmp_path / f"b{ending}")
        assert (tmp_path / f"a{ending}").read_bytes() == (tmp_path / f"b{ending}").read_bytes()
