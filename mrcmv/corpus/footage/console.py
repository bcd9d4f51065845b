"""A running Atari game, and the hands that play it."""

import importlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from mrcmv.corpus.footage.take import Shot
from mrcmv.errors import MrcmvError
from mrcmv.types import Bytes

FRAMES_HZ = 60
STRIDE = 3
"""Frames a picture."""
START_FRAMES = 5
WARM_UP_S = 4.0
"""Played off the record at least this long: titles pass, the first enemies come."""


@dataclass(frozen=True)
class Hand:
    """How the stick is moved. hold_s: how long a position lasts; rest: the share of positions
    that are none; fire: whether the button is used; ahead: looks for points before it moves."""

    hold_s: float
    rest: float
    fire: bool = True
    ahead: bool = False


HANDS = {
    "idle": Hand(1.5, 0.6, fire=False),
    "stroll": Hand(0.8, 0.4, fire=False),
    "play": Hand(0.4, 0.15),
    "hurry": Hand(0.15, 0.0),
    "greedy": Hand(0.2, 0.0, ahead=True),
}
"""Styles that a plan may name, the calmest first."""
TRIED, TRIED_FRAMES = 5, 30
"""How many moves one who looks ahead tries, and how many frames he follows each."""


class Console:
    """A running game. Keeps its sound, and for each frame (score events, lives lost, stick moves,
    lives left)."""

    def __init__(self, shot: Shot) -> None:
        """Raises MrcmvError when ale-py is not installed."""
        try:
            library = importlib.import_module("ale_py")
            roms = importlib.import_module("ale_py.roms")
        except ImportError:
            raise MrcmvError(
                "Atari footage needs ale-py, which is not installed: `pip install ale-py`."
            ) from None
        library.ALEInterface.setLoggerMode(library.LoggerMode.Error)
        self._ale = library.ALEInterface()
        self._ale.setBool("sound_obs", True)
        self._ale.setInt("random_seed", shot.seed % (1 << 31))
        self._ale.setFloat("repeat_action_probability", 0.0)
        self._ale.loadROM(roms.get_rom_path(shot.place))
        self._ale.reset_game()
        self.dims: tuple[int, int] = self._ale.getScreenDims()
        self.full = int(self._ale.lives())
        self._rng = np.random.default_rng(shot.seed)
        moves = list(self._ale.getMinimalActionSet())
        self._moves = {True: moves[1:], False: [m for m in moves[1:] if "FIRE" not in m.name]}
        self._rest = self._now = moves[0]
        self._until = 0
        self._frame = 0
        self.sound: list[Bytes] = []
        self.log: list[tuple[float, ...]] = []
        self._fires = [move for move in moves if move.name == "FIRE"]
        self._start()
        self._warm_up()

    def play(self, style: str) -> Bytes:
        """Play one picture's frames; returns it. Shape: `(210, 160, 3)`, some games more rows."""
        for frame in range(STRIDE):
            self._step(HANDS[style])
            if frame == STRIDE - 2:
                before = self._ale.getScreenRGB()
        both: Bytes = np.maximum(before, self._ale.getScreenRGB())
        return both

    def _start(self) -> None:
        """Press the button that many games wait for before they begin, and after each life."""
        for move in self._fires:
            for _ in range(START_FRAMES):
                self._ale.act(move)

    def _warm_up(self) -> None:
        for _ in range(int(FRAMES_HZ * self._rng.uniform(WARM_UP_S, 3 * WARM_UP_S))):
            self._step(HANDS["play"])
        self.sound.clear()
        self.log.clear()

    def _step(self, hand: Hand) -> None:
        moved = 0.0
        if self._frame >= self._until:
            before, self._now = self._now, self._choose(hand)
            self._until = self._frame + int(FRAMES_HZ * hand.hold_s * self._rng.uniform(0.6, 1.4))
            moved = float(self._now != before)
        lives = self._ale.lives()
        points = self._ale.act(self._now)
        lost = max(0, lives - self._ale.lives())
        self.sound.append(self._ale.getAudio())
        self.log.append((float(points > 0), float(lost), moved, self._ale.lives()))
        over = self._ale.game_over()
        if over:
            self._ale.reset_game()
        if over or lost:
            self._start()
        self._frame += 1

    def _choose(self, hand: Hand) -> Any:
        moves = self._moves[hand.fire] or [self._rest]
        if self._rng.random() < hand.rest:
            return self._rest
        if not hand.ahead:
            return moves[self._rng.integers(len(moves))]
        tried = self._rng.permutation(len(moves))[:TRIED]
        gains = [self._gain(moves[number]) for number in tried]
        return moves[int(tried[int(np.argmax(gains))])]

    def _gain(self, move: Any) -> float:
        """The points that a move brings soon, less a great deal for a life lost."""
        state = self._ale.cloneSystemState()
        lives = self._ale.lives()
        points = sum(float(self._ale.act(move)) for _ in range(TRIED_FRAMES))
        lost = bool(self._ale.lives() < lives or self._ale.game_over())
        self._ale.restoreSystemState(state)
        return points - 1e6 * lost
