"""Which maps make footage, and how often each style of play gets stuck.

python -m mrcmv.corpus.footage.trial maps     # what `places` says, and why
python -m mrcmv.corpus.footage.trial stuck    # share of stuck seconds by style
"""

import argparse
import math
import sys
from collections import defaultdict

import numpy as np

from mrcmv.corpus.footage.freedoom import STRIDE, Freedoom, play
from mrcmv.corpus.footage.places import EVERY
from mrcmv.corpus.footage.take import Shot
from mrcmv.corpus.footage.view import TICS_HZ

SEEDS = (1, 2, 3)
TRY_S = 20.0
WALKED = 800.0
"""An explorer that walks less than this many map units in 20 s has nowhere to go."""


def verdict(place: str) -> str:
    """Why a map makes no footage; empty when it does: an explorer walks in two of three seeds."""
    walked, errors = [], []
    for seed in SEEDS:
        shot = Shot("doom", place, ((0.0, "explore"),), TRY_S, seed, width=320, height=180)
        try:
            _, witness = play(shot, math.ceil(TRY_S * TICS_HZ / STRIDE), lambda picture: None)
        except Exception as error:  # whatever it is, it is the verdict
            errors.append(f"{type(error).__name__}: {error}")
        else:
            walked.append(float(witness.truth(STRIDE).speed_u.sum()))
    if len(errors) > 1:
        return errors[0]
    far = ", ".join(f"{units:.0f}" for units in walked)
    return "" if sum(w >= WALKED for w in walked) >= 2 else f"walks only {far} map units in 20 s"


def stuck_shares(n_takes: int, duration_s: float) -> dict[str, list[tuple[str, int, float]]]:
    """Takes of one style each, over all places in turn: (place, seed, stuck share) by style."""
    places, styles = Freedoom().places, Freedoom().styles
    shares = defaultdict(list)
    for number in range(n_takes):
        style = styles[number % len(styles)]
        place = places[number * 7 % len(places)]
        shot = Shot("doom", place, ((0.0, style),), duration_s, number, width=320, height=180)
        n_steps = math.ceil(duration_s * TICS_HZ / STRIDE)
        _, witness = play(shot, n_steps, lambda picture: None)
        shares[style].append((place, number, float(witness.stuck(STRIDE).mean())))
        sys.stdout.write(f"{style} {shares[style][-1]}\n")
        sys.stdout.flush()
    return dict(shares)


def main(arguments: list[str] | None = None) -> int:
    """Try all maps, or measure who gets stuck."""
    parser = argparse.ArgumentParser(prog="python -m mrcmv.corpus.footage.trial")
    parser.add_argument("what", choices=("maps", "stuck"))
    parser.add_argument("--takes", type=int, default=70)
    parser.add_argument("--duration", type=float, default=30.0, help="seconds a take")
    options = parser.parse_args(arguments)
    if options.what == "maps":
        for place in EVERY:
            sys.stdout.write(f"{place}: {verdict(place) or 'usable'}\n")
            sys.stdout.flush()
        return 0
    shares = stuck_shares(options.takes, options.duration)
    for style in Freedoom().styles:
        mine = shares.get(style, [])
        worst = sorted(mine, key=lambda one: -one[2])[:4]
        mean = np.mean([share for _, _, share in mine]) if mine else math.nan
        names = ", ".join(f"{place} seed {seed} {share:.0%}" for place, seed, share in worst)
        sys.stdout.write(f"{style}: stuck {mean:.1%} of {len(mine)} takes; worst {names}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
