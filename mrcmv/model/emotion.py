"""Classes of emotion out of what can be measured: tags for a corpus that nobody tagged.

**Conventions.** An emotion is a place between calm and aroused, and one between dark and bright
(the circumplex of Russell 1980). Each is read off something measured (`docs/paper-notes.md` says
what), and cut into grades of equal size over the training split. A class is a pair of grades, the
arousal's first. The networks see only its number.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from mrcmv.model.retriever import NO_TAG

N_GRADES = 3
"""Low, middle and high."""


@dataclass(frozen=True, eq=False)
class Grades:
    """Where each of two measures is cut, fitted on training's windows.

    Shape: arousal, valence `(n_grades - 1,)`, rising.
    """

    arousal: Tensor
    valence: Tensor

    @classmethod
    def of(cls, arousal: Tensor, valence: Tensor, n_grades: int = N_GRADES) -> "Grades":
        """Cuts that leave as many windows in each grade. Shape: `(n,)` each; NaN is left out.

        Raises:
            ValueError: a measure has no value.
        """
        return cls(_cuts(arousal, n_grades), _cuts(valence, n_grades))

    @property
    def n_tags(self) -> int:
        """How many classes there are."""
        return (len(self.arousal) + 1) * (len(self.valence) + 1)

    def tags(self, arousal: Tensor, valence: Tensor) -> Tensor:
        """The class of each window, `NO_TAG` where something was not measured (NaN).

        Shape: `(n,)` each → `(n,)` integers from 0.
        """
        first = torch.bucketize(arousal.to(self.arousal.dtype), self.arousal, right=True)
        second = torch.bucketize(valence.to(self.valence.dtype), self.valence, right=True)
        known = ~(arousal.isnan() | valence.isnan())
        tags = first * (len(self.valence) + 1) + second
        return torch.where(known, tags, torch.full_like(tags, NO_TAG))


def _cuts(values: Tensor, n_grades: int) -> Tensor:
    known = values[~values.isnan()].to(torch.float64)
    if not len(known):
        raise ValueError("grades need at least one window that was measured")
    shares = torch.arange(1, n_grades, dtype=torch.float64) / n_grades
    return known.quantile(shares)
