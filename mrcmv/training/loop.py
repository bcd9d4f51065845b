"""The loop by which backbones, heads and the whole network learn: read from top to bottom.

A task says what learns, from which batches, how far off it is and how good it is on the validation
split. `OUT/best.safetensors` is what did best there, `OUT/state.pt` what the next epoch depends on,
`OUT/log.jsonl` a line an epoch, and beside it TensorBoard's events where `tensorboard` is
installed. A run that was stopped goes on with its next epoch as if it had not been; one that has
ended does nothing more. What is drawn at random depends on the seed and the epoch alone.
"""

import importlib.util
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

import torch
from torch import Tensor, nn

from mrcmv.errors import WeightsError
from mrcmv.progress import Hook, silent
from mrcmv.training.states import load_state, save_state

WEIGHTS, STATE, LOG = "best.safetensors", "state.pt", "log.jsonl"
SCORE = "score"
"""Name of the figure of a check that decides; more is better."""


@dataclass(frozen=True)
class Recipe:
    """How something learns.

    batch: windows or pairs a step; rate: it rises over the first `rise` of all epochs and falls
    to 0 over the last `fall` of them (shares, 0: level); clip: of the gradient's length, None for
    as it is; half: bfloat16 where it can be; drop_voice: share of pairs that are learnt from
    without their voice; cut_hop_s: between the windows that a longer clip is cut into, and
    latest_cut_s where the last of them starts at most; apart: no two pairs of a batch share a
    piece; augment: small changes to pictures and sounds, where they are not kept as features;
    keep_means: end to end, batch normalisation keeps what it goes by (a batch of few clips has no
    good means; but backbones that begin by chance have none to keep); drop_features: share of
    what backbones say (a dimension, all through a window) that is left out, kept or not;
    temperature: of the softmax that MRCMV's own networks learn by, None for the paper's triplets;
    rounds: of the corpus's redubs that are learnt from by turns with the pairs themselves.
    """

    name: str = "default"
    seed: int = 0
    epochs: int = 40
    batch: int = 64
    optimiser: Literal["adamw", "sgd"] = "adamw"
    rate: float = 3e-4
    momentum: float = 0.9
    decay: float = 1e-2
    rise: float = 0.05
    fall: float = 0.5
    clip: float | None = 1.0
    half: bool = False
    drop_voice: float = 0.1
    cut_hop_s: float = 8.0
    latest_cut_s: float = 16.0
    apart: bool = True
    augment: bool = True
    keep_means: bool = True
    drop_features: float = 0.0
    temperature: float | None = None
    rounds: int = 0

    def share(self, done: float) -> float:
        """The share of the full rate when `done` of all epochs is over (0–1)."""
        rise = min(1.0, (done + 1e-3) / self.rise) if self.rise else 1.0
        fall = min(1.0, (1.0 - done) / self.fall) if self.fall else 1.0
        return min(rise, fall)


B = TypeVar("B")


class Task(Protocol[B]):
    """What the loop trains."""

    @property
    def network(self) -> nn.Module:
        """All that learns."""

    def batches(self, epoch: int) -> Sequence[B]:
        """What an epoch learns from, in its order: the same for the same epoch."""

    def loss(self, batch: B, epoch: int) -> Tensor:
        """How far off the network is. Shape: `()`."""

    def check(self) -> dict[str, float]:
        """How good it is on the validation split: figures by name, `SCORE` among them."""

    def save(self, path: Path, provenance: Mapping[str, Any]) -> None:
        """Write what has been learnt."""


