"""Branches: features to embeddings, with each part on and off, and what is not there."""

from dataclasses import replace

import pytest
import torch

from mrcmv.model import grid
from mrcmv.model.branches import (
    BgmBranch,
    BranchConfig,
    Flatten,
    PictureTokens,
    QueryBranch,
    normalised,
)
from mrcmv.model.gate import fuse
from mrcmv.model.slowfast import PictureFeatures

TINY = BranchConfig(d=8, n_heads=2, d_embedding=16)
N_FAST, N_SLOW, N_SOUND = 3, 5, 6
PARTS = {
    "self_attention": {"picture_to_picture", "voice_to_voice"},
    "cross_attention": {"picture_to_voice", "voice_to_picture"},
    "gate": {"gate"},
}
"""Each switch → what it takes away from the query's branch."""


def query_branch(config: BranchConfig = TINY) -> QueryBranch:
    torch.manual_seed(0)
    return QueryBranch(config, N_FAST, N_SLOW, N_SOUND)


def picture(n: int = 3, seed: int = 1) -> PictureFeatures:
    generator = torch.Generator().manual_seed(seed)
    fast = torch.randn(n, 64, N_FAST, generator=generator)
    return PictureFeatures(fast, torch.randn(n, 8, N_SLOW, generator=generator))


def voice(n: int = 3, seed: int = 2) -> torch.Tensor:
    return torch.randn(n, 72, N_SOUND, generator=torch.Generator().manual_seed(seed))


def test_picture_tokens_stand_in_order_of_time_each_from_its_own_frame():
    torch.manual_seed(0)
    layer = PictureTokens(N_FAST, N_SLOW, 8)
    features = picture()
    tokens = layer(features)
    assert tokens.shape == (3, 72, 8)
    times_s = list(grid.picture_token_times_s())
    for frame in range(64):
        place = times_s.index(grid.fast_times_s()[frame])  # the fast of two at one time
        assert torch.allclose(tokens[:, place], layer.fast(features.fast[:, frame]), atol=1e-6)
    for number, frame in enumerate(grid.slow_indices()):
        place = times_s.index(grid.fast_times_s()[frame]) + 1
        assert torch.allclose(tokens[:, place], layer.slow(features.slow[:, number]), atol=1e-6)


def test_the_query_is_the_papers_chain_step_by_step():
    branch = query_branch()
    seen = branch.internals(picture(), voice())
    f, s = branch.picture(picture()), branch.voice(voice())
    f, s = branch.picture_to_picture(f, f).tokens, branch.voice_to_voice(s, s).tokens
    crossed = branch.picture_to_voice(f, s), branch.voice_to_picture(s, f)
    gate = branch.gate(crossed[0].tokens, crossed[1].tokens)
    fused = fuse(crossed[0].tokens, crossed[1].tokens, gate)
    flat = torch.stack([torch.cat(list(clip)) for clip in fused])  # depth 1
    expected = torch.nn.functional.layer_norm(branch.embed(flat), (16,))
    assert torch.allclose(seen.embedding, expected, atol=1e-5)
    assert torch.equal(seen.picture, crossed[0].tokens)
    assert torch.equal(seen.voice, crossed[1].tokens)
    assert torch.equal(seen.gate, gate)
    assert torch.equal(seen.picture_to_voice, crossed[0].weights)
    assert torch.equal(seen.voice_to_picture, crossed[1].weights)
    assert seen.gate.shape == (3, 72, 16)
    assert seen.picture_to_picture.shape == seen.voice_to_voice.shape == (3, 2, 72, 72)
    assert torch.equal(branch(picture(), voice()), seen.embedding)


def test_the_music_is_the_papers_chain_step_by_step():
    torch.manual_seed(0)
    branch = BgmBranch(TINY, N_SOUND)
    seen = branch.internals(voice())
    m = branch.bgm(voice())
    attended = branch.bgm_to_bgm(m, m)
    expected = torch.nn.functional.layer_norm(branch.embed(attended.tokens.flatten(1)), (16,))
    assert torch.allclose(seen.embedding, expected, atol=1e-6)
    assert torch.equal(seen.bgm_to_bgm, attended.weights)
    assert torch.equal(branch(voice()), seen.embedding)


