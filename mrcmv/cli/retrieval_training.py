"""`mrcmv train retrieval`: the network that finds music, from a corpus or from your own videos."""

import os
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mrcmv import weights as shelf
from mrcmv.cli.console import Steps, make_folder, say
from mrcmv.cli.training import in_half, train_app
from mrcmv.errors import WeightsError
from mrcmv.settings import load_settings
from mrcmv.types import WINDOW_S

if TYPE_CHECKING:
    from mrcmv.dataset import Dataset, Split
    from mrcmv.training.loop import Recipe

SPLITS: "tuple[Split, ...]" = ("train", "validation")

__all__ = ["train_app"]


Corpus = Annotated[
    Path, typer.Option(metavar="DIR", help="A finished build, or a corpus from videos.")
]
Device = Annotated[str, typer.Option(metavar="auto|cpu|cuda", help="Where the network learns.")]

Half = Annotated[bool | None, typer.Option(help="bfloat16 inside the network (default: on a GPU).")]


@train_app.command("retrieval")
def train_retrieval(
    corpus: Corpus,
    out: Annotated[Path, typer.Option(metavar="DIR", help="For weights, states and logs.")],
    recipe: Annotated[
        str, typer.Option(metavar="default|paper", help="What does best here, or the paper's.")
    ] = "default",
    size: Annotated[
        str, typer.Option(metavar="compact|paper", help="Of the network, where it begins anew.")
    ] = "compact",
    weights: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Of a network to go on from; backbones are kept then."),
    ] = None,
    backbones: Annotated[
        str | None,
        typer.Option(
            metavar="DIR|official",
            help="Published SlowFast and VGGish to begin with, of --size paper.",
        ),
    ] = None,
    backbone_epochs: Annotated[
        int | None, typer.Option(min=0, help="On what was measured; 0: none.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="pictures|voices|music", help="Backbones that learn; default: all."),
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=0, help="Of heads; 0: none.")] = None,
    whole_epochs: Annotated[int | None, typer.Option(min=0, help="End to end; 0: none.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of weights, batches and cuts.")] = 0,
    device: Device = "auto",
    half: Half = None,
    jobs: Annotated[
        int, typer.Option(min=1, help="Processes at once while decoding.")
    ] = os.cpu_count() or 1,
) -> None:
    """Train MRCMV on a corpus. Decodes it once; goes on where it stopped."""
    from mrcmv.corpus.decoding import decode
    from mrcmv.dataset import KINDS
    from mrcmv.model import network
    from mrcmv.model.network import CONFIGS
    from mrcmv.model.published import fill_backbones
    from mrcmv.training.pretraining import fresh
    from mrcmv.training.stages import STAGES, Stages, train_network

    if recipe not in STAGES:
        raise typer.BadParameter(f"--recipe takes {' or '.join(STAGES)}")
    if size not in CONFIGS:
        raise typer.BadParameter(f"--size takes {' or '.join(CONFIGS)}")
    if backbones is not None and (size != "paper" or weights is not None):
        raise typer.BadParameter("--backbones goes with --size paper and without --weights")
    if unknown := set(only or ()) - set(KINDS):
        raise typer.BadParameter(f"--only takes {', '.join(KINDS)}, not {min(unknown)}")
    make_folder(out)
    chosen = _device(device)
    if (weights or backbones) is not None and backbone_epochs is None:
        backbone_epochs = 0
    halved = in_half(half, chosen)
    asked = STAGES[recipe].seeded(seed)
    pretrained, heads, all_of_it = (
        replace(one, half=halved and one is not asked.heads, epochs=one.epochs if n is None else n)
        for one, n in zip(  # heads are small, and distances want all digits
            (asked.backbones, asked.heads, asked.whole),
            (backbone_epochs, epochs, whole_epochs),
            strict=True,
        )
    )
    learning = tuple(kind for kind in KINDS if not only or kind in only)
    stages = Stages(pretrained, heads, all_of_it, learning)
    if not (stages.heads.epochs or stages.whole.epochs):
        raise typer.BadParameter("nothing is left to train: --epochs and --whole-epochs are 0")
    whole = fresh(CONFIGS[size], seed) if weights is None else network.load(weights)
    if backbones is not None:
        fill_backbones(whole, *_published(backbones))
    with Steps() as told:
        dataset = decode(corpus, SPLITS, side_px=whole.config.side_px, jobs=jobs, hook=told)
        made = train_network(
            whole, dataset, out, stages, device=chosen, hook=told,
            provenance={
                "corpus": corpus.name,
                "device": chosen,
                "start": weights.name if weights else _start(backbones),
            },
        )  # fmt: skip
    say(str(made))


