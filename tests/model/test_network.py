"""The whole network: backbones and branches together, sizes, and its checkpoint."""

import json
import time
from dataclasses import asdict

import numpy as np
import pytest
import torch

from mrcmv import inputs
from mrcmv.errors import WeightsError
from mrcmv.model import checkpoint, network
from mrcmv.model.branches import BranchConfig
from mrcmv.model.losses import TripletPseudoLabelLoss
from mrcmv.model.network import CONFIGS, Mrcmv, MrcmvConfig
from mrcmv.model.slowfast import SlowFastConfig
from mrcmv.model.vggish import VggishConfig
from mrcmv.types import Frames, Sound

SHIPPED_MB = 25.0
QUERY_S = 1.0
TRACK_RATIO = 40.0
TINY = MrcmvConfig(
    SlowFastConfig(depths=(1, 1), width=4, beta=2),
    VggishConfig(channels=(2, 2, 2, 2), n_hidden=4, n_features=6),
    BranchConfig(d=8, n_heads=2, d_embedding=16),
    side_px=16,
)


def tiny() -> Mrcmv:
    torch.manual_seed(0)
    return Mrcmv(TINY).eval()


def frames(n: int = 2, side: int = 32, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    fast = torch.randn(n, 3, 64, side, side, generator=torch.Generator().manual_seed(seed))
    return fast, fast[:, :, 4::8]


def patches(n: int = 2, seed: int = 0) -> torch.Tensor:
    return torch.randn(n, 72, 96, 64, generator=torch.Generator().manual_seed(seed))


def test_together_it_is_the_backbones_and_then_the_branches():
    made = tiny()
    features, heard = made.picture_features(frames()), made.voice_features(patches())
    assert torch.equal(made.embed_query(frames(), patches()), made.query(features, heard))
    music = made.bgm(made.bgm_features(patches()))
    assert torch.equal(made.embed_bgm(patches()), music)
    assert music.shape == (2, 16)
    # Voice and music each have ears of their own.
    assert (made.voice_features(patches()) - made.bgm_features(patches())).abs().max() > 1e-3
    seen = made.query_internals(frames(), patches())
    assert seen.picture_to_voice.shape == (2, 2, 72, 72)
    assert made.bgm_internals(patches()).bgm_to_bgm.shape == (2, 2, 72, 72)


def test_what_is_not_there_needs_no_backbone():
    made = tiny()
    voiceless = made.embed_query(frames(), None)
    sightless = made.embed_query(None, patches())
    assert torch.equal(voiceless, made.query(made.picture_features(frames()), None))
    assert torch.equal(sightless, made.query(None, made.voice_features(patches())))
    assert (voiceless - sightless).abs().max() > 1e-3


def test_pictures_are_brought_to_the_networks_side_by_averaging():
    made = tiny()
    fast, slow = frames(side=16)
    fine = tuple(path.repeat_interleave(2, 3).repeat_interleave(2, 4) for path in (fast, slow))
    small, large = made.picture_features((fast, slow)), made.picture_features(fine)
    assert torch.allclose(small.fast, large.fast, atol=1e-5)
    assert torch.allclose(small.slow, large.slow, atol=1e-5)
    assert small.fast.std() > 0


def test_it_takes_what_inputs_samples():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (64, 90, 160, 3), dtype=np.uint8)
    fast, slow = inputs.picture_tensors(Frames(images, np.zeros(64, np.float32)))
    sound = Sound(0.1 * rng.standard_normal((2, 48_000)).astype(np.float32), 48_000)
    voice = inputs.sound_patches(sound)
    with torch.inference_mode():
        query = tiny().embed_query((fast[None], slow[None]), voice[None])
        music = tiny().embed_bgm(voice[None])
    for embedding in (query, music):
        assert embedding.shape == (1, 16)
        assert torch.isfinite(embedding).all()


