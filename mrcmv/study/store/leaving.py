"""Who leaves, and whose votes do not count: withdrawal, exclusion, the end of the salt."""

from sqlalchemy import Connection, delete, select, update

from mrcmv.errors import StudyError
from mrcmv.study.store import ledger as chain
from mrcmv.study.store.raters import Rater
from mrcmv.study.store.schema import answers, assignments, comments, people, raters, secrets


def withdraw(connection: Connection, rater: Rater, now_s: float) -> None:
    """Erase what leads to the person: platform's ids, hashed address, texts, answers, the code.

    The votes stay in the chain under a pseudonym that nothing leads to any more, and are left out
    of results and exports. Their places are free again.
    """
    for table in (people, comments, answers):
        connection.execute(delete(table).where(table.c.rater == rater.id))
    connection.execute(
        update(raters).where(raters.c.id == rater.id).values(code_hash=None, withdrawn_s=now_s)
    )
    _free(connection, rater.id)
    entry = chain.Entry("withdraw", {"rater": rater.id}, rater.id)
    chain.append(connection, rater.study, entry, now_s)


def judge(
    connection: Connection, study: str, rater: str, reason: str, *, excluded: bool, now_s: float
) -> None:
    """Exclude a rater's votes from results, or include them again. They stay where they are.

    Raises:
        StudyError: the study has no such rater, or a reason is missing.
    """
    reason = reason.strip()
    if not reason:
        raise StudyError("An exclusion needs a reason: it stands in the log for reviewers to read.")
    query = select(raters.c.id).where(raters.c.id == rater, raters.c.study == study)
    if connection.execute(query).first() is None:
        raise StudyError(f"The study {study} has no rater {rater!r}.")
    connection.execute(update(raters).where(raters.c.id == rater).values(is_excluded=excluded))
    if excluded:
        _free(connection, rater)
    kind: chain.Kind = "exclude" if excluded else "include"
    entry = chain.Entry(kind, {"rater": rater, "reason": reason}, rater)
    chain.append(connection, study, entry, now_s)


def destroy_salt(connection: Connection, study: str) -> None:
    """Destroy what the addresses were hashed with: the hashes say nothing from then on."""
    connection.execute(update(secrets).where(secrets.c.study == study).values(salt=None))


def _free(connection: Connection, rater: str) -> None:
    """Give the rater's places back to others."""
    for state, then in (("leased", "lapsed"), ("voted", "released")):
        connection.execute(
            update(assignments)
            .where(assignments.c.rater == rater, assignments.c.state == state)
            .values(state=then)
        )