@train_app.command("variants")
def train_variants(
    corpus: Corpus,
    network: Annotated[
        Path, typer.Option(metavar="FILE", help="A trained network: all learn on its backbones.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="For NAME-SEED/, a folder a run.")],
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Some of them; default: all nine.")
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Runs of each.")] = 3,
    epochs: Annotated[int | None, typer.Option(min=1, help="Of each run.")] = None,
    pairs: Annotated[
        int | None, typer.Option(min=2, help="Learn from so many pairs, drawn; default: all.")
    ] = None,
    voices: Annotated[
        str,
        typer.Option(
            metavar="clean|separated",
            help="Learn from clean voices, or as the separator leaves them in a mix with music.",
        ),
    ] = "clean",
    device: Device = "auto",
    half: Half = None,
    jobs: Annotated[int, typer.Option(min=1, help="Runs at once.")] = os.cpu_count() or 1,
) -> None:
    """Train MRCMV, its ablations and what it is compared with: the same recipe on the same frozen
    features. Goes on where it stopped."""
    from mrcmv.corpus.decoding import decode
    from mrcmv.model.network import load
    from mrcmv.training import variants
    from mrcmv.training.retrieval import DEFAULT

    if voices not in ("clean", "separated"):
        raise typer.BadParameter("--voices takes clean or separated")
    if unknown := set(only or ()) - set(variants.VARIANTS):
        known = ", ".join(variants.VARIANTS)
        raise typer.BadParameter(f"--only takes {known}, not {min(unknown)}")
    make_folder(out)
    whole = load(network)
    chosen = _device(device)
    recipe = replace(DEFAULT, epochs=epochs or DEFAULT.epochs, half=in_half(half, chosen))
    with Steps() as told:
        dataset = decode(corpus, SPLITS, side_px=whole.config.side_px, jobs=jobs, hook=told)
        if voices == "separated":
            dataset = _separated(corpus, dataset, recipe, pairs, jobs, told)
        made = variants.train_variants(
            whole, dataset, out, only or list(variants.VARIANTS), range(seeds), recipe,
            pairs=pairs, device=chosen, jobs=jobs, hook=told,
            provenance={"corpus": corpus.name, "network": network.name},
        )  # fmt: skip
    for one in made:
        say(str(one))


def _published(backbones: str) -> tuple[Path, Path]:
    """The files of the published SlowFast and VGGish, in a folder or where `mrcmv weights fetch`
    puts them.

    Raises:
        WeightsError: one of them is not there.
    """
    settings = load_settings()
    folder = settings.weights if backbones == "official" else Path(backbones)
    files = {name: folder / shelf.WEIGHTS[name].file for name in ("slowfast", "vggish")}
    for name, file in files.items():
        if not file.is_file():
            raise WeightsError(f"{file} is not there. {shelf.how_to_get(name, settings)}")
    return files["slowfast"], files["vggish"]


def _start(backbones: str | None) -> str:
    return "chance" if backbones is None else "published SlowFast and VGGish"


def _separated(
    corpus: Path, dataset: "Dataset", recipe: "Recipe", pairs: int | None, jobs: int, told: Steps
) -> "Dataset":
    """The data set with separated voices for all that is learnt from and checked with."""
    from mrcmv.corpus.decoding import separated
    from mrcmv.training.samples import cuts_of
    from mrcmv.training.variants import fewer

    chosen = dataset if pairs is None else fewer(dataset, pairs)
    lengths_s: dict[str, float] = {}
    for pair in chain(*chosen.learnt_from(recipe.rounds), chosen.of("validation")):
        needed_s = WINDOW_S + max(cuts_of(pair, recipe))
        lengths_s[pair.pair_id] = max(needed_s, lengths_s.get(pair.pair_id, 0.0))
    return separated(corpus, chosen, lengths_s, jobs=jobs, hook=told)


def _device(asked: str) -> str:
    import torch

    return asked if asked != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