def train(
    task: Task[B],
    out: Path,
    recipe: Recipe,
    *,
    device: str = "cpu",
    provenance: Mapping[str, Any] | None = None,
    step: str = "Training",
    hook: Hook = silent,
) -> Path:
    """Train into a folder, or go on there. Returns the weights that did best on the validation.

    Raises:
        WeightsError: what lies in the folder was trained otherwise, or nothing can be learnt: the
            loss or the score is not finite.
    """
    learner = Epochs(task.network, recipe, torch.device(device))
    out.mkdir(parents=True, exist_ok=True)
    if (out / STATE).is_file():
        learner.load(out / STATE)
    while learner.epoch < recipe.epochs:
        began, epoch = time.monotonic(), learner.epoch
        task.network.train()
        batches = task.batches(epoch)
        losses = []
        for number, batch in enumerate(batches):
            with torch.autocast(device, torch.bfloat16, enabled=recipe.half):
                loss = task.loss(batch, epoch)
            losses.append(learner.learn(loss, (epoch + number / len(batches)) / recipe.epochs))
        learner.epoch += 1
        task.network.eval()
        with torch.inference_mode():
            checked = task.check()
        line: dict[str, Any] = {
            "epoch": learner.epoch,
            "seconds": round(time.monotonic() - began, 2),
            "loss": sum(losses) / max(1, len(losses)),
            **{name: round(value, 5) for name, value in checked.items()},
        }
        _keep(task, learner, out, line, provenance or {})
        hook(f"{step}  {_told(line)}", line, completed=learner.epoch, total=recipe.epochs)
    return out / WEIGHTS


class Epochs:
    """A network with its optimiser after a number of epochs, on disk and back."""

    def __init__(self, network: nn.Module, recipe: Recipe, device: torch.device) -> None:
        torch.backends.cudnn.deterministic = True  # the same seed, the same weights
        self.network, self.recipe, self.device = network.to(device), recipe, device
        weights = [one for one in network.parameters() if one.requires_grad]
        self.optimiser: torch.optim.Optimizer = (
            torch.optim.AdamW(weights, recipe.rate, weight_decay=recipe.decay)
            if recipe.optimiser == "adamw"
            else torch.optim.SGD(weights, recipe.rate, momentum=recipe.momentum)
        )
        self.epoch = 0
        self.best = -float("inf")

    def learn(self, loss: Tensor, done: float) -> float:
        """One step, when `done` of all epochs is over. Returns the loss.

        Raises:
            WeightsError: it is not finite.
        """
        value = float(loss.detach())
        if not value < float("inf"):
            raise WeightsError(
                f"The loss became {value} in epoch {self.epoch + 1}: lower the rate, or clip."
            )
        for group in self.optimiser.param_groups:
            group["lr"] = self.recipe.rate * self.recipe.share(done)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        if self.recipe.clip is not None:
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.recipe.clip)
        self.optimiser.step()
        return value

    def save(self, path: Path) -> None:
        """Keep everything that the next epoch depends on; it appears whole or not at all."""
        state = {
            "recipe": asdict(self.recipe),
            "epoch": self.epoch,
            "best": self.best,
            "network": self.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
        }
        save_state(state, path)

    def load(self, path: Path) -> None:
        """Go on from what was kept.

        Raises:
            WeightsError: it was kept with another recipe or network, or the file is damaged.
        """
        state = load_state(path, self.device, {"recipe": asdict(self.recipe)})
        try:
            self.network.load_state_dict(state["network"])
        except RuntimeError:
            raise WeightsError(
                f"{path} was trained with another network: train into another folder."
            ) from None
        self.optimiser.load_state_dict(state["optimiser"])
        self.epoch, self.best = state["epoch"], state["best"]


def _keep(
    task: Task[B], learner: Epochs, out: Path, line: dict[str, Any], provenance: Mapping[str, Any]
) -> None:
    """Write down an epoch, the state, and the weights where they are the best so far."""
    with (out / LOG).open("a") as log:
        log.write(json.dumps(line) + "\n")
    _to_tensorboard(out, line)
    if line[SCORE] > learner.best:
        learner.best = line[SCORE]
        told = {**provenance, "recipe": asdict(learner.recipe), "checked": line}
        task.save(out / WEIGHTS, told)
    if learner.best == -float("inf"):
        raise WeightsError(f"The validation's score is {line[SCORE]}: nothing was learnt.")
    learner.save(out / STATE)


def _to_tensorboard(out: Path, line: Mapping[str, Any]) -> None:
    """The same line for TensorBoard, which is no dependency: nothing where it is not installed."""
    if importlib.util.find_spec("tensorboard") is None:
        return
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(out)) as writer:
        for name, value in line.items():
            writer.add_scalar(name, value, line["epoch"])


def _told(line: Mapping[str, Any]) -> str:
    return "  ".join(f"{name} {value:.4g}" for name, value in line.items())