@pytest.mark.parametrize("switch", PARTS)
def test_a_switch_takes_away_its_part_and_no_other(switch):
    whole, without = query_branch(), query_branch(replace(TINY, **{switch: False}))
    names = {name.split(".")[0] for name, _ in whole.named_parameters()}
    left = {name.split(".")[0] for name, _ in without.named_parameters()}
    assert names - left == PARTS[switch]
    without.load_state_dict(whole.state_dict(), strict=False)
    seen = without.internals(picture(), voice())
    for part in set().union(*PARTS.values()):
        assert (getattr(seen, part) is None) == (part in PARTS[switch])
    assert (seen.embedding - whole(picture(), voice())).abs().max() > 1e-3


def test_switched_off_the_tokens_go_on_as_they_came_and_are_added_up():
    off = replace(TINY, self_attention=False, cross_attention=False, gate=False)
    branch = query_branch(off)
    f, s = branch.picture(picture()), branch.voice(voice())
    expected = normalised(branch.embed((f + s).flatten(1)), "layer")
    assert torch.allclose(branch(picture(), voice()), expected, atol=1e-6)
    music = BgmBranch(off, N_SOUND)
    expected = normalised(music.embed(music.bgm(voice()).flatten(1)), "layer")
    assert torch.allclose(music(voice()), expected, atol=1e-6)
    assert music.internals(voice()).bgm_to_bgm is None


def test_what_stands_where_no_voice_is_changes_nothing_not_even_a_gradient():
    branch = query_branch()
    has_voice = torch.tensor([True, False, True])
    other = voice()
    other[1] = 1e3
    one = branch(picture(), voice(), has_voice=has_voice)
    assert torch.equal(one, branch(picture(), other, has_voice=has_voice))
    gradients = []
    for sound in (voice(), other):
        branch.zero_grad()
        branch(picture(), sound, has_voice=has_voice)[1].square().mean().backward()
        gradients.append(branch.embed.weight.grad.clone())
        assert branch.voice.weight.grad.abs().max() == 0.0
    assert torch.equal(*gradients)


@pytest.mark.parametrize("what", ["voice", "picture"])
def test_absence_is_learned_and_is_neither_zeros_nor_some_features(what):
    branch = query_branch()
    absent = getattr(branch, f"no_{what}")
    assert absent.abs().min() > 0
    given = {"picture": picture(), "voice": voice()}
    embedding = branch(**(given | {what: None}))
    embedding[:, 0].sum().backward()
    assert absent.grad.abs().min() > 0
    with torch.no_grad():
        absent += 1.0
    assert (branch(**(given | {what: None})) - embedding).abs().max() > 1e-2


@pytest.mark.parametrize("what", ["voice", "picture"])
def test_none_is_absence_for_every_clip_and_a_mask_is_it_for_some(what):
    branch = query_branch()
    given = {"picture": picture(), "voice": voice()}
    none = branch(**(given | {what: None}))
    masked = branch(**given, **{f"has_{what}": torch.zeros(3, dtype=torch.bool)})
    assert torch.equal(none, masked)
    mixed = branch(**given, **{f"has_{what}": torch.tensor([True, False, True])})
    assert torch.allclose(mixed[1], none[1], atol=1e-6)
    assert torch.allclose(mixed[0], branch(**given)[0], atol=1e-6)
    assert (mixed[1] - branch(**given)[1]).abs().max() > 1e-2


def test_a_clip_without_both_is_refused():
    branch = query_branch()
    with pytest.raises(ValueError, match="without picture and without voice"):
        branch(None, None)
    some = torch.tensor([True, False, True])
    with pytest.raises(ValueError, match="without picture and without voice"):
        branch(picture(), voice(), has_picture=some, has_voice=some)
    with pytest.raises(ValueError, match="without picture and without voice"):
        branch(picture(), None, has_picture=some)


