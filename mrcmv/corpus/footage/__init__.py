"""Game footage with its own sound, and what the engine knew of each moment.

take      what every source yields: a `Shot` in, pictures to a sink, a `Take` back
plans     which style when, drawn without knowing any mood
freedoom  Freedoom 1 and 2, any map of `places`, styles that change within a take
ale       games of the Atari 2600
trial     tries all maps, measures who gets stuck

Under Freedoom: `casting` chooses tempers, weapons and monsters, `engine` runs the game, `stage`
sets it, `script` changes the temper on time, `navigation` knows the floor, `player` with its
`goals` and `styles` decides on each tic, `pictures` brightens and thins what is seen, `witness`
with `doors` and `truth` keeps what happened, `moments` says what is worth a word. `doom` plays a
`Scene`, of which the sample clips are made. Under ale: `console` runs a game.

A new source is one new file with a class that is a `take.Source`, and one line in `SOURCES`.
"""

from mrcmv.corpus.footage.ale import Atari
from mrcmv.corpus.footage.freedoom import Freedoom
from mrcmv.corpus.footage.take import Source
from mrcmv.errors import MrcmvError

SOURCES: dict[str, Source] = {source.name: source for source in (Freedoom(), Atari())}
"""Name → source."""


def source_of(name: str) -> Source:
    """The source of that name.

    Raises:
        MrcmvError: there is none.
    """
    if name not in SOURCES:
        raise MrcmvError(f"There is no footage source {name}: choose {' or '.join(SOURCES)}.")
    return SOURCES[name]
