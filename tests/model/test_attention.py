"""χ against eqs. 1–2, written out in loops."""

import math

import numpy as np
import pytest
import torch

from mrcmv.model.attention import Attention, attend


def slow_chi(first, second, chi: Attention) -> tuple[np.ndarray, np.ndarray]:
    """χ(I_1, I_2) of one clip, token by token and head by head. Shape: `(n, d)` each."""
    first, second = np.asarray(first), np.asarray(second)
    w_q, w_k, w_v, w_o = (
        layer.weight.detach().numpy().T for layer in (chi.query, chi.key, chi.value, chi.out)
    )
    d, n_heads = first.shape[1], chi.n_heads
    d_k = d // n_heads
    weights = np.zeros((n_heads, len(first), len(second)))
    heads = np.zeros((len(first), d))
    for h in range(n_heads):
        part = slice(h * d_k, (h + 1) * d_k)
        for i, one in enumerate(first):
            query = one @ w_q[:, part]
            scores = [query @ (other @ w_k[:, part]) / math.sqrt(d_k) for other in second]
            total = sum(math.exp(score) for score in scores)
            for j, other in enumerate(second):
                weights[h, i, j] = math.exp(scores[j]) / total
                heads[i, part] += weights[h, i, j] * (other @ w_v[:, part])
    return first + heads @ w_o, weights


@pytest.fixture
def chi() -> Attention:
    torch.manual_seed(0)
    made = Attention(12, 3).double()
    made.query.weight.data *= 4  # weights far from even
    return made


def tokens(n: int, seed: int, batch: int = 2, d: int = 12) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(batch, n, d, generator=generator, dtype=torch.float64)


def test_chi_equals_equations_1_and_2_written_out(chi):
    first, second = tokens(5, 1), tokens(7, 2)
    made, weights = chi(first, second)
    assert made.shape == (2, 5, 12)
    assert weights.shape == (2, 3, 5, 7)
    for i in range(2):
        expected, slow_weights = slow_chi(first[i], second[i], chi)
        assert np.abs(made[i].detach().numpy() - expected).max() < 1e-12
        assert np.abs(weights[i].detach().numpy() - slow_weights).max() < 1e-12
        assert slow_weights.max() > 0.5


def test_rows_of_weights_sum_to_one(chi):
    assert torch.allclose(
        chi(tokens(5, 1), tokens(7, 2)).weights.sum(-1), torch.tensor(1.0).double()
    )


def test_second_tokens_have_no_places_and_first_ones_keep_theirs(chi):
    first, second = tokens(5, 1), tokens(7, 2)
    shuffled = torch.randperm(7, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(chi(first, second[:, shuffled]).tokens, chi(first, second).tokens)
    moved = chi(first.flip(1), second).tokens
    assert torch.allclose(moved.flip(1), chi(first, second).tokens)


def test_without_a_way_out_the_first_tokens_pass_as_they_came(chi):
    chi.out.weight.data.zero_()
    assert torch.equal(chi(tokens(5, 1), tokens(7, 2)).tokens, tokens(5, 1))


def test_equal_scores_are_the_mean():
    value = tokens(7, 2)
    heads, weights = attend(torch.zeros(2, 5, 12).double(), value, value, 3)
    assert torch.allclose(weights, torch.full_like(weights, 1 / 7))
    assert torch.allclose(heads, value.mean(1, keepdim=True).expand(2, 5, 12))


def test_gradients_are_those_of_small_steps(chi):
    for parameter in chi.parameters():
        assert parameter.requires_grad
    first, second = tokens(3, 1, batch=1), tokens(2, 2, batch=1)
    weights = tuple(layer.weight for layer in (chi.query, chi.key, chi.value, chi.out))

    def run(first, second, *_):
        return tuple(chi(first, second))

    assert torch.autograd.gradcheck(
        run, (first.requires_grad_(), second.requires_grad_(), *weights)
    )


def test_dimensions_that_heads_do_not_divide_are_refused():
    with pytest.raises(ValueError, match="10 dimensions are not divisible by 3 heads"):
        Attention(10, 3)
