"""The tables. What is true of each:

    studies      the locked file, its stimuli and its hash; replaced only before the first rater
    secrets      the key of the tokens and the salt of the hashes, which can be destroyed
    raters       a pseudonym and where its session is; no word of a person
    people       what leads to a person: erased by a withdrawal
    assignments  who sees what in which slots, leased until it is voted on
    ledger       the append-only, hash-chained log: locks, votes, corrections, who left and why
    comments     free text, outside the chain: erased by a withdrawal
    answers      to the questions after the trials: erased by a withdrawal

Times are seconds since 1970 (UTC), but in the ledger: there they are ISO 8601, as hashed.
`migrations/` makes these tables; a test keeps both the same.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

metadata = MetaData()

studies = Table(
    "studies",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("locked_s", Double, nullable=False),
    Column("design", Text, nullable=False),
    Column("stimuli", Text, nullable=False),
)

secrets = Table(
    "secrets",
    metadata,
    Column("study", String(64), ForeignKey("studies.id"), primary_key=True),
    Column("token_key", LargeBinary, nullable=False),
    Column("salt", LargeBinary),
)

raters = Table(
    "raters",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("study", String(64), ForeignKey("studies.id"), nullable=False),
    Column("code_hash", String(64), unique=True),
    Column("language", String(35), nullable=False),
    Column("consent", String(64), nullable=False),
    Column("consent_version", Text, nullable=False),
    Column("step", String(16), nullable=False),
    Column("progress", Text, nullable=False),
    Column("begun_s", Double, nullable=False),
    Column("seen_s", Double, nullable=False),
    Column("finished_s", Double),
    Column("withdrawn_s", Double),
    Column("is_excluded", Boolean, nullable=False),
    Index("raters_of_study", "study", "step"),
)

people = Table(
    "people",
    metadata,
    Column("rater", String(32), ForeignKey("raters.id"), primary_key=True),
    Column("study", String(64), ForeignKey("studies.id"), nullable=False),
    Column("participant", Text),
    Column("parameters", Text, nullable=False),
    Column("address_hash", String(64)),
    Column("agent", Text),
    Index("one_session_a_person", "study", "participant", unique=True),
)

assignments = Table(
    "assignments",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("study", String(64), ForeignKey("studies.id"), nullable=False),
    Column("rater", String(32), ForeignKey("raters.id"), nullable=False),
    Column("trial", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("clip", Text, nullable=False),
    Column("slots", Text, nullable=False),
    Column("cell", Integer),
    Column("place", Integer),
    Column("repeat_of", Integer),
    Column("state", String(16), nullable=False),
    Column("watch", Text, nullable=False),
    Column("leased_s", Double, nullable=False),
    Column("expires_s", Double, nullable=False),
    Column("open_s", Double),
    Index("assignments_of_cell", "study", "state", "cell"),
    Index("assignments_of_rater", "rater", "trial"),
    Index(
        "one_holder_a_place",
        "study",
        "cell",
        "place",
        unique=True,
        sqlite_where=text("cell IS NOT NULL AND state IN ('leased', 'voted')"),
        postgresql_where=text("cell IS NOT NULL AND state IN ('leased', 'voted')"),
    ),
    Index(
        "one_lease_a_rater",
        "rater",
        unique=True,
        sqlite_where=text("state = 'leased'"),
        postgresql_where=text("state = 'leased'"),
    ),
)

ledger = Table(
    "ledger",
    metadata,
    Column("study", String(64), ForeignKey("studies.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("at", String(40), nullable=False),
    Column("rater", String(32)),
    Column("assignment", String(32)),
    Column("idempotency", String(64)),
    Column("content", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("once_a_key", "rater", "idempotency", unique=True),
    Index(
        "one_vote_an_assignment",
        "assignment",
        unique=True,
        sqlite_where=text("kind = 'vote'"),
        postgresql_where=text("kind = 'vote'"),
    ),
)

comments = Table(
    "comments",
    metadata,
    Column("study", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("rater", String(32), ForeignKey("raters.id"), nullable=False),
    Column("comment", Text, nullable=False),
)

answers = Table(
    "answers",
    metadata,
    Column("rater", String(32), ForeignKey("raters.id"), primary_key=True),
    Column("question", String(64), primary_key=True),
    Column("answer", Text, nullable=False),
)
