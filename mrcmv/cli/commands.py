"""find, mix, separate and app; the groups `catalog` and `weights` stand in their own files."""

import json
import math
import runpy
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Annotated, cast, get_args

import typer

from mrcmv import media
from mrcmv.answer import as_json, mix_name
from mrcmv.catalog import fit_words
from mrcmv.cli import catalog, corpus, explain, retrieval, retrieval_training, study, weights
from mrcmv.cli.console import Steps, say, services, tell
from mrcmv.errors import MrcmvError
from mrcmv.services import FindOptions
from mrcmv.settings import REPOSITORY
from mrcmv.types import Found, Keep, Mix, MixOptions, Span

app = typer.Typer(
    help="Background music for game clips.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(catalog.app, name="catalog")
app.add_typer(weights.app, name="weights")
app.add_typer(corpus.app, name="corpus")
app.add_typer(retrieval_training.train_app, name="train")
app.add_typer(retrieval.evaluate_app, name="evaluate")
app.add_typer(explain.app, name="explain")
app.add_typer(study.app, name="study")

ClipPath = Annotated[Path, typer.Argument(help="The game clip.", metavar="CLIP")]
Backend = Annotated[
    str | None, typer.Option(help="How the voice-over is found (default: MRCMV_SEPARATION).")
]
Voice = Annotated[
    str | None,
    typer.Option(metavar="FILE|none", help="Your own voice track, or `none` for no voice-over."),
]
Level = Annotated[float, typer.Option(help="Music between the words, in LU relative to the voice.")]
Duck = Annotated[float, typer.Option(help="How far the music goes down under speech, in dB.")]
Target = Annotated[
    str, typer.Option(metavar="LUFS|off", help="Loudness of the whole: -14, -16, -23 or off.")
]
KeepWhat = Annotated[
    str,
    typer.Option(
        metavar="all|no-music|voice",
        help="All of the clip's own sound, all but its music, or its voice alone.",
    ),
]
DEFAULTS = MixOptions()


def _voice(voice: str | None, backend: str | None) -> tuple[str | None, Path | None]:
    """`--voice` and `--backend` as (backend, voice file)."""
    if voice == "none":
        return "none", None
    return backend, Path(voice) if voice else None


def _mix_options(
    level: float, duck: float, target: str, keep: str, cut: tuple[float, float] | None = None
) -> MixOptions:
    if keep not in get_args(Keep):
        raise typer.BadParameter(f"--keep takes one of {', '.join(get_args(Keep))}")
    try:
        target_lufs = None if target == "off" else float(target)
    except ValueError:
        raise typer.BadParameter("--target takes a number of LUFS, or off") from None
    return MixOptions(
        music_lu=level,
        duck_db=duck,
        target_lufs=target_lufs,
        keep=cast(Keep, keep),
        cut=Span(cut[0], cut[0] + cut[1]) if cut else None,
    )


@app.command()
def find(
    clip: ClipPath,
    top: Annotated[int, typer.Option(min=1, help="How many matches.")] = 5,
    method: Annotated[
        str | None, typer.Option(help="How the catalog is ranked (default: MRCMV_METHOD).")
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option(help="A tag to draw among: method `tags`.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the methods that draw.")] = 0,
    offset: Annotated[float, typer.Option(min=0, help="Start of the clip window, in s.")] = 0.0,
    voice: Voice = None,
    backend: Backend = None,
    mix: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Also write the clip with each match.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Find music for a clip."""
    backend, voice_file = _voice(voice, backend)
    if tag and method is None:
        method = "tags"
    if tag and method != "tags":
        raise typer.BadParameter(f"--tag goes with --method tags, not with {method}")
    if mix:
        _folder(mix)
    work = services()
    with Steps() as steps:
        found = work.find(
            clip,
            FindOptions(method, backend, voice_file, offset, top, tuple(tag or ()), seed),
            steps,
        )
        mixes: dict[int, Path] = {}
        if mix:
            for match in found.matches:
                name = mix_name(found.clip, match.track, match.rank)
                made = work.mix_found(found, match, hook=steps)
                mixes[match.rank] = _deliver(made, mix / name, clip)
    if json_:
        say(json.dumps(as_json(found, mixes), ensure_ascii=False, indent=2))
    else:
        _print(found, mixes)


def _print(found: Found, mixes: dict[int, Path]) -> None:
    for note in found.notes:
        tell(note)
    if found.stems.voice is None:
        tell("The clip is searched by its picture alone.")
    for match in found.matches:
        by = f" by {match.track.artist}" if match.track.artist else ""
        fit = "" if math.isnan(match.fit) else f" ({match.fit:.0f} of 100)"
        where = f"from {match.window.start_s:.0f} s  {fit_words(match)}{fit}"
        say(f"{match.rank:>2}  {match.track.title}{by}  {where}")
        if match.rank in mixes:
            say(f"    {mixes[match.rank]}")


def _deliver(mix: Mix, out: Path, *inputs: Path) -> Path:
    """Copy a mix to where the user wants it: whole or not at all, never over what went in."""
    _spare(out, *inputs)
    half = out.with_name(f".{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(mix.video, half)
        half.replace(out)
    except OSError as error:
        with suppress(OSError):
            half.unlink()
        raise MrcmvError(
            f"{out} cannot be written ({error.strerror}). Choose another place."
        ) from None
    return out


def _folder(out: Path) -> None:
    """Refuse, before any work, a folder for results that is a file. It is made when there is
    something to put in: work that fails leaves none behind."""
    if out.exists() and not out.is_dir():
        raise MrcmvError(f"{out} is a file. Name a folder for the results.")


def _spare(out: Path, *inputs: Path) -> None:
    """Refuse, before any work, to write over a file that went in, or where no file can be."""
    if out.is_dir() or not out.name:
        raise MrcmvError(f"{out} is a folder. Name the file to write in it.")
    if any(out.exists() and file.exists() and out.samefile(file) for file in inputs):
        raise MrcmvError(f"{out} is one of the files that go in. Choose another name.")


@app.command()
def mix(
    clip: ClipPath,
    track: Annotated[str, typer.Argument(help="A track's id or title, or a music file.")],
    out: Annotated[Path, typer.Option(help="The mp4 to write.")],
    start: Annotated[
        float | None,
        typer.Option(
            min=0,
            help="Where the track starts, in s (default: best fit, 0 for any file).",
        ),
    ] = None,
    level: Level = DEFAULTS.music_lu,
    duck: Duck = DEFAULTS.duck_db,
    target: Target = "-14",
    keep: KeepWhat = "all",
    cut: Annotated[
        tuple[float, float] | None,
        typer.Option(metavar="START DURATION", help="Only this stretch of the clip, in s."),
    ] = None,
    voice: Voice = None,
    backend: Backend = None,
) -> None:
    """Lay a track under a clip."""
    options = _mix_options(level, duck, target, keep, cut)
    backend, voice_file = _voice(voice, backend)
    work = services()
    inputs = [clip, Path(track), *([voice_file] if voice_file else [])]
    _spare(out, *inputs)
    with Steps() as steps:
        probed = work.open(clip)
        chosen = work.track(track)
        work.check_mix(probed, options, chosen, start)
        decoded = work.decode(probed, hook=steps)
        stems = work.separate(
            probed, decoded.sound, backend=backend, voice_file=voice_file, hook=steps
        )
        if start is None:
            start = work.best_start(decoded, stems, chosen, steps)
        made = work.mix(probed, stems, decoded.sound, chosen, start, options, steps)
    if made.note:
        tell(made.note)
    say(str(_deliver(made, out, chosen.file, *inputs)))


@app.command()
def separate(
    clip: ClipPath,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the stems.")],
    backend: Backend = None,
) -> None:
    """Write a clip's stems as wav files."""
    work = services()
    _folder(out)
    with Steps() as steps:
        stems = work.take_apart(clip, backend=backend, hook=steps)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, stem in stems.items():
            _spare(out / f"{name}.wav", clip)
            media.write_sound(stem, out / f"{name}.wav")
            say(str(out / f"{name}.wav"))
    except OSError as error:
        raise MrcmvError(
            f"{out} cannot be written ({error.strerror}). Choose another folder."
        ) from None


@app.command(name="app")
def run_app() -> None:
    """Start the page (PORT sets the port, default 7860)."""
    runpy.run_path(str(REPOSITORY / "app.py"), run_name="__main__")
