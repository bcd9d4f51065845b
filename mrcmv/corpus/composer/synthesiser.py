"""FluidSynth's library in this process: a MIDI file's bytes in, samples out.

The samples are those of the `fluidsynth` command to the fifth decimal. That decodes the soundfont
anew for each piece, in 1 s and more; the library does once a process, in 2.5 s.
"""

import ctypes
import ctypes.util
import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from mrcmv.errors import MrcmvError
from mrcmv.types import Floats

BLOCK = 64
"""Samples that FluidSynth plays at once. Asked for more it would strike notes late."""

_POINTERS = ("new_fluid_settings", "new_fluid_synth", "new_fluid_player")
_LEVELS = range(5)


@cache
def library() -> Any | None:
    """FluidSynth 2 or 3, silenced, or None where it is not installed."""
    name = ctypes.util.find_library("fluidsynth")
    if name is None:
        return None
    # FluidSynth decodes soundfonts by the libsndfile that is loaded first, its own or soundfile's,
    # and they round otherwise: always soundfile's, so that a piece is the same in any process.
    importlib.import_module("soundfile")
    fluid = ctypes.CDLL(name)
    for made in _POINTERS:
        getattr(fluid, made).restype = ctypes.c_void_p
    for level in _LEVELS:
        fluid.fluid_set_log_function(level, None, None)
    return fluid


def play_midi(
    midi: bytes, soundfont: Path, settings: Mapping[str, float], shape: tuple[int, int]
) -> Floats:
    """Play a MIDI file from its start, by a synthesiser of its own: what this process played
    before is not heard.

    settings: FluidSynth's, by name; an integer for what it counts or switches.
    Shape: (2, n) as asked for.

    Raises:
        MrcmvError: the library is missing, or the soundfont cannot be read.
    """
    fluid = library()
    if fluid is None:
        raise MrcmvError("FluidSynth's library is missing: `apt-get install fluidsynth`.")
    _hold(soundfont)
    samples = np.zeros(shape, np.float32)
    with _synthesiser(fluid, settings, soundfont) as synth:
        player = ctypes.c_void_p(fluid.new_fluid_player(synth))
        try:
            fluid.fluid_player_add_mem(player, midi, ctypes.c_size_t(len(midi)))
            fluid.fluid_player_play(player)
            _write(fluid, synth, samples)
        finally:
            fluid.delete_fluid_player(player)
    return samples


def _write(fluid: Any, synth: Any, samples: Floats) -> None:
    left, right = (ctypes.c_void_p(channel.ctypes.data) for channel in samples)
    write, n_samples = fluid.fluid_synth_write_float, samples.shape[1]
    for start in range(0, n_samples, BLOCK):
        write(synth, min(BLOCK, n_samples - start), left, start, 1, right, start, 1)


@cache
def _hold(soundfont: Path) -> object:
    """A synthesiser that is never let go: while it holds the decoded samples of a soundfont,
    FluidSynth gives them to every other that loads the same file."""
    held = _synthesiser(library(), {}, soundfont)
    held.__enter__()
    return held


@contextmanager
def _synthesiser(
    fluid: Any, settings: Mapping[str, float], soundfont: Path
) -> Iterator[ctypes.c_void_p]:
    set_up = ctypes.c_void_p(fluid.new_fluid_settings())
    for name, value in settings.items():
        if isinstance(value, int):
            fluid.fluid_settings_setint(set_up, name.encode(), value)
        else:
            fluid.fluid_settings_setnum(set_up, name.encode(), ctypes.c_double(value))
    synth = ctypes.c_void_p(fluid.new_fluid_synth(set_up))
    try:
        if fluid.fluid_synth_sfload(synth, str(soundfont).encode(), 1) < 0:
            raise MrcmvError(f"FluidSynth cannot read the soundfont {soundfont}.")
        yield synth
    finally:
        fluid.delete_fluid_synth(synth)
        fluid.delete_fluid_settings(set_up)
