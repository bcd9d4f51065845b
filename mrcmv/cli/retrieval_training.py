"""`mrcmv train retrieval`: the network that finds music, from a corpus or from your own videos."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from mrcmv.cli.console import Steps, make_folder, say
from mrcmv.cli.training import train_app

__all__ = ["train_app"]


@train_app.command("retrieval")
def train_retrieval(
    corpus: Annotated[
        Path, typer.Option(metavar="DIR", help="A finished build, or a corpus from videos.")
    ],
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
    backbone_epochs: Annotated[
        int | None, typer.Option(min=0, help="On what was measured; 0: none.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=0, help="Of heads; 0: none.")] = None,
    whole_epochs: Annotated[int | None, typer.Option(min=0, help="End to end; 0: none.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of weights, batches and cuts.")] = 0,
    device: Annotated[
        str, typer.Option(metavar="auto|cpu|cuda", help="Where the network learns.")
    ] = "auto",
    half: Annotated[
        bool | None, typer.Option(help="bfloat16 inside the network (default: on a GPU).")
    ] = None,
    jobs: Annotated[
        int, typer.Option(min=1, help="Processes at once while decoding.")
    ] = os.cpu_count() or 1,
) -> None:
    """Train MRCMV on a corpus. Decodes it once; goes on where it stopped."""
    import torch

    from mrcmv.corpus.decoding import decode
    from mrcmv.model import network
    from mrcmv.model.network import CONFIGS
    from mrcmv.training.pretraining import fresh
    from mrcmv.training.stages import STAGES, Stages, train_network

    if recipe not in STAGES:
        raise typer.BadParameter(f"--recipe takes {' or '.join(STAGES)}")
    if size not in CONFIGS:
        raise typer.BadParameter(f"--size takes {' or '.join(CONFIGS)}")
    make_folder(out)
    chosen = device if device != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
    if weights is not None and backbone_epochs is None:
        backbone_epochs = 0
    in_half = chosen == "cuda" if half is None else half
    asked = STAGES[recipe].seeded(seed)
    stages = Stages(
        *(
            replace(one, half=in_half, epochs=one.epochs if n is None else n)
            for one, n in zip(
                (asked.backbones, asked.heads, asked.whole),
                (backbone_epochs, epochs, whole_epochs),
                strict=True,
            )
        )
    )
    if not (stages.heads.epochs or stages.whole.epochs):
        raise typer.BadParameter("nothing is left to train: --epochs and --whole-epochs are 0")
    whole = fresh(CONFIGS[size], seed) if weights is None else network.load(weights)
    with Steps() as told:
        dataset = decode(
            corpus, ("train", "validation"), side_px=whole.config.side_px, jobs=jobs, hook=told
        )
        made = train_network(
            whole, dataset, out, stages, device=chosen, hook=told,
            provenance={
                "corpus": corpus.name,
                "device": chosen,
                "start": weights.name if weights else "chance",
            },
        )  # fmt: skip
    say(str(made))
