"""The people that espeak-ng can be: variants by family, and the languages they speak.

Variants of one family sound alike, so a split never parts them. They were grouped by number (m1
to m8, f1 to f5), by their tables of formants, and by measure: the root mean square distance of
long-term mel spectra (40 bands to 7.5 kHz, medians and 85th percentiles over frames) of one
English line at one pitch is below 4 dB for each member of most families to its next, and above
4 dB between families. Left out: those that bridge two families (m7, m8, Mario, pablo, iven4),
robots and echoes, whispers (no pitch) and the child zac (pitch beyond what is measured).
"""

FAMILIES: dict[str, tuple[str, ...]] = {
    "plain": (
        "m1", "m2", "m3", "m4", "m5", "m6", "croak", "grandpa", "Mike", "Alex", "max", "john",
        "pedro",
    ),
    "women": ("f1", "f2", "f3", "f4", "f5", "aunty"),
    "klatt": ("klatt", "klatt2", "klatt3", "adam", "benjamin", "david", "edward"),
    "diogo": ("Diogo", "Henrique", "Hugo", "michel", "miguel"),
    "michael": ("Michael", "gustave", "marcelo"),
    "rob": ("rob", "robert", "quincy"),
    "iven": ("iven", "iven2", "iven3"),
    "steph": ("steph", "steph2", "steph3"),
    "linda": ("linda", "belinda"),
    "denis": ("Denis", "victor"),
    "gene": ("Gene", "Gene2"),
    "andy": ("Andy", "Lee"),
    "ed": ("ed", "paul"),
    "alicia": ("Alicia",),
    "andrea": ("Andrea",),
    "anika": ("anika",),
    "annie": ("Annie",),
    "antonio": ("antonio",),
    "boris": ("boris",),
    "grandma": ("grandma",),
    "jacky": ("Jacky",),
    "kaukovalta": ("kaukovalta",),
    "nguyen": ("Nguyen",),
    "norbert": ("norbert",),
    "sandro": ("sandro",),
    "shelby": ("shelby",),
    "storm": ("Storm",),
    "travis": ("travis",),
    "tweaky": ("Tweaky",),
}  # fmt: skip

BRIGHTER_DB = {"anika": 9.0, "jacky": 9.0, "steph": 8.0, "diogo": 4.0, "michael": 4.0, "iven": 4.0}
"""What is added above 1.5 kHz to families that sound as if through a wall (14 to 22 dB less above
1 kHz than below, where the others have 7): nobody's microphone would leave them so."""

VOICES: dict[str, tuple[str, ...]] = {
    "cs": ("cs",),
    "de": ("de",),
    "en": (
        "gmw/en-US",
        "gmw/en",
        "gmw/en-GB-scotland",
        "gmw/en-GB-x-rp",
        "gmw/en-GB-x-gbclan",
        "gmw/en-029",
    ),
    "es": ("es", "es-419"),
    "fi": ("fi",),
    "fr": ("roa/fr", "roa/fr-BE"),
    "id": ("id",),
    "it": ("it",),
    "nb": ("nb",),
    "nl": ("nl",),
    "pl": ("pl",),
    "pt": ("pt-br",),
    "ro": ("ro",),
    "ru": ("ru",),
    "sv": ("sv",),
    "tr": ("tr",),
}
"""espeak-ng's voices for each language of `lines`: accents are other people, too."""

FORMANTS_ST = (-1.2, 0.0, 1.2)
"""Shifts of a whole voice: each makes another person, of the same family."""
