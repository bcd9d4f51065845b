"""The store of studies: all that must be true at once happens here in one transaction.

    store = Store("sqlite:///data/studies.sqlite")
    store.lock(study, stimuli)
    session = store.begin(study.id, Arrival("en", consent_hash(study)))
    trial = store.trial(session.code)
    receipt = store.vote(session.code, Ballot(trial.token, key, slot=0))

schema      the tables
opening     engine, transactions, migrations: Database
studies     lock and load
raters      from consent to completion
dealing     which stimuli in which slots
trials      leases, what is shown, what was watched
votes       votes and corrections
ledger      the hash chain
leaving     withdrawal and exclusion
reading     rows, status, texts
views       what faces receive
segments    files that hold a store's votes
shipping    a store to segments, and segments to a store
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from mrcmv.study import exporting
from mrcmv.study import session as way
from mrcmv.study.ballots import Ballot
from mrcmv.study.design import Study
from mrcmv.study.exporting import FORMATS
from mrcmv.study.refusals import refuse
from mrcmv.study.rows import Row
from mrcmv.study.stimulus import Stimulus
from mrcmv.study.store import dealing, leaving, ledger, raters, reading, studies, trials, votes
from mrcmv.study.store.ledger import Verdict
from mrcmv.study.store.opening import Database, sqlite_url
from mrcmv.study.store.raters import Rater
from mrcmv.study.store.schema import studies as study_rows
from mrcmv.study.store.shipping import Shippable
from mrcmv.study.store.studies import Locked
from mrcmv.study.store.views import (
    Arrival,
    Fields,
    Filled,
    Offer,
    Receipt,
    Session,
    Slot,
    Status,
    Trial,
    Watched,
)
from mrcmv.study.watching import Event

__all__ = [
    "Arrival",
    "Filled",
    "Locked",
    "Offer",
    "Receipt",
    "Session",
    "Slot",
    "Status",
    "Store",
    "Trial",
    "Verdict",
    "Watched",
    "sqlite_url",
]


class Store:
    """Studies, raters and votes in one database. Safe for threads and for processes.

    Every method is one transaction; what it returns is on disk. All raise StudyError when the
    database fails, and VoteRefused (with a reason, and nothing stored) when a rule does.
    `clock` gives seconds since 1970.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.time) -> None:
        self._database = Database(url)
        self._clock = clock
        self._known: dict[str, Locked] = {}
        self._knowing = threading.Lock()

    def close(self) -> None:
        self._database.close()

    # Studies

    def lock(self, study: Study, stimuli: Sequence[Stimulus]) -> str:
        """Store a study with its stimuli; the hash that locks both."""
        with self._database.writing() as connection:
            return studies.lock(connection, study, tuple(stimuli), self._clock())

    def studies(self) -> tuple[str, ...]:
        """The ids of all studies."""
        with self._database.reading() as connection:
            return tuple(connection.scalars(select(study_rows.c.id).order_by(study_rows.c.id)))

    def study(self, study: str) -> Locked:
        """A study with its stimuli, as it was locked."""
        with self._database.reading() as connection:
            return self._load(connection, study)

    def status(self, study: str) -> Status:
        """Counts; no result."""
        with self._database.reading() as connection:
            return reading.status(connection, self._load(connection, study), self._clock())

    # A rater's session

    def begin(self, study: str, arrival: Arrival) -> Session:
        """Consent given: a new session, with the receipt code that resumes and withdraws it."""
        with self._writing(study) as (connection, locked):
            return raters.begin(connection, locked, arrival, self._clock())

    def resume(self, code: str) -> Session:
        """Where the session with this receipt code is."""
        with self._database.reading() as connection:
            rater = raters.find(connection, code)
            return raters.view(connection, self._load(connection, rater.study), rater)

    def check_sound(self, code: str, n_heard: int) -> tuple[Session, bool]:
        """How many tones were heard; the session, and whether that was right."""
        with self._session(code) as (connection, locked, rater):
            now_s = self._clock()
            rater, right = raters.check_sound(connection, locked, rater, n_heard, now_s)
            return raters.view(connection, locked, rater), right

    def trial(self, code: str) -> Trial | None:
        """The present trial; None when there is no further one (then ask `resume` for the step)."""
        with self._session(code) as (connection, locked, rater):
            now_s = self._clock()
            found = trials.give(connection, locked, rater.id, rater.progress, now_s)
            if found is None and not locked.study.is_open:
                progress = way.without_trials(rater.progress, locked.study)
                raters.advance(connection, rater, progress, now_s)
            return found

    def offer(
        self, code: str, clip: str, offers: Sequence[Offer], *, shown_for_s: float = 0.0
    ) -> Trial:
        """A trial on the rater's own clip, in a study whose clips are uploaded (Audition).

        A trial that is still open is left for it. `clip`: a name that leads to nobody (a hash).
        `shown_for_s`: how long the offers have been before the rater's eyes.
        """
        with self._session(code) as (connection, locked, rater):
            names = {one.method for one in offers}
            if not (locked.study.is_open and offers) or names - set(locked.study.method_names):
                raise refuse("out-of-turn")
            trials.leave(connection, rater.id)
            dealt = dealing.offered(clip, offers)
            now_s = self._clock()
            return trials.lease(
                connection, locked, rater.id, rater.progress, dealt, now_s,
                shown_s=now_s - max(0.0, shown_for_s),
            )  # fmt: skip

    def watch(self, code: str, token: str, events: Sequence[Event]) -> Watched:
        """Count what the player reports. `play` is sent when it happens: nothing counts before."""
        with self._session(code, durable=False) as (connection, locked, rater):
            return trials.report(connection, locked, rater.id, token, events, self._clock())

    def vote(self, code: str, ballot: Ballot) -> Receipt:
        """Append a vote. When this returns, it is on disk. A retry gets the same receipt."""
        with self._session(code) as (connection, locked, rater):
            return votes.vote(connection, locked, rater, ballot, self._clock())

    def correct(self, code: str, ballot: Ballot) -> Receipt:
        """Append a correction of the last vote, whose `change_token` the ballot carries."""
        with self._session(code) as (connection, locked, rater):
            return votes.correct(connection, locked, rater, ballot, self._clock())

    def answer(self, code: str, answers: Mapping[str, Any]) -> Session:
        """Answer the questions after the trials; the session has its completion code then."""
        with self._session(code) as (connection, locked, rater):
            done = raters.answer(connection, locked, rater, answers, self._clock())
            return raters.view(connection, locked, done)

    # Who leaves

    def withdraw(self, code: str) -> None:
        """Erase what leads to this rater, and leave the votes out of everything."""
        with self._session(code) as (connection, _, rater):
            leaving.withdraw(connection, rater, self._clock())
        self._database.shrink()

    def exclude(self, study: str, rater: str, reason: str) -> None:
        """Mark a rater's votes as excluded, with a reason that reviewers can read."""
        self._judge(study, rater, reason, excluded=True)

    def include(self, study: str, rater: str, reason: str) -> None:
        """Take an exclusion back, with a reason."""
        self._judge(study, rater, reason, excluded=False)

    def destroy_salt(self, study: str) -> None:
        """Make the hashed addresses meaningless for ever."""
        with self._writing(study) as (connection, _):
            leaving.destroy_salt(connection, study)
        self._database.shrink()

    # What comes out

    def rows(self, study: str) -> tuple[Row, ...]:
        """Every answer, as the statistics read it."""
        with self._database.reading() as connection:
            return reading.rows(connection, self._load(connection, study))

    def comments(self, study: str) -> tuple[Fields, ...]:
        """Free text by rater, trial and clip."""
        with self._database.reading() as connection:
            return reading.texts(connection, study)

    def answers(self, study: str) -> tuple[Fields, ...]:
        """Answers to the questions after the trials."""
        with self._database.reading() as connection:
            return reading.said_after(connection, study)

    def arrivals(self, study: str) -> tuple[Fields, ...]:
        """The platform's ids of who took part, for paying them. Never part of an export."""
        with self._database.reading() as connection:
            return reading.arrivals(connection, study)

    def export(
        self, study: str, folder: Path, formats: Iterable[str] = FORMATS
    ) -> tuple[Path, ...]:
        """Write votes, texts, chain and codebook into a folder, all from one state of the store."""
        with self._database.reading() as connection:
            locked = self._load(connection, study)
            return exporting.write(
                folder,
                locked.study,
                rows=reading.rows(connection, locked),
                comments=reading.texts(connection, study),
                answers=reading.said_after(connection, study),
                chain=tuple(reading.log(connection, study)),
                locked=locked.hash,
                formats=formats,
            )

    def verify(self, study: str, receipts: Mapping[int, str] | None = None) -> Verdict:
        """Walk the chain; `receipts` are hashes by number that raters hold."""
        with self._database.reading() as connection:
            studies.load(connection, study)  # no chain of no study is whole
            return ledger.verify(connection, study, receipts)

    def shippable(self) -> Shippable:
        """This store as what ships its votes elsewhere sees it."""
        return Shippable(self._database)

    # Within

    def _load(self, connection: Connection, study: str) -> Locked:
        """The study, parsed once for each hash."""
        query = select(study_rows.c.hash).where(study_rows.c.id == study)
        found = connection.scalar(query)
        with self._knowing:
            if found is None or found not in self._known:
                loaded = studies.load(connection, study)
                self._known[loaded.hash] = loaded
                return loaded
            return self._known[found]

    @contextmanager
    def _writing(self, study: str) -> Iterator[tuple[Connection, Locked]]:
        """A transaction that holds the study."""
        with self._database.writing() as connection:
            studies.lock_row(connection, study)
            yield connection, self._load(connection, study)

    @contextmanager
    def _session(
        self, code: str, *, durable: bool = True
    ) -> Iterator[tuple[Connection, Locked, Rater]]:
        """A transaction that holds the study of the rater with this code."""
        with self._database.writing(durable=durable) as connection:
            studies.lock_row(connection, raters.find(connection, code).study)
            # Read again: now nobody else can move the session on.
            rater = raters.find(connection, code)
            yield connection, self._load(connection, rater.study), rater

    def _judge(self, study: str, rater: str, reason: str, *, excluded: bool) -> None:
        with self._writing(study) as (connection, _):
            leaving.judge(connection, study, rater, reason, excluded=excluded, now_s=self._clock())
