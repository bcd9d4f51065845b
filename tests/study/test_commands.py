"""`mrcmv study …`, run as a user runs it: what is printed, what is left, exit codes."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from typer.testing import CliRunner

from mrcmv import media
from mrcmv.cli.commands import app
from mrcmv.errors import MrcmvError
from mrcmv.settings import REPOSITORY
from mrcmv.study.bundle import MEDIA, read_bundle
from mrcmv.study.store import Store, sqlite_url
from tests.conftest import write_clip
from tests.stimuli.scenes import noise
from tests.study.scenes import arrive, locked, make_study, vote


class Ran(NamedTuple):
    """What a command came to. `error`: the one line of a wrong input."""

    code: int
    out: str
    error: str


def run(*words: object, answer: str = "") -> Ran:
    ran = CliRunner().invoke(app, ["study", *map(str, words)], input=answer)
    if ran.exception and not isinstance(ran.exception, MrcmvError | SystemExit):
        raise ran.exception
    wrong = str(ran.exception) if isinstance(ran.exception, MrcmvError) else ran.stderr
    return Ran(ran.exit_code, ran.stdout, wrong)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MRCMV_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MRCMV_METHOD", "descriptors")
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def store(data: Path):
    with closing(Store(sqlite_url(data / "studies.sqlite"))) as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A study of one clip and two methods whose results were made elsewhere."""
    folder = tmp_path / "mine"
    for number, method in enumerate(("ours", "theirs")):
        (folder / method).mkdir(parents=True)
        media.write_sound(noise(3.0, 0.05, number), folder / method / "walk.wav")
    write_clip(folder / "walk.mp4", 2.0)
    fields = make_study(1).model_dump(mode="json") | {
        "id": "mine",
        "clips": ["walk.mp4"],
        "methods": [{"name": name, "folder": name} for name in ("ours", "theirs")],
    }
    (folder / "study.yaml").write_text(yaml.safe_dump(fields))
    return folder / "study.yaml"


def changed(file: Path, **fields: object) -> Path:
    file.write_text(yaml.safe_dump(yaml.safe_load(file.read_text()) | fields))
    return file


def test_build_puts_a_bundle_into_the_data_folder_and_once_more_leaves_it(data, file):
    ran = run("build", file)
    assert ran.code == 0, ran.error
    assert ran.out.strip() == str(data / "studies/mine")
    files = {path: path.stat().st_mtime_ns for path in (data / "studies").rglob("*")}
    again = run("build", file)
    assert (again.code, again.out) == (0, ran.out)
    assert "Nothing has changed" in again.error
    assert {path: path.stat().st_mtime_ns for path in (data / "studies").rglob("*")} == files
    before = read_bundle(data / "studies/mine").stimuli
    assert run("build", changed(file, title="Another")).code == 0
    after = read_bundle(data / "studies/mine").stimuli
    assert {one.name for one in before}.isdisjoint(one.name for one in after)
    assert run("build", file, "--out", data.parent / "else").out.strip() == str(
        data.parent / "else"
    )


def test_what_raters_vote_on_is_not_built_again(data, file, store):
    assert run("build", file).code == 0
    bundle = read_bundle(data / "studies/mine")
    store.lock(bundle.study, bundle.stimuli)
    assert run("build", changed(file, title="Another")).code == 0, "nobody has begun yet"
    bundle = read_bundle(data / "studies/mine")
    store.lock(bundle.study, bundle.stimuli)
    arrive(store, bundle.study)
    assert run("build", file).code == 0, "nothing has changed"
    ran = run("build", changed(file, title="A third"))
    assert (ran.code, "has raters already" in ran.error) == (1, True)
    assert read_bundle(data / "studies/mine") == bundle


def test_a_wrong_study_is_one_line_and_leaves_nothing(data, file):
    for fields, words in (
        ({"clips": ["gone.mp4"]}, "gone.mp4 of the study is missing"),
        ({"rendering": {"length_s": 60}}, "lasts 2.0 s"),
        ({"trials": 0}, "trials is 0"),
    ):
        text = file.read_text()
        ran = run("build", changed(file, **fields))
        file.write_text(text)
        assert (ran.code, ran.out) == (1, "")
        assert words in ran.error
    assert run("build", file.parent / "nothing.yaml").code == 1
    assert not (data / "studies").exists()


