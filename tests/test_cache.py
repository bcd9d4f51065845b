"""The cache makes a thing once, keeps only whole things, and forgets the oldest first."""

import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from mrcmv.cache import ABANDONED_S, TAG, Cache, Memory, n_bytes
from mrcmv.errors import CacheError
from mrcmv.types import Sound, Stems


def test_the_same_key_is_made_once(tmp_path: Path):
    calls = []

    def write(out: Path) -> None:
        calls.append(out)
        out.write_text("made")

    cache = Cache(tmp_path)
    first = cache.make("mix", ".txt", ("clip", 1.5), write)
    assert cache.make("mix", ".txt", ("clip", 1.5), write) == first
    assert first.read_text() == "made"
    assert len(calls) == 1


def test_any_part_of_the_key_makes_another_entry(tmp_path: Path):
    cache = Cache(tmp_path)
    keys = [("a", 1), ("a", 2), ("b", 1), ("a", "1"), ("a1",), ("a", 1, None)]
    assert len({cache.path("mix", ".txt", *key) for key in keys}) == len(keys)


def test_a_failed_making_leaves_nothing_behind(tmp_path: Path):
    def fail(out: Path) -> None:
        out.write_text("half")
        raise OSError("disk full")

    cache = Cache(tmp_path)
    with pytest.raises(CacheError, match=r"disk full.*MRCMV_DATA_DIR"):
        cache.make("mix", ".txt", ("x",), fail)
    assert not cache.path("mix", ".txt", "x").exists()
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [TAG]


def test_two_at_once_make_it_once(tmp_path: Path):
    calls = []
    together = threading.Barrier(4)

    def write(out: Path) -> None:
        calls.append(out)
        threading.Event().wait(0.05)
        out.write_text("made")

    def ask() -> None:
        together.wait()
        Cache(tmp_path).make("mix", ".txt", ("x",), write)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == 1


def test_the_entries_used_longest_ago_go_first_and_the_newest_stays(tmp_path: Path):
    cache = Cache(tmp_path, max_mb=2)
    paths = []
    for age, name in enumerate("abc"):
        path = cache.make(
            "m", ".bin", (name,), lambda out: out.write_bytes(bytes(900_000)) and None
        )
        os.utime(path, (age + 1, age + 1))
        paths.append(path)
    cache.prune(keep=paths[2])
    assert [path.exists() for path in paths] == [False, True, True]
    big = cache.make("m", ".bin", ("big",), lambda out: out.write_bytes(bytes(5_000_000)) and None)
    assert big.exists()


def _sound(n: int) -> Sound:
    return Sound(np.zeros((1, n), np.float32), 8000)


def test_bytes_of_nested_arrays_are_counted():
    assert n_bytes(Stems(_sound(100), rest=_sound(50))) == 600
    assert n_bytes("text") == 0


def test_memory_makes_once_and_forgets_what_was_used_longest_ago():
    memory: Memory[Sound] = Memory(max_bytes=1000)
    made = []

    def get(name: str, n: int = 100) -> None:
        memory.get((name,), lambda: made.append(name) or _sound(n))

    for name in ("a", "b", "a", "c", "a", "b"):
        get(name)
    assert made == ["a", "b", "c", "b"]
    get("big", 10_000)
    get("big", 10_000)
    assert made[-1] == "big"
    assert made.count("big") == 1


def test_a_folder_that_is_a_file_is_said_in_words(tmp_path: Path):
    (tmp_path / "data").write_text("a file")
    with pytest.raises(CacheError, match="cannot be written to"):
        Cache(tmp_path / "data").make("mix", ".txt", ("x",), lambda out: None)


def test_a_second_name_for_a_file_counts_once_and_goes_with_it(tmp_path: Path):
    cache = Cache(tmp_path, max_mb=2)
    old = cache.make("m", ".bin", ("old",), lambda out: out.write_bytes(bytes(900_000)) and None)
    link = old.with_suffix("") / "for people.bin"
    link.parent.mkdir()
    link.hardlink_to(old)
    os.utime(old, (1, 1))
    new = cache.make("m", ".bin", ("new",), lambda out: out.write_bytes(bytes(900_000)) and None)
    assert old.exists()
    last = cache.make("m", ".bin", ("last",), lambda out: out.write_bytes(bytes(900_000)) and None)
    assert [path.exists() for path in (old, link, new, last)] == [False, False, True, True]


def test_what_a_killed_process_left_is_swept_and_what_is_being_made_is_not(tmp_path: Path):
    for name, age_s in (("old", ABANDONED_S + 60), ("fresh", 0.0)):
        making = tmp_path / "m" / f".making-{name}"
        making.mkdir(parents=True)
        (making / "half.bin").write_bytes(b"x")
        lock = tmp_path / "m" / f"{name}.lock"
        lock.touch()
        then = time.time() - age_s
        for path in (making, lock):
            os.utime(path, (then, then))
    Cache(tmp_path).prune()
    assert {path.name for path in (tmp_path / "m").iterdir()} == {".making-fresh", "fresh.lock"}


def test_pruning_while_others_write_and_prune_never_fails(tmp_path: Path):
    failures = []

    def work(number: int) -> None:
        cache = Cache(tmp_path, max_mb=1)
        try:
            for step in range(60):
                cache.make(
                    "m", ".bin", (number, step), lambda out: out.write_bytes(bytes(90_000)) and None
                )
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_memory_makes_once_for_all_who_ask_at_once():
    memory: Memory[Sound] = Memory(max_bytes=1000)
    made, together = [], threading.Barrier(4)

    def ask() -> None:
        together.wait()
        memory.get(("a",), lambda: threading.Event().wait(0.05) or made.append(1) or _sound(1))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]
