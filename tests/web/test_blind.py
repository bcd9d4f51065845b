"""A rater's browser learns nothing of methods, tracks and files, and the audit can be trusted."""

from pathlib import Path

import av
import pytest
from playwright.sync_api import Browser

from mrcmv.study.parts import KNOWN_METHODS
from tests.web.blind import Recorder, traces
from tests.web.houses import SECRET_CLIPS, SECRET_METHODS, SECRET_TRACKS
from tests.web.staged import Server, write_tone
from tests.web.walking import Walker

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_rater_learns_nothing_of_methods_tracks_and_files(browser: Browser, server: Server):
    context = browser.new_context()
    recorder = Recorder(context)
    walker = Walker(context.new_page(), server.page("whole"))
    page = walker.page
    walker.open()
    recorder.keep(page)
    walker.agree()
    recorder.keep(page)
    walker.hear()
    walker.through_practice()
    for answer in ("0", "none"):
        walker.watch_all()
        recorder.keep(page)
        walker.choose(answer)
        walker.vote()
        walker.stored()
        recorder.keep(page)
    page.wait_for_selector("input[name=edits]")
    page.check("input[name=edits][value='0']")
    page.click("main form button.main")
    walker.await_end()
    recorder.keep(page)
    found = recorder.everything()
    assert len(recorder.media) == 2 + 6 + 1  # pictures, results, and what practice broke
    assert sum("/api/" in place for place in found) > 40
    stems = [clip.partition(".")[0] for clip in SECRET_CLIPS]
    needles = [*SECRET_METHODS, *SECRET_TRACKS, *stems, "stimuli.json", "made/"]
    assert traces(found, [*needles, "mrcmv", "cmmr", "cbvmr"], KNOWN_METHODS) == []
    context.close()


def test_the_audit_would_find_a_name_in_any_disguise(tmp_path: Path):
    write_tone(tmp_path / "plain.m4a", 0.2, 440.0)
    with av.open(tmp_path / "plain.m4a") as source, av.open(tmp_path / "told.m4a", "w") as target:
        target.metadata["title"] = "Tapir Waltz"
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(audio=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    found = {
        "media": (tmp_path / "told.m4a").read_bytes(),
        "base64": b"eFRhcGlyIFdhbHR6eA==",
        "url": b"/x/tapir%20waltz.m4a",
        "hex": b"5461706972205761 6c747a".replace(b" ", b""),
        "word": b"the tags:",
        "clean": (tmp_path / "plain.m4a").read_bytes() + b"randomly staged",
    }
    told = traces(found, ["Tapir Waltz"], ["tags", "random"])
    assert {line.rpartition(" in ")[2] for line in told} == set(found) - {"clean"}