def test_the_shipped_sample_builds(data, tmp_path):
    """With clips of two seconds in the places of its own."""
    study = tmp_path / "assets/studies/samples.yaml"
    study.parent.mkdir(parents=True)
    study.write_bytes((REPOSITORY / "assets/studies/samples.yaml").read_bytes())
    (tmp_path / "assets/clips").mkdir()
    for clip in (REPOSITORY / "assets/clips").glob("*.mp4"):
        write_clip(tmp_path / "assets/clips" / clip.name, 2.0)
    ran = run("build", study)
    assert ran.code == 0, ran.error
    bundle = read_bundle(data / "studies/samples")
    assert len(bundle.stimuli) == 9
    assert bundle.made["n_tracks"] >= 32


def test_serve_takes_ids_folders_and_files_and_all_there_is(data, file, monkeypatch):
    served = []
    monkeypatch.setattr(
        "mrcmv.web.serving.serve",
        lambda desk, **address: served.append((sorted(desk.bundles), address)),
    )
    assert "No study is built yet" in run("serve").error
    assert "not built yet" in run("serve", file).error
    assert "No study nothing is built here" in run("serve", "nothing").error
    run("build", file)
    for words in (["mine"], [file], [data / "studies/mine"], []):
        ran = run("serve", *words, "--host", "0.0.0.0", "--port", 80)
        assert ran.code == 0, ran.error
    assert served == [(["mine"], {"host": "0.0.0.0", "port": 80, "behind_proxy": False})] * 4
    assert "has changed since it was built" in run("serve", changed(file, title="New")).error
    assert len(served) == 4


def finish(store: Store, study, n_raters: int):
    """Raters who vote for slot 0 on every trial; their last session."""
    for _ in range(n_raters):
        session = arrive(store, study)
        for _ in range(study.trials):
            vote(store, session, slot=0, comment="=2+2")
    return session


@pytest.fixture
def study(store: Store):
    return locked(store, make_study(2, votes_a_cell=3))


def test_status_counts_and_says_no_result(store, study):
    session = finish(store, study, 1)
    store.exclude(study.id, session.rater, "a test")
    finish(store, study, 1)
    arrive(store, study)
    ran = run("status")
    assert ran.code == 0, ran.error
    assert "three: open" in ran.out
    assert "1 of 3  clip-0.mp4  mrcmv, cmmr, cbvmr" in ran.out
    assert "0 of 2 have their 3 votes" in ran.out
    assert "raters: 2 finished, 1 trials; 1 excluded, 0 withdrawn" in ran.out
    finish(store, study, 2)
    assert "three: over, every cell has 3 votes" in run("status", "three").out
    assert "There is no study 'four'" in run("status", "four").error


def test_an_empty_store_says_so(data):
    assert "no study in the store yet" in run("status").error


def test_export_writes_the_formats_asked_for(store, study, tmp_path):
    finish(store, study, 1)
    ran = run("export", "three", "--out", tmp_path / "out")
    assert ran.code == 0, ran.error
    names = "answers.csv chain.jsonl codebook.md comments.csv study.json votes.csv"
    assert " ".join(Path(line).name for line in ran.out.split()) == names
    assert "'=2+2" in (tmp_path / "out/comments.csv").read_text()
    two = ["--format", "jsonl", "--format", "parquet"]
    many = run("export", "three", "--out", tmp_path / "more", *two)
    assert many.code == 0, many.error
    assert (tmp_path / "more/votes.parquet").exists()
    assert len((tmp_path / "more/votes.jsonl").read_text().splitlines()) == 2
    assert run("export", "three", "--out", tmp_path / "x", "--format", "xls").code == 2
    assert run("export", "four", "--out", tmp_path / "x").code == 1


