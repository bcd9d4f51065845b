"""`mrcmv train` and `mrcmv evaluate`: networks made from the corpus, and how good they are."""

import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mrcmv.cli.console import Steps, make_folder, say, tell
from mrcmv.errors import SeparationError
from mrcmv.settings import load_settings

if TYPE_CHECKING:
    from mrcmv.separation import Backend

train_app = typer.Typer(help="Train a network on a finished corpus.", no_args_is_help=True)
evaluate_app = typer.Typer(help="Measure a network on held-out material.", no_args_is_help=True)


@train_app.callback()
@evaluate_app.callback()
def _group() -> None:
    """A group, also while it holds one command."""


Corpus = Annotated[Path, typer.Option(metavar="DIR", help="A finished build of the corpus.")]
Hours = Annotated[
    float, typer.Option(min=0.01, help="Of voice, music and games each that are decoded first.")
]
Jobs = Annotated[int, typer.Option(min=1, help="Processes at once while decoding.")]
N_CPUS = os.cpu_count() or 1
GROUPS = ("language", "family", "setting", "music", "game", "kind")
"""What separators' mixes count for: who speaks through what, over whose music, in which game. By
all but the last, which the conditions name, there is a table."""


@train_app.command("separator")
def train_separator(
    corpus: Corpus,
    out: Annotated[Path, typer.Option(metavar="DIR", help="For weights, state and log.")],
    minutes: Annotated[
        float | None, typer.Option(min=0, help="Train this long; the rate falls at the end.")
    ] = None,
    steps: Annotated[
        int | None, typer.Option(min=1, help="Or up to this step: the same on any machine.")
    ] = None,
    fall: Annotated[
        bool, typer.Option(help="Let the rate fall at the end; without, more is to come.")
    ] = True,
    start: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Weights to begin with, not chance.")
    ] = None,
    hours: Hours = 6.0,
    batch: Annotated[int, typer.Option(min=1, help="Mixtures a step.")] = 8,
    seconds: Annotated[float, typer.Option(min=0.5, help="Length of a mixture.")] = 4.0,
    rate: Annotated[float, typer.Option(help="The learning rate.")] = 1e-3,
    seed: Annotated[int, typer.Option(min=0, help="Of weights and mixtures.")] = 0,
    check_every: Annotated[int, typer.Option(min=1, help="Steps between checks.")] = 600,
    device: Annotated[
        str, typer.Option(metavar="auto|cpu|cuda", help="Where the network learns.")
    ] = "auto",
    half: Annotated[
        bool | None, typer.Option(help="bfloat16 inside the network (default: on a GPU).")
    ] = None,
    workers: Annotated[int, typer.Option(min=0, help="Threads that draw mixtures ahead.")] = 1,
    jobs: Jobs = N_CPUS,
) -> None:
    """Train the separator of voice, music and effects. Goes on where it stopped."""
    import torch

    from mrcmv.corpus.reels.run import all_reels
    from mrcmv.training.learner import Recipe
    from mrcmv.training.separator import Until, train

    if (minutes is None) == (steps is None):
        raise typer.BadParameter("say how long: --minutes N or --steps N")
    make_folder(out)
    chosen = device if device != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
    recipe = Recipe(
        seed=seed,
        batch=batch,
        duration_s=seconds,
        rate=rate,
        half=in_half(half, chosen),
        check_every=check_every,
    )
    with Steps() as told:
        reels = all_reels(corpus, ("train", "validation"), hours, jobs=jobs, hook=told)
        made = train(
            reels["train"],
            reels["validation"],
            out,
            Until(minutes, steps, fall),
            recipe=recipe,
            start=start,
            device=chosen,
            n_workers=workers,
            provenance={
                "corpus": corpus.name,
                "hours": hours,
                "device": chosen,
                "start": start.name if start else "chance",
            },
            hook=told,
        )
    say(str(made))