def test_a_few_steps_lead_queries_to_their_music():
    """Backbones included: all of it learns (section 3.3)."""
    torch.manual_seed(0)
    made = Mrcmv(TINY).train()
    loss = TripletPseudoLabelLoss(n_labels=2, d_embedding=16)
    labels, has_voice = torch.arange(2), torch.tensor([True, False])
    has_picture = torch.tensor([False, True])
    sights, voices, music = frames(side=16), patches(seed=1), patches(seed=2)
    optimiser = torch.optim.Adam([*made.parameters(), *loss.parameters()], lr=1e-2)
    totals = []
    for _ in range(6):
        sight, heard = made.picture_features(sights), made.voice_features(voices)
        joint = made.query(sight, heard, has_picture, has_voice)
        found = loss(joint, made.embed_bgm(music), labels, 10.0)
        totals.append(found.total.item())
        optimiser.zero_grad()
        found.total.backward()
        optimiser.step()
    assert totals[-1] < 0.5 * totals[0]
    still = [name for name, p in made.named_parameters() if p.grad is None or not p.grad.any()]
    assert still == []


def test_a_checkpoint_makes_the_same_network_again(tmp_path):
    made = tiny()
    network.save(made, tmp_path / "a.safetensors", {"data": "none"})
    again = network.load(tmp_path / "a.safetensors")
    assert again.config == TINY
    assert not again.training
    for name, tensor in again.state_dict().items():
        expected = made.state_dict()[name]
        assert torch.equal(
            tensor, expected.half().float() if tensor.is_floating_point() else expected
        )
    assert checkpoint.read(tmp_path / "a.safetensors", "mrcmv").provenance == {"data": "none"}


def test_a_config_that_builds_nothing_is_refused_in_a_sentence(tmp_path):
    for config in (
        {},
        asdict(TINY) | {"vggish": {"n_ears": 2}},
        asdict(TINY) | {"branches": {"normalise": "none"}},
        asdict(TINY) | {"slowfast": None},
    ):
        checkpoint.save(tiny(), tmp_path / "a", kind="mrcmv", config=config, provenance={})
        with pytest.raises(WeightsError, match="describes no network that can be built"):
            network.load(tmp_path / "a")
    checkpoint.save(tiny(), tmp_path / "a", kind="mrcmv", config=asdict(TINY), provenance={})
    assert network.load(tmp_path / "a").config == TINY


@pytest.mark.parametrize("name", CONFIGS)
def test_configs_survive_json(name):
    config = CONFIGS[name]
    assert MrcmvConfig.read(json.loads(json.dumps(asdict(config)))) == config


@pytest.fixture(scope="module")
def compact() -> Mrcmv:
    torch.manual_seed(0)
    return Mrcmv(CONFIGS["compact"]).eval()


def test_compact_is_small_enough_to_ship(compact, tmp_path):
    network.save(compact, tmp_path / "a.safetensors", {})
    assert (tmp_path / "a.safetensors").stat().st_size < SHIPPED_MB * 1e6


def test_paper_has_the_published_backbones_widths():
    with torch.device("meta"):
        made = Mrcmv(CONFIGS["paper"])
    assert made.slowfast.config.n_slow == 2048
    assert made.slowfast.config.n_fast == 256
    n_backbone = sum(p.numel() for p in made.slowfast.parameters())
    assert n_backbone == 34_566_488 - 400 * 2305  # pytorchvideo's, without the classifier
    assert sum(p.numel() for p in made.voice_vggish.parameters()) == 72_141_184
    assert made.query.config.d == made.voice_vggish.config.n_features  # S goes in as it is
    assert made.query.embed.weight.shape == (512, 72 * 128)


def core_s(work) -> float:
    """Time of one core that the second of two calls takes, whatever runs beside it."""
    with torch.inference_mode():
        work()
        started_s = time.process_time()
        work()
        return time.process_time() - started_s


@pytest.mark.slow
def test_compact_is_as_fast_as_promised(compact):
    """A query in under 1 s, a track 40 times faster than it plays (a window every 8 s)."""
    sights, sound = frames(1, side=224), patches(1)
    assert core_s(lambda: compact.embed_query(sights, sound)) < QUERY_S
    assert 8.0 / core_s(lambda: compact.embed_bgm(sound)) > TRACK_RATIO
