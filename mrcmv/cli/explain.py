"""`mrcmv explain check`: whether attention and gate say why, measured on clips."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from mrcmv.cli.console import Steps, say, services, tell
from mrcmv.errors import MrcmvError, WeightsError
from mrcmv.progress import Hook

if TYPE_CHECKING:
    from mrcmv.dataset import Dataset, Split
    from mrcmv.explain import Gallery
    from mrcmv.explain.deletion import Embed, RawClip
    from mrcmv.model.network import Mrcmv
    from mrcmv.services import Services

app = typer.Typer(help="Why a match was found, and whether that holds.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """A group, also while it holds one command."""


@dataclass(frozen=True, eq=False)
class Material:
    """What is checked on: clips one by one, the music they are compared with, and its name."""

    clips: "Iterator[RawClip]"
    n_clips: int
    gallery: "Gallery"
    name: str


@app.command("check")
def check_(
    corpus: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Check on a corpus's clips and music.")
    ] = None,
    clip: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Or on clips of yours, with the catalog's music."),
    ] = None,
    weights: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Of the network; default: the app's.")
    ] = None,
    split: Annotated[
        str, typer.Option(metavar="validation|test", help="Whose clips of the corpus.")
    ] = "test",
    clips: Annotated[int, typer.Option(min=1, help="How many of the corpus.")] = 60,
    draws: Annotated[int, typer.Option(min=1, help="Random orders of seconds a clip.")] = 8,
    seed: Annotated[int, typer.Option(min=0, help="Of clips, orders and weights.")] = 0,
    device: Annotated[
        str, typer.Option(metavar="cpu|cuda", help="Where clips are embedded.")
    ] = "cpu",
    keep: Annotated[
        bool, typer.Option(help="Keep the result beside the weights: captions go by it.")
    ] = True,
    jobs: Annotated[int, typer.Option(min=1, help="Processes at once while decoding.")] = (
        os.cpu_count() or 1
    ),
) -> None:
    """Check that maps sum to 1, change with the weights, and name seconds that matter.
    Markdown on stdout."""
    from mrcmv.explain import evidence, table
    from mrcmv.explain.checking import check, evidence_of
    from mrcmv.methods import Trained, networks
    from mrcmv.methods.trained import trained_methods

    if split not in ("validation", "test"):
        raise typer.BadParameter("--split takes validation or test")
    if (corpus is None) == (not clip):
        raise typer.BadParameter("name a --corpus, or clips by --clip")
    with Steps() as steps:
        own = services()
        file = weights or trained_methods(own.settings)["mrcmv"].weights
        if missing := Trained("mrcmv", file).missing:
            raise WeightsError(missing)
        network = networks.load("mrcmv", file, None).whole
        if corpus is not None:
            chosen: Split = "test" if split == "test" else "validation"
            found = of_corpus(network, corpus, chosen, clips, seed, jobs, steps)
        else:
            found = of_clips(own, network, file, clip or [], steps)
        if found.gallery.n_tracks < 2:
            raise MrcmvError("A match has no lead in a catalog of one track: add music.")
        measured = check(
            network, found.clips, found.gallery, n_draws=draws, seed=seed,
            embed=_embed(network, device), total=found.n_clips, hook=steps,
        )  # fmt: skip
    made = evidence_of(measured, evidence.digest(file), found.name)
    if keep:
        tell(str(evidence.keep(made, file)))
    say(table.markdown(measured, evidence.claims(made), found.name))


def of_corpus(
    network: "Mrcmv", corpus: Path, split: "Split", n_clips: int, seed: int, jobs: int, hook: Hook
) -> Material:
    """Clips of a split, drawn by the seed, and all of its windows of music."""
    import torch

    from mrcmv.corpus.decoding import decode
    from mrcmv.explain import Gallery

    dataset = decode(corpus, (split,), side_px=network.config.side_px, jobs=jobs, hook=hook)
    pairs = dataset.of(split)
    drawn = np.random.default_rng(seed).permutation(len(pairs))[:n_clips]
    windows = [window for window in dataset.windows if window.split == split]
    places = []
    for number, window in enumerate(windows):
        hook("Listening to the music", completed=number, total=len(windows))
        patches = dataset.music(window.piece_id, window.start_s).astype(np.float32)
        with torch.inference_mode():
            places.append(network.embed_bgm(torch.from_numpy(patches)[None])[0].numpy())
    gallery = Gallery(
        np.stack(places) if places else np.zeros((0, 1), np.float32),
        tuple(window.piece_id for window in windows),
        tuple(window.start_s for window in windows),
    )
    name = f"{split} split of {corpus.name}, {gallery.n_tracks} pieces of music"
    return Material(_corpus_clips(dataset, split, drawn.tolist()), len(drawn), gallery, name)


def _corpus_clips(dataset: "Dataset", split: "Split", drawn: list[int]) -> "Iterator[RawClip]":
    import torch

    from mrcmv.explain.deletion import RawClip
    from mrcmv.explain.timeline import Timeline
    from mrcmv.inputs import square_tensors
    from mrcmv.types import WINDOW_S

    pairs = dataset.of(split)
    for pair in (pairs[at] for at in drawn):
        fast, _ = square_tensors(torch.from_numpy(dataset.pictures(pair.take_id).copy())[None])
        voice = dataset.voice(pair.pair_id).astype(np.float32)
        line = Timeline(0.0, min(pair.duration_s, WINDOW_S))
        yield RawClip(line, fast, torch.from_numpy(voice)[None])


def of_clips(
    own: "Services", network: "Mrcmv", file: Path, paths: list[Path], hook: Hook
) -> Material:
    """Clips as files, and the catalog, embedded where it is not yet."""
    from mrcmv.explain import Gallery
    from mrcmv.methods import Trained

    method = Trained("mrcmv", file)
    own.index(method, hook)
    windows, points = own.catalog.embedded(method.space)
    if not windows:
        raise MrcmvError("The catalog has no music to compare with: `mrcmv catalog add` some.")
    names = tuple(window.track_id for window in windows)
    gallery = Gallery(points, names, tuple(window.start_s for window in windows))
    clips = "1 clip" if len(paths) == 1 else f"{len(paths)} clips"
    name = f"{clips}, {gallery.n_tracks} tracks of the catalog"
    return Material(
        _file_clips(own, paths, network.config.side_px, hook), len(paths), gallery, name
    )


def _file_clips(
    own: "Services", paths: list[Path], side_px: int, hook: Hook
) -> "Iterator[RawClip]":
    """Clips as the method takes them, their pictures brought to the network's side at once."""
    from torch.nn import functional

    from mrcmv import inputs
    from mrcmv.explain.deletion import RawClip
    from mrcmv.explain.timeline import Timeline
    from mrcmv.find import query_of
    from mrcmv.services import FindOptions
    from mrcmv.types import Sound

    for path in paths:
        clip = own.open(path)
        decoded, stems = own.take_in(clip, FindOptions(), hook)
        query = query_of(decoded, stems)
        fast, _ = inputs.picture_tensors(decoded.frames)
        patches = None
        if (voice := query.voice) is not None:  # as the method hears it
            heard = inputs.levelled(Sound(voice.mono[None], voice.rate_hz))
            patches = inputs.sound_patches(heard)[None]
        small = functional.adaptive_avg_pool3d(fast[None], (fast.shape[1], side_px, side_px))
        yield RawClip(Timeline.of(decoded.window), small, patches)


def _embed(network: "Mrcmv", device: str) -> "Embed":
    """The network's way from raw clips to embeddings, on a device."""
    import copy

    from torch import Tensor

    from mrcmv.model.network import Frames

    if device == "cpu":
        return network.embed_query
    there = copy.deepcopy(network).to(device)

    def embed(frames: Frames | None, voice: Tensor | None) -> Tensor:
        moved = None if frames is None else (frames[0].to(device), frames[1].to(device))
        return there.embed_query(moved, None if voice is None else voice.to(device)).cpu()

    return embed