def test_a_report_waits_for_the_end_or_says_that_it_did_not(store, study, tmp_path):
    finish(store, study, 2)
    out = tmp_path / "report"
    ran = run("report", "three", "--out", out)
    assert ran.code == 1
    assert "not over yet (4 votes, 0 of 2 cells full)" in ran.error
    assert not out.exists()
    early = run("report", "three", "--out", out, "--early")
    assert early.code == 0, early.error
    text = (out / "report.md").read_text()
    assert "Made before the study was over" in text
    assert text.index("Made before") < text.index("##")
    finish(store, study, 1)
    assert run("report", "three", "--out", out).code == 0
    text = (out / "report.md").read_text()
    assert "Made before" not in text
    assert "6 votes of 3 raters on 2 clips" in text


def test_a_report_judges_what_the_study_said_before(store, tmp_path):
    better = [{"better": "mrcmv", "than": "cmmr"}]
    finish(store, locked(store, make_study(2, votes_a_cell=1, hypotheses=better)), 1)
    assert run("report", "three", "--out", tmp_path).code == 0
    text = (tmp_path / "report.md").read_text()
    assert "mrcmv" in text.split("## Table 2")[1]
    assert "than cbvmr" not in text


def test_verify_walks_the_chain_and_knows_receipts(data, store, study):
    session = arrive(store, study)
    receipt = vote(store, session)
    held = f"{receipt.number}:{receipt.hash}"
    ran = run("verify", "three", "--receipt", held)
    assert ran.code == 0, ran.error
    assert f"receipt {receipt.number}: in the chain" in ran.out
    assert "no stimuli" in ran.error
    assert (
        "another hash" in run("verify", "three", "--receipt", f"{receipt.number}:{'0' * 64}").error
    )
    assert run("verify", "three", "--receipt", "twelve").code == 2
    with sqlite3.connect(data / "studies.sqlite") as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in names.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        change = "UPDATE ledger SET content = replace(content, '\"slot\":0', '\"slot\":1')"
        connection.execute(change)
    broken = run("verify", "three")
    assert broken.code == 1
    assert f"broken at row {receipt.number}" in broken.error


def test_verify_compares_the_stimuli_with_what_was_built(data, file, store):
    run("build", file)
    bundle = read_bundle(data / "studies/mine")
    store.lock(bundle.study, bundle.stimuli)
    ran = run("verify", "mine")
    assert ran.code == 0, ran.error
    assert "2 stimuli" in ran.out
    run("build", file, "--out", data.parent / "else")
    other = run("verify", "mine", "--bundle", data.parent / "else")
    assert "other stimuli than those" in other.error
    sound = next((data / "studies/mine" / MEDIA).glob("*.m4a"))
    sound.write_bytes(sound.read_bytes()[:-1] + b"x")
    damaged = run("verify", "mine")
    assert damaged.code == 1
    assert "not the file that was built" in damaged.error


def excluded(out: Path) -> list[bool]:
    run("export", "three", "--out", out, "--format", "jsonl")
    return [json.loads(line)["excluded"] for line in (out / "votes.jsonl").read_text().splitlines()]


def test_exclusions_come_and_go_with_a_reason(store, study, tmp_path):
    rater = finish(store, study, 1).rater
    assert run("exclude", "three", rater).code == 2
    assert run("exclude", "three", rater, "--reason", "clicks at once").code == 0
    assert excluded(tmp_path) == [True, True]
    assert "clicks at once" in (tmp_path / "chain.jsonl").read_text()
    assert run("include", "three", rater, "--reason", "a mistake").code == 0
    assert excluded(tmp_path) == [False, False]
    assert "has no rater 'nobody'" in run("exclude", "three", "nobody", "--reason", "x").error


def test_a_withdrawal_is_asked_for_and_leaves_no_vote(store, study, tmp_path):
    session = finish(store, study, 1)
    no = run("withdraw", session.code, answer="n\n")
    assert no.code == 1
    assert "cannot be undone" in no.error
    assert len(excluded(tmp_path)) == 2
    assert run("withdraw", session.code, answer="y\n").code == 0
    assert excluded(tmp_path) == []
    assert "No session has this receipt code" in run("withdraw", session.code, "--yes").error
    other = finish(store, study, 1)
    assert run("withdraw", other.code, "--yes").code == 0
