"""Hybrid Demucs as torchaudio builds it (Défossez 2021): a network trained on songs."""

import pickle
from typing import TYPE_CHECKING

import numpy as np

from mrcmv import media, weights
from mrcmv.errors import SeparationError
from mrcmv.progress import Hook
from mrcmv.separation import chunks
from mrcmv.separation.backend import voice_and_rest
from mrcmv.settings import Settings
from mrcmv.types import Floats, Sound, Stems

if TYPE_CHECKING:
    import torch

WEIGHTS = "hdemucs"
RATE_HZ = 44_100
PIECE_S = 10.0
OVERLAP_S = 1.0
VOCALS = 3
"""Place of the vocals among drums, bass, other, vocals (torchaudio's pipeline)."""

NOTE = (
    "Hybrid Demucs was trained on songs: shouts and other voices of the game may be taken for "
    "the voice-over."
)


class HDemucs:
    """Takes the vocals for the voice; the rest is what is left."""

    summary = "network trained on songs: takes the voice out of music and most effects; slow"
    licence = weights.WEIGHTS[WEIGHTS].licence

    def missing(self, settings: Settings) -> str | None:
        if weights.installed(WEIGHTS, settings):
            return None
        return weights.how_to_get(WEIGHTS, settings)

    def split(self, sound: Sound, settings: Settings, hook: Hook) -> Stems:
        network = _load(settings)
        stereo = np.broadcast_to(sound.samples, (2, sound.samples.shape[1]))
        mix = media.resample(Sound(stereo, sound.rate_hz), RATE_HZ).samples
        vocals = vocals_of(network, mix, hook)
        voice = media.resample(Sound(vocals, RATE_HZ), sound.rate_hz)
        kept, rest = voice_and_rest(sound, voice)
        return Stems(voice=kept, rest=rest, note=NOTE)


def vocals_of(network: "torch.nn.Module", mix: Floats, hook: Hook) -> Floats:
    """The vocals of a stereo mix at 44.1 kHz, computed in pieces of 10 s that overlap by 1 s.

    The mix goes in with mean 0 and deviation 1, as in training; silence stays silence.
    Shape: `(2, n)` → `(2, n)`.
    """
    import torch

    mean, scale = float(mix.mean()), float(mix.mean(axis=0).std())
    if scale == 0.0:
        return np.zeros_like(mix)
    places = chunks.pieces(mix.shape[1], round(PIECE_S * RATE_HZ), round(OVERLAP_S * RATE_HZ))
    parts: list[Floats] = []
    for done, place in enumerate(places):
        hook("Separating the voice", completed=done, total=len(places))
        piece = torch.from_numpy((mix[:, place] - mean) / scale)[None]  # (1, 2, piece)
        with torch.inference_mode():
            sources = network(piece)  # (1, 4, 2, piece)
        parts.append(sources[0, VOCALS].numpy() * scale)
    hook("Separating the voice", completed=len(places), total=len(places))
    return chunks.join(parts, places, mix.shape[1])


def _load(settings: Settings) -> "torch.nn.Module":
    import torch
    from torchaudio.models import hdemucs_high

    path = weights.path(WEIGHTS, settings)
    network: torch.nn.Module = hdemucs_high(sources=["drums", "bass", "other", "vocals"])
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        network.load_state_dict(state)
    except (pickle.UnpicklingError, RuntimeError, OSError, EOFError, TypeError) as error:
        raise SeparationError(
            f"{path} does not hold Hybrid Demucs' weights ({type(error).__name__}). "
            f"Delete it and run `mrcmv weights fetch {WEIGHTS}`."
        ) from error
    return network.eval()
