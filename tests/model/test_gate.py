"""The fusion gate against eqs. 3–4, written out in loops."""

import numpy as np
import torch

from mrcmv.model.gate import Gate, fuse


def made(d: int = 4) -> Gate:
    torch.manual_seed(0)
    gate = Gate(d).double()
    torch.nn.init.normal_(gate.linear.weight)
    torch.nn.init.normal_(gate.linear.bias)
    return gate


def tokens(seed: int, d: int = 4) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(2, 5, d, generator=generator, dtype=torch.float64)


def test_gate_and_fusion_equal_equations_3_and_4_written_out():
    gate, picture, voice = made(), tokens(1), tokens(2)
    weights = gate(picture, voice)
    fused = fuse(picture, voice, weights).detach().numpy()
    w, b = gate.linear.weight.detach().numpy().T, gate.linear.bias.detach().numpy()
    assert w.shape == (8, 8)
    n_shut = 0
    for clip in range(2):
        for i in range(5):
            f, s = picture[clip, i].numpy(), voice[clip, i].numpy()
            both = list(f) + list(s)
            g = [max(0.0, sum(both[k] * w[k, j] for k in range(8)) + b[j]) for j in range(8)]
            n_shut += g.count(0.0)
            for j in range(4):
                assert abs(fused[clip, i, j] - (g[j] * f[j] + g[4 + j] * s[j])) < 1e-12
            assert np.abs(weights[clip, i].detach().numpy() - g).max() < 1e-12
    assert 0 < n_shut < 80


def test_a_gate_of_ones_adds_up_and_one_of_zeros_shuts_a_modality_out():
    picture, voice = tokens(1), tokens(2)
    ones, zeros = torch.ones_like(picture), torch.zeros_like(picture)
    assert torch.equal(fuse(picture, voice, torch.cat([ones, ones], -1)), picture + voice)
    assert torch.equal(fuse(picture, voice, torch.cat([ones, zeros], -1)), picture)
    assert torch.equal(fuse(picture, voice, torch.cat([zeros, ones], -1)), voice)


def test_training_begins_near_the_sum():
    torch.manual_seed(0)
    weights = Gate(64)(0.1 * tokens(1, 64).float(), 0.1 * tokens(2, 64).float())
    assert (weights - 1).abs().max() < 0.5
    assert (weights - 1).abs().mean() < 0.1


def test_gradients_are_those_of_small_steps():
    gate = made()
    picture, voice = tokens(1).requires_grad_(), tokens(2).requires_grad_()

    def run(picture, voice, *_):
        return fuse(picture, voice, gate(picture, voice))

    assert torch.autograd.gradcheck(run, (picture, voice, gate.linear.weight, gate.linear.bias))
