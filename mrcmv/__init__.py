"""MRCMV: background music for short game clips, found by what is said and what happens in them.

    from mrcmv import Services, load_settings

    services = Services(load_settings())
    found = services.find(Path("clip.mp4"))
    best = found.matches[0]
    mix = services.mix_found(found, best)

The rooms, from the ground up; each imports only from floors below its own:

    0  errors, settings, progress, types
    1  media        open, probe and decode files; loudness; write and mux
       model        the networks' parts, torch only
       study        preference studies: design, rules, store, statistics
       cache        results on disk by content hash
       weights      weights fetched by name
    2  separation   a clip's sound → voice and the rest
       inputs       a clip or a track → tensors, as the paper samples them
       catalog      tracks, their descriptors and the index
       mixing       a clip with a track under it
    3  methods      ways to rank the catalog
       corpus       composer, footage and voices: the material that the project makes itself
       training     networks made from the corpus
       evaluation   how good they are, with counts and intervals
    4  find         clip → matches
       answer       matches → plain JSON
       indexing     folder → index
    5  services     all of the above, built from settings once
    6  ui, cli      the faces
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mrcmv.errors import MrcmvError
    from mrcmv.services import FindOptions, Services
    from mrcmv.settings import Settings, load_settings
    from mrcmv.types import Clip, Found, Match, Mix, MixOptions, Stems, Track

_HOMES = {
    "Clip": "types",
    "FindOptions": "services",
    "Found": "types",
    "Match": "types",
    "Mix": "types",
    "MixOptions": "types",
    "MrcmvError": "errors",
    "Services": "services",
    "Settings": "settings",
    "Stems": "types",
    "Track": "types",
    "load_settings": "settings",
}

__all__ = [
    "Clip",
    "FindOptions",
    "Found",
    "Match",
    "Mix",
    "MixOptions",
    "MrcmvError",
    "Services",
    "Settings",
    "Stems",
    "Track",
    "load_settings",
]


def __getattr__(name: str) -> Any:
    """Bring a public name from its room when first asked for: `import mrcmv` stays light."""
    if name not in _HOMES:
        raise AttributeError(f"module 'mrcmv' has no attribute {name!r}")
    return getattr(import_module(f"mrcmv.{_HOMES[name]}"), name)