def in_half(asked: bool | None, device: str) -> bool:
    """Whether to learn in bfloat16: on a GPU unless told otherwise, on a CPU where it is asked for
    and the processor can do it. One that cannot would take ten times as long."""
    import torch

    if device != "cpu":
        return asked is not False
    if asked and not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        tell("This processor has no bfloat16, in which it would be slower: --half is left out.")
        return False
    return bool(asked)


@evaluate_app.command("separator")
def evaluate_separator(
    corpus: Corpus,
    weights: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Of `compact`; default: the app's own.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="For separators.md and separators.json.")
    ] = None,
    split: Annotated[
        str, typer.Option(metavar="validation|test", help="Tune on validation, report test.")
    ] = "test",
    clips: Annotated[int, typer.Option(min=1, help="Of each condition, 10 s each.")] = 25,
    long_s: Annotated[float, typer.Option(min=0, help="Length of the long sound; 0: none.")] = 600,
    hours: Hours = 6.0,
    jobs: Jobs = N_CPUS,
) -> None:
    """Take held-out mixes apart by every backend there is, and measure. Markdown on stdout."""
    from mrcmv.corpus.build.manifest import write_record
    from mrcmv.evaluation.costs import cost_of
    from mrcmv.evaluation.report import markdown
    from mrcmv.evaluation.separators import by_groups, false_voices, judge

    if split not in ("validation", "test"):
        raise typer.BadParameter("--split takes validation or test")
    if out:
        make_folder(out)
    settings = load_settings()
    backends = _backends(weights)
    with Steps() as steps:
        examples, n = _examples(corpus, split, clips, hours, jobs, steps)
        told: dict[str, Any] = judge(examples, backends, settings, n, steps)
        rows = told["rows"]
        told["false_voices"] = false_voices(rows)
        told["groups"] = {
            group: by_groups(rows, (group, "level"), "voice_improvement") for group in GROUPS[:-1]
        }
        told["costs"] = {}
        for name, backend in backends.items() if long_s else ():
            steps(f"A long sound through {name}")
            told["costs"][name] = asdict(cost_of(backend, settings, long_s))
    told["about"] = f"{n} mixes of 10 s of {corpus.name}, {split}; {N_CPUS} cores."
    text = markdown(told)
    if out:
        write_record(told, out / "separators.json")
        (out / "separators.md").write_text(text)
        tell(str(out / "separators.md"))
    say(text)


def _backends(weights: Path | None) -> dict[str, "Backend"]:
    """All that can be used here: `compact` with the given weights, and what is installed."""
    from mrcmv.separation import BACKENDS
    from mrcmv.separation.compact import Compact

    settings = load_settings()
    known = dict(BACKENDS)
    if weights is not None:
        own = Compact(weights)
        if why := own.missing(settings):
            raise SeparationError(why)
        known = {**known, "compact": own}
    return {
        name: backend
        for name, backend in known.items()
        if name != "none" and backend.missing(settings) is None
    }


def _examples(
    corpus: Path, split: str, clips: int, hours: float, jobs: int, steps: Steps
) -> tuple[Any, int]:
    """The mixes, drawn as they are asked for, and how many there are."""
    from mrcmv.corpus.reels.run import reels_of
    from mrcmv.evaluation.separators import Example
    from mrcmv.training.heldout import CLIP_S, held_out, possible
    from mrcmv.training.mixtures import Mixtures
    from mrcmv.training.treatments import RATE_HZ

    reels = reels_of(corpus, split, hours, jobs=jobs, hook=steps)  # type: ignore[arg-type]
    mixtures = Mixtures(reels, CLIP_S)
    examples = (
        Example(
            name,
            condition,
            mixture.stems,
            RATE_HZ,
            _groups(condition, mixture.facts),
        )
        for name, condition, mixture in held_out(mixtures, clips)
    )
    return examples, clips * len(possible(mixtures))


def _groups(condition: str, facts: Mapping[str, str | float]) -> dict[str, str]:
    """What a mix counts for (`GROUPS`), and, without noise, its level."""
    groups = {key: str(facts[key]) for key in GROUPS if facts.get(key)}
    if "level_db" in facts and "noise" not in condition:
        groups["level"] = f"{facts['level_db']:+.0f}"
    return groups
