"""Which of the matches on the page would be used: a vote in the study `audition`.

The rules and the storage are those of every study. What is the page's own: a rater begins with the
first vote, since the line of consent stands beside the question; a second vote on the same matches
corrects the first; and what was compared blind is told once the vote is on disk.
"""

import hashlib
import logging
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any

from mrcmv.errors import MrcmvError, StudyError, VoteRefused
from mrcmv.study import Study, read_study
from mrcmv.study.ballots import Ballot
from mrcmv.study.design import said
from mrcmv.study.reading import consent_hash
from mrcmv.study.store import Arrival, Offer, Receipt, Store
from mrcmv.types import Found
from mrcmv.ui import text
from mrcmv.ui.parts import ASSETS

log = logging.getLogger(__name__)

FILE = ASSETS / "audition.yaml"
LANGUAGE = "en"
LONGEST_CODE = 40
REMEMBERED = 1000
"""Answers that are known again when a click comes twice."""


@dataclass(frozen=True)
class Shown:
    """The matches on a page: for which clip (a hash), since when (monotonic seconds), and of each
    by rank its method and track."""

    run: str
    clip: str
    since_s: float
    matches: tuple[tuple[str, str], ...]
    duration_s: float


@dataclass(frozen=True)
class Voter:
    """Who votes on a page. `code`: the receipt code, empty before the first vote; `run` and
    `change_token`: of the last vote."""

    code: str = ""
    run: str = ""
    change_token: str = ""


class Preferences:
    """The study `audition` in a store. Raises StudyError where it cannot be locked there."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.study: Study = read_study(FILE)
        self._stored: OrderedDict[str, tuple[Voter, Receipt]] = OrderedDict()
        self._turn = threading.Lock()
        store.lock(self.study, ())

    @property
    def words(self) -> dict[str, str]:
        """What the page says beside the question."""
        return {
            **text.PREFERENCE,
            "question": said(self.study.question.text, LANGUAGE),
            "consent": said(self.study.consent.text, LANGUAGE),
        }

    def vote(
        self, voter: Voter, shown: Shown | None, asked: dict[str, Any]
    ) -> tuple[Voter, dict[str, Any]]:
        """A vote that the page asks for; what it says is true: a thank-you means it is on disk.

        asked: `n`, `run`, and `rank` (from 1) or `answer`; `code` of an earlier visit.
        """
        reply = {"n": asked.get("n"), "run": asked.get("run")}
        if shown is None or asked.get("run") != shown.run:
            return voter, {**reply, "error": text.PREFERENCE_GONE}
        try:
            with self._turn:
                voter, receipt = self._store(voter, shown, asked)
        except VoteRefused as error:
            return voter, {**reply, "error": str(error)}
        except MrcmvError:
            log.exception("a preference was not stored")
            return voter, {**reply, "error": text.PREFERENCE_FAILED}
        stored = text.PREFERENCE_STORED.format(number=receipt.number, hash=receipt.hash[:8])
        return voter, {**reply, "code": voter.code, "stored": stored, "methods": _told(shown)}

    def _store(self, voter: Voter, shown: Shown, asked: dict[str, Any]) -> tuple[Voter, Receipt]:
        code = str(asked.get("code") or "")[:LONGEST_CODE]
        rank, answer = asked.get("rank"), asked.get("answer")
        slot = rank - 1 if type(rank) is int else None
        told = str(answer)[:20] if answer is not None else None
        # A click that comes twice finds what the first one stored.
        again = f"{asked.get('n')}|{shown.run}|{shown.since_s}|{slot}|{told}"
        if again in self._stored:
            return self._stored[again]
        key = hashlib.sha256(again.encode("utf-8", "surrogatepass")).hexdigest()[:40]
        voter = self._known(voter, code)
        if voter.run == shown.run and voter.change_token:
            ballot = Ballot(voter.change_token, key, slot=slot, answer=told)
            receipt = self.store.correct(voter.code, ballot)
        else:
            ballot = Ballot(self._token(voter, shown), key, slot=slot, answer=told)
            receipt = self.store.vote(voter.code, ballot)
            voter = replace(voter, run=shown.run, change_token=receipt.change_token)
        self._stored[again] = voter, receipt
        if len(self._stored) > REMEMBERED:
            self._stored.popitem(last=False)
        return voter, receipt

    def _token(self, voter: Voter, shown: Shown) -> str:
        offers = [Offer(method, track, shown.duration_s) for method, track in shown.matches]
        seen_s = time.monotonic() - shown.since_s
        return self.store.offer(voter.code, shown.clip, offers, shown_for_s=seen_s).token

    def _known(self, voter: Voter, code: str) -> Voter:
        """The voter with a session: this page's, that of the code, or a new one."""
        if voter.code:
            return voter
        try:
            if code and self.store.resume(code).study == self.study.id:
                return Voter(code)
        except VoteRefused:
            pass  # a code of another server, or one that was withdrawn
        session = self.store.begin(self.study.id, Arrival(LANGUAGE, consent_hash(self.study)))
        return Voter(session.code)


def shown_of(found: Found, run: str, methods: tuple[str, ...] = ()) -> Shown:
    """What a search put on the page. methods: of each match, where they are not all of one."""
    of = methods or (found.method,) * len(found.matches)
    matches = tuple(
        (method, match.track.track_id) for method, match in zip(of, found.matches, strict=True)
    )
    clip = found.clip
    return Shown(run, clip.content_hash, time.monotonic(), matches, clip.duration_s)


def open_preferences(store: Store | None) -> Preferences | None:
    """The question, where votes can be stored; None, and a line in the log, where they cannot."""
    if store is None:
        return None
    try:
        return Preferences(store)
    except StudyError:
        log.exception("Audition asks no question: its votes could not be stored")
        return None


def _told(shown: Shown) -> list[str] | None:
    """Whose each match is, where several methods were compared."""
    methods = [method for method, _ in shown.matches]
    if len(set(methods)) < 2:
        return None
    return [text.METHOD_NAMES.get(method, method) for method in methods]
