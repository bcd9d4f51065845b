"""Attention rollout through two streams."""

import numpy as np
import pytest

from mrcmv.explain.rollout import relevance, rollout

NAMES = ("picture_to_picture", "voice_to_voice", "picture_to_voice", "voice_to_picture")


def maps(seed: int = 0, heads: int = 3) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    made = rng.random((4, heads, 72, 72)) ** 4
    return dict(zip(NAMES, made / made.sum(-1, keepdims=True), strict=True))


def slow_rollout(given: dict[str, np.ndarray]) -> np.ndarray:
    """Token by token: what F̃ and S̃, then Ḟ and Ṡ, take of each input token."""
    mean = {name: heads.mean(0) for name, heads in given.items()}
    inside = np.zeros((144, 144))
    for i in range(72):
        for j in range(72):
            inside[i, j] = 0.5 * mean["picture_to_picture"][i, j]
            inside[72 + i, 72 + j] = 0.5 * mean["voice_to_voice"][i, j]
        inside[i, i] += 0.5
        inside[72 + i, 72 + i] += 0.5
    out = 0.5 * inside.copy()
    for i in range(72):
        for j in range(72):
            out[i] += 0.5 * mean["picture_to_voice"][i, j] * inside[72 + j]
            out[72 + i] += 0.5 * mean["voice_to_picture"][i, j] * inside[j]
    return out


def test_rollout_equals_itself_written_out():
    given = maps()
    assert np.abs(rollout(given) - slow_rollout(given)).max() < 1e-6


def test_rows_sum_to_one_and_so_does_relevance():
    rolled = rollout(maps())
    assert rolled.sum(1) == pytest.approx(np.ones(144), abs=1e-5)
    assert relevance(rolled).sum() == pytest.approx(1.0, abs=1e-5)


def test_rollout_of_even_attention_is_even():
    even = {name: np.full((2, 72, 72), 1 / 72) for name in NAMES}
    assert relevance(rollout(even)) == pytest.approx(np.full((2, 72), 1 / 144), rel=1e-4)


def test_a_token_that_all_look_at_is_the_most_relevant():
    given = maps()
    for name in ("picture_to_picture", "voice_to_picture"):
        given[name][:] = 0.0
        given[name][:, :, 30] = 1.0
    assert np.unravel_index(relevance(rollout(given)).argmax(), (2, 72)) == (0, 30)


def test_layers_that_are_switched_off_pass_on_what_came():
    given = maps()
    assert np.array_equal(rollout({}), np.eye(144))
    inside = {name: given[name] for name in NAMES[:2]}
    assert rollout(inside)[:72, 72:].max() == 0.0
    across = rollout({name: given[name] for name in NAMES[2:]})
    assert across[:72, :72] == pytest.approx(0.5 * np.eye(72))
