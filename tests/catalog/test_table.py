import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrcmv.catalog import Catalog, table
from mrcmv.errors import CatalogError

ROWS = (
    "file{d}title{d}mood{d}tags\n"
    "a.mp3{d}Night Watch{d}blue{d}calm\n"
    "\n"
    "{d}{d}{d}\n"
    "b.mp3{d}Äther{d}{d}\n"
)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_spreadsheets_way_of_saving_reads_the_same(
    tmp_path: Path, delimiter: str, encoding: str, newline: str
):
    path = tmp_path / "tracks.csv"
    text = ROWS.format(d=delimiter).replace("\n", newline)
    path.write_bytes(text.encode(encoding))
    read = table.read(path)
    assert [(row["file"], row["title"], row["mood"]) for row in read.rows] == [
        ("a.mp3", "Night Watch", "blue"),
        ("b.mp3", "Äther", ""),
    ]
    assert read.delimiter == delimiter


def test_an_edit_and_a_write_keep_the_users_columns_and_separator(tmp_path: Path):
    path = tmp_path / "tracks.csv"
    path.write_text("sep=;\nTitle;File;My Notes;License\nOne;a.mp3;loud; CC0 \n")
    table.write(path, table.read(path))
    again = table.read(path)
    assert again.delimiter == ";"
    assert again.columns == (*table.COLUMNS, "My Notes")
    assert again.rows[0]["My Notes"] == "loud"
    assert again.rows[0]["licence"] == "CC0"


def test_no_file_is_an_empty_table(tmp_path: Path):
    assert table.read(tmp_path / "tracks.csv").rows == ()
    (tmp_path / "tracks.csv").write_text("\n \n")
    assert table.read(tmp_path / "tracks.csv").rows == ()


def test_a_table_without_files_says_which_column_it_wants(tmp_path: Path):
    (tmp_path / "tracks.csv").write_text("name,title\na.mp3,One\n")
    with pytest.raises(CatalogError, match="no column `file`"):
        table.read(tmp_path / "tracks.csv")


def test_a_line_with_a_cell_too_many_is_named_and_not_cut(tmp_path: Path):
    (tmp_path / "tracks.csv").write_text("file,title\na.mp3,One\nb.mp3,One, two\n")
    with pytest.raises(CatalogError, match="line 3"):
        table.read(tmp_path / "tracks.csv")


@pytest.mark.parametrize(
    "title",
    ['"One', '"One" two', '"' + "long " * 40_000],
    ids=["unclosed", "closed too early", "unclosed and huge"],
)
def test_a_quote_that_would_swallow_rows_is_named_with_its_line(tmp_path: Path, title: str):
    path = tmp_path / "tracks.csv"
    text = f'sep=,\nfile,title\na.mp3,"Zero, one"\nb.mp3,{title}\nc.mp3,Two\nd.mp3,Three\n'
    path.write_text(text)
    with pytest.raises(CatalogError, match=r"tracks\.csv, line 4: a quote .* Close it"):
        table.read(path)


def test_a_table_that_cannot_be_read_is_never_written_over(tmp_path: Path, make_sound):
    catalog = Catalog(tmp_path / "mine")
    catalog.add([make_sound("a.wav")])
    path = tmp_path / "mine/tracks.csv"
    path.write_text('file,title\na.wav,"One\nb.wav,Two\n')
    before = path.read_bytes()
    with pytest.raises(CatalogError, match="line 2"):
        catalog.add([make_sound("c.wav", hz=300)])
    with pytest.raises(CatalogError, match="line 2"):
        catalog.remove(["b.wav"])
    assert path.read_bytes() == before


def test_a_cell_may_hold_quotes_and_several_lines(tmp_path: Path):
    path = tmp_path / "tracks.csv"
    path.write_text('file,title,notes\na.mp3,12" mix,"two\nlines, ""quoted"""\nb.mp3,Two,\n')
    assert [(row["title"], row["notes"]) for row in table.read(path).rows] == [
        ('12" mix', 'two\nlines, "quoted"'),
        ("Two", ""),
    ]


def test_text_that_is_no_utf_8_is_named_and_leaves_the_file_as_it_was(tmp_path: Path):
    path = tmp_path / "tracks.csv"
    path.write_text("file\na.mp3\n")
    names = ("a.mp3", os.fsdecode(b"m\xfcsic/b.mp3"))
    rows = tuple({**dict.fromkeys(table.COLUMNS, ""), "file": name} for name in names)
    with pytest.raises(CatalogError, match=r"m\\udcfc is not valid UTF-8"):
        table.write(path, table.Table(rows))
    assert path.read_text() == "file\na.mp3\n"


cells = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=8)


@settings(deadline=None)
@given(st.lists(st.tuples(cells.filter(bool), cells, cells), max_size=5), st.sampled_from(",;\t"))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, values: list[tuple[str, str, str]], delimiter: str
):
    path = tmp_path_factory.mktemp("table") / "tracks.csv"
    empty = dict.fromkeys(table.COLUMNS, "")
    rows = tuple({**empty, "file": f, "title": t, "tags": g} for f, t, g in values)
    table.write(path, table.Table(rows, table.COLUMNS, delimiter))
    assert table.read(path) == table.Table(rows, table.COLUMNS, delimiter)


def test_tags_are_lower_case_and_each_once():
    assert table.split_tags("Calm; boss  fight;calm;;, Lo-Fi") == ("calm", "boss fight", "lo-fi")
    assert table.split_tags(table.join_tags(("calm", "boss fight"))) == ("calm", "boss fight")
