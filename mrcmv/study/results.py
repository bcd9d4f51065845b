"""A study's report as it stands now, and who may have it: nobody before the stop rule, unless asked
for early, which the report then says first."""

from dataclasses import replace

from mrcmv.errors import StudyError
from mrcmv.study.report import Plan, Report, report_of
from mrcmv.study.store import Status, Store


def report_now(store: Store, study: str, *, early: bool = False) -> Report:
    """The report of all votes so far.

    Raises:
        StudyError: there is no such study, it is not over and `early` was not asked for, or no
            vote that counts has been cast.
    """
    now, locked = store.status(study), store.study(study).study
    check_over(now, early=early)
    plan = Plan(locked.hypotheses, locked.correction, locked.alpha)
    made = report_of(store.rows(study), plan, locked.method_names)
    if now.results_are_open:
        return made
    warning = (
        f"Made before the study was over ({how_far(now)}): p-values and intervals do not hold."
    )
    return replace(made, warnings=(warning, *made.warnings))


def check_over(now: Status, *, early: bool = False) -> None:
    """Raise StudyError for results that are to wait."""
    if not now.results_are_open and not early:
        raise StudyError(
            f"{now.study} is not over yet ({how_far(now)}), and who looks at results before stops "
            "when they please."
        )


def how_far(now: Status) -> str:
    """`12 votes, 3 of 4 cells full`."""
    return f"{now.n_votes} votes, {now.n_full} of {len(now.cells)} cells full"
