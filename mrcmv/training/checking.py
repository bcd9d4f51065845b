"""How good a separator is on mixes of the validation split that are the same each time."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from mrcmv.model.separator import Separator, separate
from mrcmv.training.loss import loss_of
from mrcmv.training.mixtures import ANY, Mixture, Mixtures, Wanted

VALIDATION = 1_000_000
"""Key of the mixtures that check: no step of training gets there."""
ASKED: dict[str, Wanted] = {
    "voice at 0 dB": Wanted(voice=True, music=True, effects=True, level_db=0.0),
    "voice at 10 dB": Wanted(voice=True, music=True, effects=True, level_db=10.0),
    "human at 0 dB": Wanted(voice=True, music=True, effects=True, level_db=0.0, kind="human"),
    "no voice": Wanted(voice=False),
    "any": ANY,
}
"""What is checked, in equal numbers."""


def checks(mixtures: Mixtures, n_each: int) -> dict[str, list[Mixture]]:
    """`n_each` mixtures of each that is asked for and can be had."""
    return {
        name: [mixtures.draw(VALIDATION, row, at, wanted=wanted) for at in range(n_each)]
        for row, (name, wanted) in enumerate(ASKED.items())
        if mixtures.can(wanted)
    }


def check(
    network: Separator, checked: Mapping[str, Sequence[Mixture]], device: torch.device
) -> dict[str, float]:
    """The loss over all, and beside it what can be heard.

    SI-SDR improvement of the voice in dB by level; `no voice`: power of the voice stem beside the
    mix's, in dB.
    """
    figures: dict[str, float] = {}
    losses: list[float] = []
    network.eval()
    with torch.inference_mode():
        for name, mixtures in checked.items():
            gains: list[float] = []
            for mixture in mixtures:
                stems = torch.from_numpy(mixture.stems)[None].to(device)
                losses.append(float(loss_of(network, stems)))
                voice = separate(network, stems.sum(dim=1))[0, 0]
                mix, truth = stems[0].sum(dim=0), stems[0, 0]
                gains.append(
                    float(si_sdr_db(voice, truth) - si_sdr_db(mix, truth))
                    if name != "no voice"
                    else float(10 * torch.log10((voice**2).mean() / (mix**2).mean() + 1e-10))
                )
            if name != "any":
                figures[name] = round(sum(gains) / len(gains), 3)
    network.train()
    return {"loss": sum(losses) / len(losses), **figures}


def si_sdr_db(found: Tensor, truth: Tensor) -> Tensor:
    """Scale-invariant SDR in dB, both channels as one signal (Le Roux et al. 2019).

    Shape: `(2, n)` twice → `()`.
    """
    scale = (found * truth).sum() / ((truth**2).sum() + 1e-12)
    wanted = scale * truth
    return 10 * torch.log10(((wanted**2).sum() + 1e-12) / (((found - wanted) ** 2).sum() + 1e-12))