def test_clips_of_a_batch_do_not_see_each_other():
    branch = query_branch()
    whole = branch(picture(), voice())
    for i in range(3):
        features = picture()
        alone = branch(
            PictureFeatures(features.fast[i : i + 1], features.slow[i : i + 1]), voice()[i : i + 1]
        )
        assert torch.allclose(alone[0], whole[i], atol=1e-5)


def test_layer_leaves_squared_length_d_and_unit_leaves_length_1():
    vectors = 3 * torch.randn(4, 512) + 2
    assert torch.allclose(normalised(vectors, "layer").square().sum(1), torch.tensor(512.0))
    assert torch.allclose(normalised(vectors, "unit").norm(dim=1), torch.tensor(1.0))
    unit = query_branch(replace(TINY, normalise="unit"))(picture(), voice())
    assert torch.allclose(unit.norm(dim=1), torch.tensor(1.0))
    with pytest.raises(ValueError, match="'length'"):
        BranchConfig(normalise="length")


def test_sound_of_the_tokens_width_goes_in_as_it_is():
    torch.manual_seed(0)
    branch = QueryBranch(TINY, N_FAST, N_SLOW, TINY.d)
    assert not [name for name, _ in branch.named_parameters() if name.startswith("voice.")]
    sound = torch.randn(1, 72, TINY.d)
    assert torch.equal(branch.voice(sound), sound)


def test_gradients_are_those_of_small_steps():
    torch.manual_seed(0)
    config = BranchConfig(d=2, n_heads=1, d_embedding=3)
    branch = QueryBranch(config, 2, 2, 2).double()
    music = BgmBranch(config, 2).double()
    f = torch.randn(1, 64, 2, dtype=torch.float64, requires_grad=True)
    s = torch.randn(1, 8, 2, dtype=torch.float64, requires_grad=True)
    v = torch.randn(1, 72, 2, dtype=torch.float64, requires_grad=True)
    for work, given in (  # each part is checked entry by entry in its own test
        (lambda f, s, v: branch(PictureFeatures(f, s), v), (f, s, v)),
        (lambda f, s, absent: branch(PictureFeatures(f, s), None), (f, s, branch.no_voice)),
        (lambda v, absent: branch(None, v), (v, branch.no_picture)),
        (music, (v,)),
    ):
        assert torch.autograd.gradcheck(work, given, fast_mode=True)


def test_courses_are_the_mean_and_how_tokens_go_over_time():
    flat = Flatten(3)
    tokens = torch.randn(2, 72, 5)
    level, slope, hill = flat(torch.ones(2, 72, 5)).reshape(2, 3, 5).unbind(1)
    assert level.min() == level.max() > 0
    assert slope.abs().max() < 1e-5 > hill.abs().max()
    rising = torch.linspace(-1, 1, 72)[None, :, None].expand(1, 72, 5)
    level, slope, hill = flat(rising).reshape(3, 5)
    assert slope.abs().min() > 10 * max(level.abs().max(), hill.abs().max())
    assert torch.allclose(flat(tokens) + flat(-tokens), torch.zeros(2, 15), atol=1e-6)
    lengths = flat.curves @ flat.curves.T
    assert torch.allclose(lengths, lengths[0, 0] * torch.eye(3), atol=1e-6)


def test_all_tokens_are_flattened_where_no_courses_are_asked_for():
    tokens = torch.randn(2, 72, 5)
    assert torch.equal(Flatten(None)(tokens), tokens.flatten(1))
    few = query_branch(replace(TINY, n_courses=4))
    assert few.embed.in_features == 4 * TINY.d
    assert query_branch().embed.in_features == 72 * TINY.d
    with pytest.raises(ValueError, match="courses"):
        replace(TINY, n_courses=0)
