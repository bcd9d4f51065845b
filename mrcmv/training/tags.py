"""Classes of emotion of clips and music, by what is measured: for networks that learn from tags.

Calm to aroused: the engine's action in a clip, the energy of music. Dark to bright: the light of
the picture, the brightness of music. Grades are cut on the training split (`model.emotion`).
"""

import warnings
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from mrcmv.dataset import Dataset
from mrcmv.errors import MrcmvError
from mrcmv.model.emotion import Grades
from mrcmv.training.loop import Recipe
from mrcmv.training.samples import Music, Sample, cuts_of
from mrcmv.types import Floats

SEEN = ("action", "light")
HEARD = ("energy", "brightness_hz")


class Tags:
    """The classes of a data set's windows.

    Raises:
        MrcmvError: what they go by was not measured (in videos nobody knows the action).
    """

    def __init__(self, dataset: Dataset, recipe: Recipe) -> None:
        self.dataset = dataset
        names = dataset.curve_names["pictures"]
        self._heard = {
            (one.piece_id, one.start_s): one.measured for one in dataset.windows if one.measured
        }
        own = [Sample(pair, at) for pair in dataset.of("train") for at in cuts_of(pair, recipe)]
        try:
            self._seen_at = [names.index(name) for name in SEEN]
            self._heard_at = [dataset.measured_names.index(name) for name in HEARD]
            self.seen = Grades.of(*self._seen(own))
            self.heard = Grades.of(*self._music([one.music for one in own]))
        except ValueError:
            raise MrcmvError(
                f"{dataset.folder} does not know the {SEEN[0]} of its clips or the {HEARD[0]} of "
                "its music: nothing can be tagged. Take a corpus of games."
            ) from None

    @property
    def n_tags(self) -> int:
        """How many classes there are."""
        return self.seen.n_tags

    def of(self, samples: Sequence[Sample]) -> tuple[Tensor, Tensor]:
        """The classes of clips and of their music. Shape: `(n,)` each, `NO_TAG` where not known."""
        music = [one.music for one in samples]
        return self.seen.tags(*self._seen(samples)), self.heard.tags(*self._music(music))

    def _seen(self, samples: Sequence[Sample]) -> tuple[Tensor, Tensor]:
        rows = [self.dataset.curves("pictures", one.pair.take_id, one.cut_s) for one in samples]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of what is nowhere known
            means: Floats = np.nanmean(np.stack(rows), axis=1)
        action, light = (torch.from_numpy(means[:, at].copy()) for at in self._seen_at)
        return action, light

    def _music(self, windows: Sequence[Music]) -> tuple[Tensor, Tensor]:
        nothing = (float("nan"),) * len(self.dataset.measured_names)
        rows = np.array([self._heard.get(one) or nothing for one in windows], np.float32)
        energy, brightness = (torch.from_numpy(rows[:, at].copy()) for at in self._heard_at)
        return energy, brightness
