"""All styles by name."""

from mrcmv.corpus.composer import electric, orchestral, places
from mrcmv.corpus.composer.style import Style

STYLES: dict[str, Style] = {
    "ambient": electric.AMBIENT,
    "space": electric.SPACE,
    "suspense": orchestral.SUSPENSE,
    "noir": places.NOIR,
    "horror": orchestral.HORROR,
    "elegy": orchestral.ELEGY,
    "metal": electric.METAL,
    "epic": orchestral.EPIC,
    "action": electric.ACTION,
    "heroic": orchestral.HEROIC,
    "winter": orchestral.WINTER,
    "comic": orchestral.COMIC,
    "funk": electric.FUNK,
    "synthwave": electric.SYNTHWAVE,
    "lofi": electric.LOFI,
    "journey": places.JOURNEY,
    "chip": electric.CHIP,
    "desert": places.DESERT,
    "folk": places.FOLK,
    "western": places.WESTERN,
}
