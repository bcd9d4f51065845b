import threading
from pathlib import Path

import numpy as np
import pytest

from mrcmv.catalog.index import Index, read_rows, write_rows

MAKER, WIDTH = "maker 1", 5


def rows_of(seed: int, n: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, WIDTH)).astype(np.float32)


def test_what_is_kept_is_read_in_another_process(tmp_path: Path):
    rows = {"bb": rows_of(1, 3), "aa": rows_of(2, 1)}
    Index(tmp_path / "index.idx", MAKER, WIDTH).update(rows)
    again = Index(tmp_path / "index.idx", MAKER, WIDTH).rows
    assert again.keys() == rows.keys()
    assert all(np.array_equal(again[name], rows[name]) for name in rows)


def test_another_maker_finds_an_empty_index(tmp_path: Path):
    Index(tmp_path / "index.idx", MAKER, WIDTH).update({"aa": rows_of(1, 2)})
    assert Index(tmp_path / "index.idx", "maker 2", WIDTH).rows == {}
    assert Index(tmp_path / "index.idx", MAKER, WIDTH + 1).rows == {}


@pytest.mark.parametrize(
    "damage", [lambda data: b"", lambda data: data[:-30], lambda data: b"x" * 9]
)
def test_a_damaged_index_counts_as_empty_and_is_made_anew(tmp_path: Path, damage):
    path = tmp_path / "index.idx"
    index = Index(path, MAKER, WIDTH)
    index.update({"aa": rows_of(1, 2)})
    path.write_bytes(damage(path.read_bytes()))
    assert Index(path, MAKER, WIDTH).rows == {}
    Index(path, MAKER, WIDTH).update({"bb": rows_of(2, 2)})
    assert read_rows(path, MAKER, WIDTH).keys() == {"bb"}


def test_a_flipped_byte_anywhere_empties_the_index(tmp_path: Path):
    path = tmp_path / "index.idx"
    write_rows(path, MAKER, {"aa": rows_of(1, 2), "bb": rows_of(2, 3)})
    whole = path.read_bytes()
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x5A]) + whole[at + 1 :])
        assert read_rows(path, MAKER, WIDTH) == {}


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path):
    path = tmp_path / "index.idx"

    def write(worker: int) -> None:
        for number in range(5):
            Index(path, MAKER, WIDTH).update({f"{worker}-{number}": rows_of(number, 1)})

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Index(path, MAKER, WIDTH).rows) == 20
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".index.idx-")] == []


def test_equal_rows_make_an_equal_file(tmp_path: Path):
    first, second = tmp_path / "1.idx", tmp_path / "2.idx"
    rows = {"bb": rows_of(1, 3), "aa": rows_of(2, 1)}
    write_rows(first, MAKER, rows)
    write_rows(second, MAKER, dict(reversed(rows.items())))
    assert first.read_bytes() == second.read_bytes()
