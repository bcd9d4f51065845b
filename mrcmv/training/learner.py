"""A separator that learns: network, running average and optimiser, on disk and back."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor

from mrcmv.model import checkpoint
from mrcmv.model.separator import KIND, Separator, SeparatorConfig
from mrcmv.training.loss import loss_of
from mrcmv.training.states import load_state, save_state


@dataclass(frozen=True)
class Recipe:
    """How it is trained.

    batch: mixtures a step, of `duration_s` each; the rate rises over `warm_up` steps and is flat
    until the plan lets it fall. average: of the weights, that much of the old ones a step.
    varied: voices of other sizes and timbres than were recorded. half: bfloat16 for the network's
    inside (on a GPU; on a CPU where asked for). n_checks: mixes of each condition that a check
    hears; of 12, chance chose weights of which 160 others thought less.
    """

    seed: int = 0
    batch: int = 8
    duration_s: float = 4.0
    rate: float = 1e-3
    warm_up: int = 100
    decay: float = 1e-2
    clip: float = 1.0
    average: float = 0.999
    varied: bool = True
    half: bool = False
    check_every: int = 600
    n_checks: int = 40


@dataclass
class Plan:
    """From which step the rate falls, and at which step training ends; None while not known."""

    falls_from: int | None = None
    ends_at: int | None = None

    def share(self, step: int, warm_up: int) -> float:
        """The share of the full rate at a step."""
        rise = min(1.0, (step + 1) / max(1, warm_up))
        if self.falls_from is None or self.ends_at is None or step < self.falls_from:
            return rise
        return rise * (self.ends_at - step) / (self.ends_at - self.falls_from)


class Learner:
    """Network, average and optimiser at a step. Its weights start from the recipe's seed."""

    def __init__(self, config: SeparatorConfig, recipe: Recipe, device: torch.device) -> None:
        torch.manual_seed(recipe.seed)
        torch.backends.cudnn.deterministic = True  # the same seed, the same weights
        self.recipe, self.device = recipe, device
        self.n_parts = torch.get_num_threads() if device.type == "cpu" else 1
        self.pool = ThreadPoolExecutor(
            self.n_parts, initializer=torch.set_num_threads, initargs=(1,)
        )
        self.network = Separator(config).to(device)
        self.average = Separator(config).to(device)
        self.average.load_state_dict(self.network.state_dict())
        self.optimiser = torch.optim.AdamW(
            self.network.parameters(), lr=recipe.rate, weight_decay=recipe.decay
        )
        self.plan = Plan()
        self.step = 0
        self.best = float("inf")
        self.seconds = 0.0

    def start_from(self, path: Path) -> None:
        """Begin with weights that were trained before instead of chance.

        Raises:
            WeightsError: they are not there, or of a network of other sizes.
        """
        kept = checkpoint.read(path, KIND)
        checkpoint.fill(self.network, kept)
        self.average.load_state_dict(self.network.state_dict())

    def learn(self, stems: Tensor) -> float:
        """One step on a batch of true stems. Returns its loss. Shape: `(batch, 3, 2, n)`."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.recipe.rate * self.plan.share(self.step, self.recipe.warm_up)
        loss = self._slopes(stems)
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.recipe.clip)
        self.optimiser.step()
        self._follow()
        self.step += 1
        return loss

    def _slopes(self, stems: Tensor) -> float:
        """Give the parameters the slopes of a batch's loss, a core for each part of it: two cores
        on two halves take less time than both on one product after another. Returns the loss."""
        parts = stems.chunk(self.n_parts)
        found = list(self.pool.map(self._part, parts))
        shares = [len(part) / len(stems) for part in parts]
        for at, parameter in enumerate(self.network.parameters()):
            own = [share * slopes[at] for share, (_, slopes) in zip(shares, found, strict=True)]
            parameter.grad = torch.stack(own).sum(0) if len(own) > 1 else own[0]
        return sum(share * loss for share, (loss, _) in zip(shares, found, strict=True))

    def _part(self, stems: Tensor) -> tuple[float, tuple[Tensor, ...]]:
        """The loss of a part of a batch, and its slopes."""
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.recipe.half):
            loss = loss_of(self.network, stems.to(self.device, non_blocking=True))
        return loss.item(), torch.autograd.grad(loss, list(self.network.parameters()))

    def _follow(self) -> None:
        """The average follows the network, faster at first."""
        kept = min(self.recipe.average, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            ours, theirs = self.average.parameters(), self.network.parameters()
            for mean, new in zip(ours, theirs, strict=True):
                mean.lerp_(new, 1.0 - kept)

    def save(self, path: Path) -> None:
        """Keep everything that the next step depends on; the file appears whole or not at all."""
        state = {
            "config": asdict(self.network.config),
            "recipe": asdict(self.recipe),
            "plan": asdict(self.plan),
            "step": self.step,
            "best": self.best,
            "seconds": self.seconds,
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
        }
        save_state(state, path)

    def load(self, path: Path) -> None:
        """Go on from what was kept.

        Raises:
            WeightsError: it was kept with another config or recipe, or the file is damaged.
        """
        own = {"config": asdict(self.network.config), "recipe": asdict(self.recipe)}
        state = load_state(path, self.device, own)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.plan = Plan(**state["plan"])
        self.step, self.best = state["step"], state["best"]
        self.seconds = state["seconds"]
