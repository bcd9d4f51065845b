"""Laws of reading a package's copyright file, and of splitting by it."""

import random
from collections import Counter
from pathlib import Path, PurePosixPath

from mrcmv.corpus.music import Piece, suggest_split
from mrcmv.corpus.music.composed import plans
from mrcmv.corpus.music.licences import rights, speaks_of, stanzas

DEP5 = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Source: https://example.org

Files: *
Copyright: 2001-2019, The Team <team@example.org>
License: GPL-3+

Files: ./data/music/*
 data/more/*.ogg
Copyright: 2007 (c) Ada Lovelace <ada@example.org>
           2009 Somebody Else
License: CC-BY-SA-3.0
 The text of the licence.
 .
 Files: not-a-field

Files: data/music/old_?.ogg
Copyright: Bach
License: public-domain

Files: debian/*
Copyright: 2010, The Packager
License: BSD-2-clause

License: CC-BY-SA-3.0
 The text again.
"""

PLAIN = """\
This package was debianized by Somebody on Sat, 25 Aug 2007.

Upstream Authors:
    Kenta C. <k@example.org>
    Second Author: level design

License:
    Redistribution and use in source and binary forms, with or without
    modification, are permitted.

import/*:
    under the terms of the GNU Library General Public License.
"""


def of(path: str, text: str = DEP5):
    return rights(text, PurePosixPath(path), "game-data")


def test_a_glob_speaks_of_where_its_file_is_installed():
    found = of("usr/share/games/game/music/boss.ogg")
    assert found.licence == "CC-BY-SA-3.0"
    assert found.url == "https://creativecommons.org/licenses/by-sa/3.0/"
    assert found.holder == "Ada Lovelace"


def test_the_last_match_wins():
    assert of("usr/share/game/data/music/old_1.ogg").licence == "public-domain"
    assert of("usr/share/game/data/music/old_12.ogg").licence == "CC-BY-SA-3.0"


def test_what_no_glob_names_has_the_licence_of_all():
    found = of("usr/share/games/game/intro.ogg")
    assert (found.licence, found.holder) == ("GPL-3+", "The Team")


def test_the_star_counts_least_wherever_it_stands():
    text = DEP5 + "\nFiles: *\nCopyright: Last\nLicense: Expat\n"
    assert of("usr/share/games/game/music/boss.ogg", text).licence == "CC-BY-SA-3.0"
    assert of("usr/share/games/game/intro.ogg", text).licence == "Expat"


def test_a_glob_needs_one_whole_name_to_agree():
    assert not speaks_of("debian/*", PurePosixPath("usr/share/game/music/a.ogg"))
    assert speaks_of("data/music/*", PurePosixPath("usr/share/game/music/deep/a.ogg"))
    assert not speaks_of("data/music/*", PurePosixPath("usr/share/game/mymusic/a.ogg"))
    assert speaks_of("*.ogg", PurePosixPath("usr/share/a.ogg"))
    assert speaks_of("music/a[1].ogg", PurePosixPath("usr/music/a[1].ogg"))


def test_a_licences_text_is_no_stanza():
    assert [stanza.globs[0] for stanza in stanzas(DEP5)] == [
        "*", "data/music/*", "data/music/old_?.ogg", "debian/*",
    ]  # fmt: skip


def test_a_plain_text_lists_the_licences_it_names():
    found = of("usr/share/game/a.ogg", PLAIN)
    assert found.licence == "BSD, LGPL (see copyright of game-data)"
    assert found.holder == "Kenta C, Second Author"


def test_an_empty_text_points_to_the_package():
    assert of("usr/a.ogg", "").licence == "(see copyright of game-data)"


def piece(n: int, package: str, artist: str = "", origin: str = "real", **changes) -> Piece:
    named = {"title": f"t{n}", "album": package, **changes}
    return Piece(
        piece_id=f"{package}-{n}", file=Path(f"{n}.ogg"), artist=artist, package=f"{package} 1.0",
        licence="", licence_url="", origin=origin, duration_s=60.0, **named,
    )  # fmt: skip


SIZES = {"a": 90, "b": 60, "c": 50, "d": 30, "e": 20, "f": 12, "g": 8, "h": 5}
REAL = [
    piece(n, name, artist=f"{name} artist {n % 3}") for name in SIZES for n in range(SIZES[name])
]
COMPOSED = [
    piece(plan.seed, "composer", "c", "composed", title=f"{plan.preset} {plan.seed}",
          album=f"seed {plan.seed}")
    for plan in plans(450)
]  # fmt: skip


def test_a_package_is_on_one_side_and_test_has_its_hundred():
    split = suggest_split(REAL)
    sides = {name: {split[p.piece_id] for p in REAL if p.album == name} for name in SIZES}
    assert all(len(side) == 1 for side in sides.values())
    counts = Counter(split.values())
    assert counts["test"] >= 100
    assert counts["validation"] > 0
    assert counts["train"] > counts["validation"]


def test_packages_that_share_an_artist_stay_together():
    shared = [*REAL, piece(900, "c", "Ada & Bob"), piece(901, "h", "bob")]
    split = suggest_split(shared)
    assert len({split[p.piece_id] for p in shared if p.album in "ch"}) == 1


def test_the_split_does_not_know_the_order():
    every = REAL + COMPOSED
    mixed = random.Random(3).sample(every, len(every))
    assert suggest_split(mixed) == suggest_split(every)


def test_composed_pieces_are_dealt_in_the_shares_of_real_ones():
    split = suggest_split(REAL + COMPOSED)
    real = Counter(split[p.piece_id] for p in REAL)
    composed = Counter(split[p.piece_id] for p in COMPOSED)
    for side, n in real.items():
        assert abs(composed[side] / len(COMPOSED) - n / len(REAL)) < 0.01


def test_every_mood_is_in_every_large_split():
    split = suggest_split(REAL + COMPOSED)
    moods = {p.title.rpartition(" ")[0] for p in COMPOSED}
    for side in ("train", "test"):
        there = {p.title.rpartition(" ")[0] for p in COMPOSED if split[p.piece_id] == side}
        assert there == moods


def test_of_few_packages_no_side_is_left_empty():
    few = [piece(n, name) for name, size in {"a": 21, "b": 3, "c": 3}.items() for n in range(size)]
    split = suggest_split(few + COMPOSED)
    for origin in (few, COMPOSED):
        assert {split[p.piece_id] for p in origin} == {"train", "validation", "test"}
    two = [p for p in few if p.album != "c"]
    assert {suggest_split(two + COMPOSED)[p.piece_id] for p in COMPOSED} == set(split.values())


def test_without_real_music_the_composed_is_split_all_the_same():
    assert set(suggest_split(COMPOSED).values()) == {"train", "validation", "test"}
    assert suggest_split([]) == {}
