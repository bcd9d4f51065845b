"""The loss: less for better stems, its parts as written down."""

import numpy as np
import pytest
import torch

from mrcmv.evaluation import separation
from mrcmv.model.separator import Separator, SeparatorConfig
from mrcmv.training import loss
from mrcmv.training.checking import si_sdr_db

TINY = SeparatorConfig(n_fft=64, runs=((1, 33),), n_channels=4, n_shared=2, n_hidden=4)


def stems(seed: int = 0) -> torch.Tensor:
    return 0.1 * torch.randn(2, 3, 2, 640, generator=torch.Generator().manual_seed(seed))


def test_the_logarithm_is_that_of_the_error_beside_the_stem():
    truth = stems()
    found = truth + 0.1 * stems(1)
    slow = [
        [
            np.log10(
                float(((found[b, s] - truth[b, s]) ** 2).mean()) / float((truth[b, s] ** 2).mean())
                + 1e-3
            )
            for s in range(3)
        ]
        for b in range(2)
    ]
    assert np.allclose(loss.log_errors(found, truth).numpy(), slow, atol=1e-4)


def test_of_a_silent_stem_the_error_counts_beside_the_mix():
    truth = stems()
    truth[:, 0] = 0.0
    leak = truth.clone()
    leak[:, 0] = 0.1 * truth.sum(dim=1)  # -20 dB
    assert loss.log_errors(leak, truth)[:, 0].tolist() == pytest.approx([-2.0, -2.0], abs=0.02)
    assert loss.log_errors(truth, truth)[:, 0].tolist() == pytest.approx([-4.0, -4.0], abs=1e-3)
    truth[:, 0] = 1e-3 * stems(1)[:, 0]  # -60 dB is silent too
    assert loss.log_errors(leak, truth)[:, 0].tolist() == pytest.approx([-2.0, -2.0], abs=0.02)


def test_better_masks_have_less_loss():
    class Fixed(Separator):
        def __init__(self, share: float) -> None:
            super().__init__(TINY)
            self.share = share

        def forward(self, spectra):
            batch, channels, frames, bins = spectra.shape
            masks = torch.full((batch, 3, channels, frames, bins), (1 - self.share) / 2)
            masks[:, 1] = self.share
            return masks

    truth = stems()
    truth[:, 0] = truth[:, 2] = 0.0
    losses = [float(loss.loss_of(Fixed(share), truth)) for share in (0.2, 0.5, 0.9, 0.999)]
    assert losses == sorted(losses, reverse=True)
    assert losses[0] - losses[-1] > 1.0


def test_a_silent_mix_has_a_gradient_that_is_a_number():
    network = Separator(TINY)
    loss.loss_of(network, torch.zeros(1, 3, 2, 640)).backward()
    grads = [p.grad for p in network.parameters() if p.grad is not None]
    assert all(bool(torch.isfinite(grad).all()) for grad in grads)


def test_si_sdr_while_training_is_that_of_the_evaluation():
    truth, found = stems()[0, 0], stems()[0, 0] + stems(1)[0, 0]
    expected = separation.si_sdr_db(found.numpy(), truth.numpy())
    assert float(si_sdr_db(found, truth)) == pytest.approx(expected, abs=1e-3)


def test_magnitudes_are_compressed_to_an_eighth_of_power_and_have_the_slopes_of_that():
    power = torch.tensor([0.0, 1e-7, 3e-4, 0.2, 5.0], dtype=torch.float64, requires_grad=True)
    wanted = (power + loss.SOFT) ** 0.125
    assert torch.allclose(loss.compressed(power), wanted)
    assert torch.autograd.gradcheck(loss.compressed, (power[2:].detach().requires_grad_(),))
