"""The loop that trains the separator: read from top to bottom.

`OUT/separator.safetensors` is the average that did best on the validation's mixes, `OUT/state.pt`
what the next step depends on, `OUT/level.pt` the same from before the rate fell, `OUT/log.jsonl` a
line a check. A run that was stopped goes on as if it had not been; one that ended goes on from the
level part when it is given more time.
"""

import json
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from mrcmv.media import Reel
from mrcmv.model import checkpoint
from mrcmv.model.separator import KIND, SeparatorConfig
from mrcmv.progress import Hook, silent
from mrcmv.training.checking import check, checks
from mrcmv.training.learner import Learner, Plan, Recipe
from mrcmv.training.mixtures import Mixtures
from mrcmv.types import Floats

FALL = 0.2
"""Share of the time, or of the steps, in which the rate falls to 0 (a warm-up, a level part and a
short fall do as well as a cosine, and need not know their length: Hägele et al. 2024)."""
WEIGHTS, STATE, LEVEL, LOG = "separator.safetensors", "state.pt", "level.pt", "log.jsonl"


@dataclass(frozen=True)
class Until:
    """When to end: after minutes of this call, or at a step. `fall` off: the rate stays level."""

    minutes: float | None = None
    steps: int | None = None
    fall: bool = True


def train(
    train_reels: Mapping[str, Reel],
    validation_reels: Mapping[str, Reel],
    out: Path,
    until: Until,
    *,
    recipe: Recipe | None = None,
    config: SeparatorConfig | None = None,
    start: Path | None = None,
    device: str = "cpu",
    n_workers: int = 1,
    provenance: Mapping[str, Any] | None = None,
    hook: Hook = silent,
    clock: Callable[[], float] = time.monotonic,
) -> Path:
    """Train into a folder, or go on there. Returns the weights that did best.

    start: weights to begin with in a new folder, in place of chance.

    Raises:
        WeightsError: what lies in the folder was trained otherwise, or `start` is of a network of
            other sizes.
    """
    recipe = recipe or Recipe()
    learner = Learner(config or SeparatorConfig(), recipe, torch.device(device))
    out.mkdir(parents=True, exist_ok=True)
    if start is not None and not (out / STATE).is_file():
        learner.start_from(start)
    _go_on(learner, out, until)
    judged = checks(Mixtures(validation_reels, recipe.duration_s, recipe.seed), recipe.n_checks)
    drawn = Mixtures(train_reels, recipe.duration_s, recipe.seed, varied=recipe.varied)
    batches = _batches(drawn, learner, n_workers)
    began, before_s, first = clock(), learner.seconds, learner.step
    losses: list[float] = []
    while True:
        gone_s = clock() - began
        learner.seconds = before_s + gone_s
        _plan(learner, until, gone_s, first, out)
        ended = learner.step == learner.plan.ends_at
        if losses and (ended or learner.step % recipe.check_every == 0):
            line = {
                "step": learner.step,
                "seconds": round(learner.seconds, 1),
                "rate": recipe.rate * learner.plan.share(learner.step - 1, recipe.warm_up),
                "train": sum(losses) / len(losses),
                **check(learner.average, judged, learner.device),
            }
            _keep(learner, out, line, provenance or {})
            hook(_told(line), line, completed=learner.step, total=learner.plan.ends_at)
            losses = []
        if ended:
            return out / WEIGHTS
        losses.append(learner.learn(next(batches)))


def _go_on(learner: Learner, out: Path, until: Until) -> None:
    """From the state that lies there; from its level part where a run that had ended goes on."""
    if not (out / STATE).is_file():
        return
    learner.load(out / STATE)
    ended = learner.step == learner.plan.ends_at
    if ended and (until.steps is None or until.steps > learner.step):
        best = learner.best
        learner.load(out / LEVEL)
        learner.best, learner.plan = best, Plan()


def _plan(learner: Learner, until: Until, gone_s: float, first: int, out: Path) -> None:
    """Decide from when on the rate falls and where training ends, as soon as it is known."""
    plan, step = learner.plan, learner.step
    if plan.ends_at is not None:
        return
    share = FALL if until.fall else 0.0
    if until.steps is not None and step >= round(until.steps * (1 - share)):
        learner.save(out / LEVEL)
        learner.plan = Plan(step, max(step, until.steps))
    elif until.minutes is not None and step > first and gone_s >= 60 * until.minutes * (1 - share):
        learner.save(out / LEVEL)
        left = round((step - first) * share / (1 - share))
        learner.plan = Plan(step, step + left)


def _keep(learner: Learner, out: Path, line: dict[str, Any], provenance: Mapping[str, Any]) -> None:
    """Write down a check, the state, and the weights where they are the best so far."""
    with (out / LOG).open("a") as log:
        log.write(json.dumps(line) + "\n")
    if line["loss"] < learner.best:
        learner.best = line["loss"]
        told = {**provenance, "recipe": asdict(learner.recipe), "checked": line}
        sizes = asdict(learner.network.config)
        checkpoint.save(learner.average, out / WEIGHTS, kind=KIND, config=sizes, provenance=told)
    learner.save(out / STATE)


def _told(line: Mapping[str, Any]) -> str:
    shown = "  ".join(f"{name} {value:.2f}" for name, value in line.items() if name != "rate")
    return f"Training  {shown}"


def _batches(mixtures: Mixtures, learner: Learner, n_workers: int) -> Iterator[Tensor]:
    """The batches from the learner's step on, drawn ahead by threads (numpy lets go of the lock
    where it works). Shape: each `(batch, 3, 2, n)`.
    """
    size = learner.recipe.batch
    if n_workers == 0:
        for step in count(learner.step):
            yield torch.from_numpy(mixtures.batch(step, size))
    pool = ThreadPoolExecutor(n_workers)
    ahead: deque[Future[Floats]] = deque()
    try:
        for step in count(learner.step):
            ahead.append(pool.submit(mixtures.batch, step, size))
            if len(ahead) > 2 * n_workers:
                yield torch.from_numpy(ahead.popleft().result())
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
