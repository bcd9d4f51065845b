"""The separator: masks that share out a mix, and pieces that equal the whole."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from mrcmv.model import bands
from mrcmv.model.separator import Separator, SeparatorConfig, separate, turned
from mrcmv.model.spectra import to_sound, to_spectra
from mrcmv.model.streaming import stream

TINY = SeparatorConfig(
    n_fft=64, runs=((4, 3), (3, 7)), n_channels=8, n_shared=3, n_hidden=8, dilations=(1, 2, 3)
)
SMALLER_MB = 12.0


@pytest.fixture(scope="module")
def network() -> Separator:
    """Random weights that say something: the masks are far from a third each, and what lies at
    the end of a frame's reach is heard."""
    torch.manual_seed(0)
    made = Separator(TINY).eval()
    for block in made.blocks[::2]:
        block.out.weight.data *= 10
    for weight in made.leave.weights:
        weight.data *= 30
    return made


def noise(n: int, seed: int = 0, n_sounds: int = 1) -> torch.Tensor:
    return 0.1 * torch.randn(n_sounds, 2, n, generator=torch.Generator().manual_seed(seed))


def test_stems_sum_to_the_mix_far_below_60_db(network):
    mix = noise(1000)
    stems = separate(network, mix)
    assert stems.shape == (1, 3, 2, 1000)
    left_db = 10 * torch.log10(((stems.sum(1) - mix) ** 2).sum() / (mix**2).sum())
    assert left_db < -100


def test_masks_differ_and_sum_to_one(network):
    masks = network(to_spectra(noise(1000), TINY.n_fft))
    assert masks.shape == (1, 3, 2, 33, 33)
    assert torch.allclose(masks.sum(1), torch.ones(1, 2, 33, 33), atol=1e-6)
    assert masks.std(dim=1).mean() > 0.1


@settings(deadline=None, max_examples=30)
@given(
    st.integers(1, 1500),
    st.lists(st.integers(1, 700), min_size=1, max_size=6),
    st.integers(1, 20),
)
def test_in_pieces_equals_whole(network, n, cuts, n_blocks):
    mix = noise(n, seed=n)
    pieces, at = [], 0
    while at < n:
        size = cuts[len(pieces) % len(cuts)]
        pieces.append(mix[0, :, at : at + size])
        at += size
    parts = list(stream(network, pieces, n_blocks=n_blocks))
    whole = separate(network, mix)[0]
    assert torch.cat(parts, dim=2).shape == whole.shape
    assert (torch.cat(parts, dim=2) - whole).abs().max() < 1e-5


def test_no_sound_is_no_stems(network):
    assert list(stream(network, [])) == []


def test_what_is_out_of_reach_changes_nothing_and_what_is_within_does(network):
    n = 3200
    mix = noise(n)
    other = mix.clone()
    far = (TINY.reach + 2) * TINY.hop
    other[..., 1600 + far :] = noise(n, seed=1)[..., 1600 + far :]
    one, two = separate(network, mix), separate(network, other)
    assert torch.allclose(one[..., :1600], two[..., :1600], atol=1e-7)
    near = slice(1600 + 2 * TINY.hop, 1600 + 3 * TINY.hop)  # as far ahead as masks look
    assert (one[..., near] - two[..., near]).abs().max() > 1e-4


def test_channels_that_change_places_change_them_in_the_stems(network):
    mix = noise(900)
    swapped = separate(network, mix.flip(1))
    assert torch.allclose(swapped, separate(network, mix).flip(2), atol=1e-6)


def test_silence_gives_silence(network):
    assert separate(network, torch.zeros(1, 2, 500)).abs().max() == 0.0


def test_sounds_of_a_batch_do_not_hear_each_other(network):
    mixes = noise(700, n_sounds=3)
    apart = torch.cat([separate(network, mix[None]) for mix in mixes])
    assert torch.allclose(separate(network, mixes), apart, atol=1e-6)


def test_middle_and_side_turned_twice_is_what_it_was():
    mix = noise(300)
    assert torch.allclose(turned(turned(mix)), mix, atol=1e-7)
    same = mix.clone()
    same[:, 1] = same[:, 0]
    assert turned(same)[:, 1].abs().max() == 0.0


@pytest.mark.parametrize("n", [1, 31, 32, 33, 640, 1001])
def test_spectra_turn_back_into_the_sound(n):
    mix = noise(n)
    spectra = to_spectra(mix, 64)
    assert spectra.shape == (1, 2, -(-n // 32) + 1, 33)
    assert torch.allclose(to_sound(spectra, 64, n), mix, atol=1e-6)


def test_spectra_equal_those_of_scipy_and_keep_the_power_of_noise():
    from scipy.signal import ShortTimeFFT

    mix = noise(6400)[0, 0].numpy()
    window = np.sqrt(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(64) / 64))
    reference = ShortTimeFFT(window, 32, fs=1.0, fft_mode="onesided", phase_shift=None)
    expected = reference.stft(mix)[:, 1:-1].T / np.sqrt(32)  # without the frames half outside
    ours = to_spectra(torch.from_numpy(mix), 64).numpy()[1:-1]
    n = min(len(ours), len(expected))
    assert np.abs(ours[: n - 2] - expected[: n - 2]).max() < 1e-5
    assert (np.abs(ours[:, 1:-1]) ** 2).mean() == pytest.approx(0.01, rel=0.1)


def test_bands_split_and_joined_are_what_they_were():
    features = torch.randn(2, 5, 6, 33)
    parts = bands.split(features, TINY.runs)
    assert [tuple(part.shape) for part in parts] == [(2, 5, 4, 18), (2, 5, 3, 42)]
    assert torch.equal(bands.join(parts, TINY.runs, 6), features)
    # The first band holds the first three bins of all channels.
    assert torch.equal(parts[0][:, :, 0].view(2, 5, 6, 3), features[..., :3])


def test_each_band_has_a_layer_of_its_own():
    layer = bands.ByBand([(2, 3, 4)])
    part = torch.randn(5, 2, 3)
    slow = [part[:, k] @ layer.weights[0][k] + layer.biases[0][k] for k in range(2)]
    assert torch.allclose(layer([part])[0], torch.stack(slow, dim=1), atol=1e-6)


def test_bands_that_do_not_fill_the_spectrum_are_refused():
    with pytest.raises(ValueError, match="30 bins, not 33"):
        SeparatorConfig(n_fft=64, runs=((10, 3),))


def test_the_shipped_sizes_fit_into_12_mb_of_half_precision():
    n = sum(parameter.numel() for parameter in Separator().parameters())
    assert 2 * n < SMALLER_MB * 1e6


def test_a_step_downhill_lowers_the_error(network):
    torch.manual_seed(1)
    learner = Separator(TINY)
    mix, wanted = noise(640, n_sounds=2), torch.zeros(2, 3, 2, 640)
    wanted[:, 1] = mix
    optimiser = torch.optim.Adam(learner.parameters(), lr=1e-2)
    errors = []
    for _ in range(20):
        error = functional.mse_loss(separate(learner, mix), wanted)
        errors.append(error.item())
        optimiser.zero_grad()
        error.backward()
        optimiser.step()
    assert errors[-1] < 0.2 * errors[0]
