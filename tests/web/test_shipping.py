"""Votes shipped off the machine and back: a folder as the Hub, and the Hub's own scheduler."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError
from pydantic import ValidationError

from mrcmv.errors import StudyError
from mrcmv.settings import Settings
from mrcmv.study.store import Session, Store, sqlite_url
from mrcmv.web import hub as hub_room
from mrcmv.web import shipping as room
from mrcmv.web.desk import open_desk
from mrcmv.web.hub import Dataset
from mrcmv.web.shipping import Shipping, contents
from tests.study.scenes import Clock, arrive, locked, make_study, vote
from tests.web.staged import make_bundle


@dataclass
class FolderHub:
    """A hub that is a folder, with a scheduler that pushes when told to."""

    folder: Path
    name: str = "me/votes"
    broken: str = ""
    spool: Path = Path()
    around: Callable[..., Any] | None = None
    stopped: bool = False

    def check(self) -> None:
        if self.broken:
            raise StudyError(self.broken)

    def fetch(self) -> list[tuple[str, bytes]]:
        return contents(self.folder)

    def names(self) -> set[str]:
        return {name for name, _ in contents(self.folder)}

    def schedule(self, folder: Path, around: Callable[..., Any]) -> "FolderHub":
        self.spool, self.around = folder, around
        return self

    def push_to_hub(self) -> Any:
        assert self.around is not None
        return self.around(self._push)

    def stop(self) -> None:
        self.stopped = True

    def _push(self) -> int | None:
        if self.broken:
            raise OSError(self.broken)
        new = [file for file in self.spool.rglob("*.jsonl") if file.stem not in self.names()]
        for file in new:
            there = self.folder / file.relative_to(self.spool)
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, there)
        return len(new) or None


@dataclass
class Box:
    """A machine with a disk of its own."""

    disk: Path
    hub: FolderHub
    clock: Clock
    opened: list[Store] = field(default_factory=list)

    def boot(self) -> tuple[Store, Shipping]:
        """A process on this disk that ships from now on; whatever ran before was killed."""
        store = Store(sqlite_url(self.disk / "studies.sqlite"), self.clock)
        self.opened.append(store)
        shipping = Shipping(store, self.hub, self.disk / "segments", self.clock)
        shipping.replay()
        shipping.start()
        return store, shipping


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def new_box(tmp_path: Path, clock: Clock) -> Iterator[Callable[[], Box]]:
    boxes: list[Box] = []

    def one() -> Box:
        hub = FolderHub(tmp_path / "hub")
        boxes.append(Box(tmp_path / f"disk-{len(boxes)}", hub, clock))
        return boxes[-1]

    yield one
    for box in boxes:
        for store in box.opened:
            store.close()


def begun(box: Box) -> tuple[Store, Shipping, Session]:
    """A study with one vote, all of it shipped."""
    store, shipping = box.boot()
    me = arrive(store, locked(store))
    vote(store, me)
    box.hub.push_to_hub()
    return store, shipping, me


def test_a_lost_disk_loses_no_shipped_vote(new_box: Callable[[], Box]):
    box = new_box()
    store, _, me = begun(box)
    for _ in range(2):
        vote(store, me)
        box.hub.push_to_hub()
    for _ in range(2):
        again, _ = new_box().boot()
        assert again.rows("three") == store.rows("three")
        assert again.verify("three") == store.verify("three")
        assert again.resume(me.code) == store.resume(me.code)
    vote(again, me)
    new_box().boot()


def test_each_process_ships_on_from_the_one_before(new_box: Callable[[], Box]):
    me = begun(new_box())[-1]
    for number in range(2, 5):
        box = new_box()
        store, shipping = box.boot()
        vote(store, me)
        shipping.close()
        assert len(store.rows("three")) == number
    assert len(contents(box.hub.folder)) == 4
    assert {path.parent.name for path in box.hub.folder.rglob("*.jsonl")} == {"20270115"}


def test_a_kill_before_the_segment_loses_nothing_on_that_disk(new_box: Callable[[], Box]):
    box = new_box()
    store, _, me = begun(box)
    vote(store, me)
    same, _ = box.boot()
    box.hub.push_to_hub()
    assert new_box().boot()[0].rows("three") == same.rows("three") == store.rows("three")


def test_a_kill_between_segment_and_push_loses_nothing_on_that_disk(new_box: Callable[[], Box]):
    box = new_box()
    store, _, me = begun(box)
    vote(store, me)
    box.hub.broken = "the wire is cut"
    with pytest.raises(OSError, match="wire"):
        box.hub.push_to_hub()
    n_there = len(contents(box.hub.folder))
    assert len(contents(box.disk / "segments")) == n_there + 1
    box.hub.broken = ""
    same, shipping = box.boot()
    assert shipping.status().n_waiting == 1
    assert len(contents(box.disk / "segments")) == 1
    box.hub.push_to_hub()
    assert len(contents(box.hub.folder)) == n_there + 1
    assert shipping.status().n_waiting == 0
    assert new_box().boot()[0].rows("three") == same.rows("three") == store.rows("three")


def test_a_database_lost_with_its_segments_kept_comes_back_from_both(new_box: Callable[[], Box]):
    box = new_box()
    store, _, me = begun(box)
    vote(store, me)
    box.hub.broken = "the wire is cut"
    with pytest.raises(OSError, match="wire"):
        box.hub.push_to_hub()
    box.hub.broken = ""
    store.close()
    for file in box.disk.glob("studies.sqlite*"):
        file.unlink()
    assert len(box.boot()[0].rows("three")) == 2


def test_a_kill_while_the_segment_is_written_leaves_none(
    new_box: Callable[[], Box], monkeypatch: pytest.MonkeyPatch
):
    box = new_box()
    store, _, me = begun(box)
    vote(store, me)
    with monkeypatch.context() as patch:
        patch.setattr(room.os, "fsync", lambda _: (_ for _ in ()).throw(OSError("killed")))
        with pytest.raises(OSError, match="killed"):
            box.hub.push_to_hub()
    assert len(contents(box.disk / "segments")) == 1
    box.boot()
    assert not list(box.disk.rglob("*.part"))
    box.hub.push_to_hub()
    assert new_box().boot()[0].rows("three") == store.rows("three")


def test_a_segment_is_on_the_disk_before_it_has_its_name(
    new_box: Callable[[], Box], monkeypatch: pytest.MonkeyPatch
):
    box = new_box()
    store, _ = box.boot()
    locked(store)
    seen: list[int] = []
    rename = Path.rename

    def watched(path: Path, target: Path) -> Path:
        seen.append(n_synced[0])
        return rename(path, target)

    n_synced = [0]
    monkeypatch.setattr(room.os, "fsync", lambda _: n_synced.__setitem__(0, n_synced[0] + 1))
    monkeypatch.setattr(Path, "rename", watched)
    box.hub.push_to_hub()
    assert seen == [1]
    assert n_synced[0] == 3


def test_a_shipped_segment_never_changes(new_box: Callable[[], Box]):
    box = new_box()
    store, _, me = begun(box)
    before = dict(contents(box.hub.folder))
    vote(store, me)
    box.hub.push_to_hub()
    box.boot()
    box.hub.push_to_hub()
    after = dict(contents(box.hub.folder))
    assert before.items() < after.items()


def test_the_lag_is_visible_and_so_is_the_error(new_box: Callable[[], Box], clock: Clock):
    box = new_box()
    store, shipping, me = begun(box)
    assert (shipping.status().n_waiting, shipping.status().waiting_since) == (0, None)
    assert shipping.status().error == ""
    clock.pass_s(60)
    first = vote(store, me)
    clock.pass_s(60)
    vote(store, me)
    assert (shipping.status().n_waiting, shipping.status().waiting_since) == (2, first.at)
    box.hub.broken = "the wire is\n cut"
    with pytest.raises(OSError, match="wire"):
        box.hub.push_to_hub()
    told = shipping.status()
    assert (told.n_waiting, told.error, told.dataset) == (2, "the wire is cut", "me/votes")
    box.hub.broken = ""
    box.hub.push_to_hub()
    assert (shipping.status().n_waiting, shipping.status().error) == (0, "")
    assert new_box().boot()[1].status().n_waiting == 0


def test_close_ships_the_last_votes_and_says_when_it_could_not(new_box: Callable[[], Box]):
    box = new_box()
    store, shipping, me = begun(box)
    vote(store, me)
    shipping.close()
    assert box.hub.stopped
    assert len(new_box().boot()[0].rows("three")) == 2
    box = new_box()
    store, shipping = box.boot()
    vote(store, me)
    box.hub.broken = "the wire is cut"
    with pytest.raises(StudyError, match=r"wire is cut\): 1 rows are on this disk alone"):
        shipping.close()
    assert box.hub.stopped


def test_a_second_process_is_noticed_and_a_fork_refused(new_box: Callable[[], Box]):
    old, new = new_box(), new_box()
    store, old_shipping, me = begun(old)
    fresh, new_shipping = new.boot()
    vote(store, me, slot=0)
    old.hub.push_to_hub()
    assert old_shipping.status().error == ""
    vote(fresh, me, slot=1)
    new.hub.push_to_hub()
    assert "Another process ships votes to me/votes too" in new_shipping.status().error
    with pytest.raises(StudyError, match="different votes at once"):
        new_box().boot()
    with pytest.raises(StudyError, match="different votes at once"):
        new.boot()


def test_an_old_process_without_new_votes_hinders_nobody(new_box: Callable[[], Box]):
    old, new = new_box(), new_box()
    store, _, me = begun(old)
    fresh, _ = new.boot()
    store.trial(me.code)
    old.hub.push_to_hub()
    vote(fresh, me)
    new.hub.push_to_hub()
    again, shipping = new_box().boot()
    assert again.rows("three") == fresh.rows("three")
    assert len(shipping.status().left_out) == 1


def test_a_torn_last_segment_is_told_and_the_next_starts_go_on(new_box: Callable[[], Box]):
    box = new_box()
    store, _, me = begun(box)
    vote(store, me)
    box.hub.push_to_hub()
    last = max(box.hub.folder.rglob("*.jsonl"), key=lambda file: file.name)
    last.write_bytes(last.read_bytes()[:-30])
    after = new_box()
    again, shipping = after.boot()
    assert shipping.status().left_out == (last.stem,)
    assert len(again.rows("three")) == 1
    vote(again, me)
    after.hub.push_to_hub()
    third, shipping = new_box().boot()
    assert third.rows("three") == again.rows("three")
    assert shipping.status().left_out == ()


def test_other_votes_on_the_disk_are_not_mixed(new_box: Callable[[], Box], clock: Clock):
    begun(new_box())
    box = new_box()
    clock.pass_s(5)
    other = Store(sqlite_url(box.disk / "studies.sqlite"), clock)
    locked(other)
    other.close()
    with pytest.raises(StudyError, match="not mixed"):
        box.boot()


# The dataset on the Hub, with the library's own scheduler


class FolderApi(HfApi):
    """The Hub's API on a folder: no call leaves the machine."""

    def __init__(self, folder: Path, **state: Any) -> None:
        super().__init__(endpoint="http://127.0.0.1:1", token="hf_none")
        self.folder, self.made = folder, []
        self.private: bool | None = state.get("private", True)
        self.exists: bool = state.get("exists", True)
        self.writable: bool = state.get("writable", True)
        self.error: Exception | None = None
        self.pushed = threading.Event()

    def repo_info(self, repo_id: str, **_: Any) -> Any:
        if self.error:
            raise self.error
        if not self.exists:
            raise RepositoryNotFoundError("no such dataset", response=answer(404))
        return SimpleNamespace(private=self.private)

    def create_repo(self, repo_id: str, **options: Any) -> Any:
        self.made.append(options)
        if not self.exists:
            self.exists, self.private = True, bool(options.get("private"))
        return SimpleNamespace(repo_id=repo_id)

    def auth_check(self, repo_id: str, *, write: bool = False, **_: Any) -> None:
        if write and not self.writable:
            raise HfHubHTTPError("403 Forbidden", response=answer(403))

    def list_repo_files(self, repo_id: str, **_: Any) -> list[str]:
        return [str(file.relative_to(self.folder)) for file in self.folder.rglob("*.*")]

    def snapshot_download(self, repo_id: str, *, local_dir: Any, **_: Any) -> str:
        if self.error:
            raise self.error
        shutil.copytree(self.folder, local_dir, dirs_exist_ok=True)
        return str(local_dir)

    def create_commit(self, repo_id: str, *, operations: Any, **_: Any) -> Any:
        self.pushed.set()
        if self.error:
            raise self.error
        for one in operations:
            there = self.folder / one.path_in_repo
            there.parent.mkdir(parents=True, exist_ok=True)
            with one.as_file() as file:
                there.write_bytes(file.read())
        return SimpleNamespace(commit_url="")


