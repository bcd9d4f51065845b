"""From matches to every figure of the tab Why, in a browser on the same machine.

    python -m benchmarks.why [--runs 3]

Each sample clip is dropped on a page of its own, with nothing in the browser's cache. The tab is
opened, for the first time on that page, in the moment the matches appear: so match 1 is mixed
meanwhile, as it is for a user. Each run starts the app anew: a mix that was made before, or a track
that was looked into, costs nothing. Its first clip, another one in each run, is left out. Told is
when all figures were drawn, and what the same figures take when they are drawn again with nothing
beside.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from mrcmv.settings import REPOSITORY
from tests.conftest import CHROMIUM, CHROMIUM_ARGS
from tests.ui.conftest import running

CLIPS = sorted((REPOSITORY / "assets/clips").glob("*.mp4"))
PATIENCE_MS = 300_000
WATCH = """() => {
    const marks = (window.marks = {});
    const mark = (name) => { marks[name] ??= performance.now(); };
    document.addEventListener("matches:change", () => {
        const { matches, run } = window.mrcmv;
        const found = run && matches.value?.state === "found" && matches.cards.length;
        if (marks.matches || !found) return;
        mark("matches");
        document.querySelectorAll('#tabs [role="tab"]')[1].click();
    });
    const look = () => {
        const why = window.mrcmv.why;
        if (why?.root.dataset.drawn) mark("drawn");
        else requestAnimationFrame(look);
    };
    look();
}"""
AGAIN = """async () => {
    const { why } = window.mrcmv;
    const own = why.value.figures.filter((one) => why.isOwn(one));
    why.sections = null;
    why.build();
    const start = performance.now();
    for (const one of own) await why.draw(one);
    return [own.length, (performance.now() - start) / 1000];
}"""


def measure(browser: Browser, url: str, clip: Path) -> tuple[float, float, int]:
    """Seconds from matches to all figures, and of drawing them again; how many there are."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(PATIENCE_MS)
    page.goto(url)
    page.wait_for_selector(".drop-target")
    page.wait_for_timeout(1500)
    page.evaluate(WATCH)
    page.set_input_files("#clip-file", clip)
    page.wait_for_function("window.marks.drawn")
    page.wait_for_timeout(4000)  # the mix has ended
    marks = page.evaluate("window.marks")
    n_figures, again_s = page.evaluate(AGAIN)
    page.close()
    return (marks["drawn"] - marks["matches"]) / 1000, again_s, n_figures


def one_run(browser: Browser, first: int) -> list[tuple[float, float, int]]:
    """All clips in an app of their own, in turn from the one of that number, which is left out."""
    at = first % len(CLIPS)
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), MRCMV_METHOD="mrcmv") as url,
    ):
        return [measure(browser, url, clip) for clip in (*CLIPS[at:], *CLIPS[:at])][1:]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=3)
    runs = max(1, parser.parse_args().runs)
    own = {"executable_path": str(CHROMIUM)} if CHROMIUM.exists() else {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(args=CHROMIUM_ARGS, **own)
        counted = [one for run in range(runs) for one in one_run(browser, run)]
        browser.close()
    print(f"{counted[0][2]} figures, {len(counted)} searches, seconds: median (least to most)")
    for name, at in (("all figures", 0), ("drawn again, nothing beside", 1)):
        values = [one[at] for one in counted]
        print(f"{name}: {statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})")


if __name__ == "__main__":
    main()
