"""The ways to rank the catalog, by name.

method       what a method is; from distances to matches, fit and ties
trained      mrcmv, cmmr, cbvmr: nearest by a network's embeddings (loaded by `networks`)
descriptors  speech and picture against what tracks measure (with `speech`, `picture`)
tags         a draw among the tracks so tagged
random       a draw among all
"""

from mrcmv.errors import SettingsError, WeightsError
from mrcmv.methods.descriptors import Descriptors
from mrcmv.methods.method import Method
from mrcmv.methods.random import Random
from mrcmv.methods.tags import Tags
from mrcmv.methods.trained import MRCMV, SUMMARIES, Trained, trained_methods
from mrcmv.settings import Settings

METHODS: dict[str, Method] = {method.name: method for method in (Descriptors(), Tags(), Random())}
"""Those that need no weights."""
NAMES = (*SUMMARIES, *METHODS)
DRAWN = (Tags.name, Random.name)
"""Those that draw, and know no best window."""


def known(settings: Settings) -> tuple[Method, ...]:
    """The methods that can be asked for: those whose weights are there, and those without any."""
    here = [method for method in trained_methods(settings).values() if method.missing is None]
    return (*here, *METHODS.values())


def default(settings: Settings) -> str:
    """The method that goes by itself: the one chosen, else `mrcmv` where its weights are."""
    if settings.method is not None:
        return settings.method
    return Descriptors.name if trained_methods(settings)[MRCMV].missing else MRCMV


def get(name: str, settings: Settings) -> Method:
    """The method of that name, ready to rank.

    Raises:
        SettingsError: there is none.
        WeightsError: its weights are missing, damaged, or do not belong together.
    """
    if name in METHODS:
        return METHODS[name]
    if name not in SUMMARIES:
        raise SettingsError(f"{name!r} is not a method. Choose one of: {', '.join(NAMES)}.")
    method = trained_methods(settings)[name]
    _ = method.space  # loads it: what is wrong with the weights is told before any work
    return method


def check(settings: Settings) -> None:
    """Refuse a method or a network that the settings name and that is not there.

    Raises:
        SettingsError: the variable is named.
    """
    name, own = settings.method, trained_methods(settings)
    if name is not None and name not in NAMES:
        raise SettingsError(f"MRCMV_METHOD={name} is unknown. Choose one of: {', '.join(NAMES)}.")
    if settings.network is not None and not own[MRCMV].weights.is_file():
        raise SettingsError(
            f"MRCMV_NETWORK={settings.network} holds no network. Name a file, or a folder that "
            "`mrcmv train retrieval` wrote, or unset it."
        )
    if name in own and (missing := own[name].missing):
        raise WeightsError(missing)


__all__ = [
    "DRAWN",
    "METHODS",
    "NAMES",
    "Method",
    "Trained",
    "check",
    "default",
    "get",
    "known",
]