def answer(status: int) -> httpx2.Response:
    return httpx2.Response(status, request=httpx2.Request("GET", "http://hub"))


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """Where the fake Hub keeps its files."""
    (tmp_path / "there").mkdir()
    return tmp_path / "there"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"private": False}, "is public, and votes are not"),
        ({"private": None}, "is public, and votes are not"),
        ({"writable": False}, "cannot be written.*403.*HF_TOKEN"),
    ],
)
def test_a_dataset_that_does_not_do_is_refused(there: Path, state: dict[str, Any], words: str):
    with pytest.raises(StudyError, match=words) as refusal:
        Dataset("me/votes", FolderApi(there, **state)).check()
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("error", [httpx2.ConnectError("no route"), OSError("no route")])
def test_a_hub_that_cannot_be_reached_refuses_the_start(there: Path, error: Exception):
    api = FolderApi(there)
    api.error = error
    with pytest.raises(StudyError, match="no route"):
        Dataset("me/votes", api).check()
    with pytest.raises(StudyError, match="no route"):
        Dataset("me/votes", api).fetch()


def test_a_dataset_that_is_missing_is_made_private(there: Path):
    api = FolderApi(there, exists=False)
    Dataset("me/votes", api).check()
    assert [made["private"] for made in api.made] == [True]
    assert api.made[0]["repo_type"] == "dataset"


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_hubs_scheduler_ships_segments_alone_and_its_errors_show(there: Path, tmp_path: Path):
    api = FolderApi(there)
    store = Store(sqlite_url(tmp_path / "studies.sqlite"))
    me = arrive(store, locked(store))
    shipping = Shipping(store, Dataset("me/votes", api), tmp_path / "segments")
    shipping.replay()
    (tmp_path / "segments").mkdir()
    (tmp_path / "segments" / "half.part").write_text("half")
    api.error = httpx2.ConnectError("no route")
    shipping.start()
    assert all(made["private"] is True for made in api.made)
    until(lambda: shipping.status().error == "no route")
    assert shipping.status().n_waiting == 1
    api.error = None
    vote(store, me)
    shipping.close()
    assert (shipping.status().n_waiting, shipping.status().error) == (0, "")
    assert {file.suffix for file in there.rglob("*.*")} == {".jsonl"}
    again = Store(sqlite_url(tmp_path / "again.sqlite"))
    Shipping(again, Dataset("me/votes", api), tmp_path / "other").replay()
    assert again.rows("three") == store.rows("three")
    assert again.resume(me.code) == store.resume(me.code)
    for one in (store, again):
        one.close()


