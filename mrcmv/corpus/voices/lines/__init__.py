"""What is said, by language: one file each, its text read by `grammar.read`.

A section a kind of line, one sentence a line without a capital or a full stop (`grammar` sets
them). Words to open with (`calls` when excited, `asides` when calm), to close with (`shouts`,
`tails`) and what stands for `{what}` (`foe`, `beast`, `health`, …) are parted by `|`, in the
form that fits a plain "oh, {what}".
"""

from mrcmv.corpus.voices.lines import cs, de, en, es, fi, fr, id, it, nb, nl, pl, pt, ro, ru, sv, tr

TEXTS = {
    "cs": cs.TEXT,
    "de": de.TEXT,
    "en": en.TEXT,
    "es": es.TEXT,
    "fi": fi.TEXT,
    "fr": fr.TEXT,
    "id": id.TEXT,
    "it": it.TEXT,
    "nb": nb.TEXT,
    "nl": nl.TEXT,
    "pl": pl.TEXT,
    "pt": pt.TEXT,
    "ro": ro.TEXT,
    "ru": ru.TEXT,
    "sv": sv.TEXT,
    "tr": tr.TEXT,
}
