"""The ways to rank the catalog, by name.

method       what a method is; from distances to matches, fit and ties
descriptors  speech and picture against what tracks measure (with `speech`, `pitch`, `picture`)
tags         a draw among the tracks so tagged
random       a draw among all
"""

from mrcmv.errors import SettingsError
from mrcmv.methods.descriptors import Descriptors
from mrcmv.methods.method import Method
from mrcmv.methods.random import Random
from mrcmv.methods.tags import Tags

METHODS: dict[str, Method] = {method.name: method for method in (Descriptors(), Tags(), Random())}
NAMES = tuple(METHODS)


def get(name: str) -> Method:
    """The method of that name.

    Raises:
        SettingsError: there is none.
    """
    if name not in METHODS:
        raise SettingsError(f"{name!r} is not a method. Choose one of: {', '.join(NAMES)}.")
    return METHODS[name]


__all__ = ["METHODS", "NAMES", "Method", "get"]