def test_a_start_ships_at_once(there: Path, tmp_path: Path):
    api = FolderApi(there)
    store = Store(sqlite_url(tmp_path / "studies.sqlite"))
    locked(store)
    shipping = Shipping(store, Dataset("me/votes", api), tmp_path / "segments")
    shipping.replay()
    shipping.start()
    assert api.pushed.wait(30)
    until(lambda: shipping.status().n_waiting == 0)
    shipping.close()
    store.close()


# The desk


def test_without_a_dataset_no_hub_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hub_room, "ship_to", None)
    desk = open_desk(Settings(data_dir=tmp_path), [])
    assert desk.shipping is None
    assert not (tmp_path / "segments").exists()
    desk.close()


def test_the_desk_comes_back_on_an_empty_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    hub = FolderHub(tmp_path / "hub")
    monkeypatch.setattr(hub_room, "Dataset", lambda name: hub)
    study = make_study(n_clips=1, trials=1)
    bundle = make_bundle(tmp_path / "bundle", study, duration_s=0.5)
    kept = []
    for number in range(2):
        settings = Settings(data_dir=tmp_path / str(number), hub_dataset="me/votes")
        desk = open_desk(settings, [bundle.folder])
        assert desk.shipping is not None
        if number == 0:
            vote(desk.store, arrive(desk.store, study))
        kept.append(desk.store.rows("three"))
        desk.close()
    assert kept[0] == kept[1] != ()
    assert hub.spool == tmp_path / "1" / "segments" / "me" / "votes"


def test_a_public_dataset_refuses_the_desk(there: Path, tmp_path: Path, monkeypatch):
    api = FolderApi(there, private=False)
    monkeypatch.setattr(hub_room, "Dataset", lambda name: Dataset(name, api))
    with pytest.raises(StudyError, match="me/votes on the Hub is public"):
        open_desk(Settings(data_dir=tmp_path / "disk", hub_dataset="me/votes"), [])


@pytest.mark.parametrize("name", ["votes", "a/b/c", "/b", "a/", "../b", "a b/c", "https://h/b"])
def test_a_setting_that_names_no_dataset_is_refused(name: str):
    with pytest.raises(ValidationError):
        Settings(hub_dataset=name)
