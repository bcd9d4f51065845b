"""The first tables, and the triggers that make the ledger append-only.

Frozen: a change is a new revision beside this one, never an edit.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

HELD = sa.text("cell IS NOT NULL AND state IN ('leased', 'voted')")
LEASED = sa.text("state = 'leased'")
VOTES = sa.text("kind = 'vote'")

SQLITE = (
    """CREATE TRIGGER ledger_keeps BEFORE UPDATE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER ledger_holds BEFORE DELETE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    # INSERT OR REPLACE deletes without the trigger above: what it would replace is looked for here.
    """CREATE TRIGGER ledger_grows BEFORE INSERT ON ledger
    WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM ledger WHERE study = NEW.study)
    OR EXISTS (SELECT 1 FROM ledger WHERE rater = NEW.rater AND idempotency = NEW.idempotency)
    OR (NEW.kind = 'vote' AND EXISTS (
        SELECT 1 FROM ledger WHERE assignment = NEW.assignment AND kind = 'vote'))
    BEGIN SELECT RAISE(ABORT, 'the ledger grows by its next number, once a vote'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION ledger_is_append_only() RETURNS trigger AS $$
    BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$ LANGUAGE plpgsql""",
    """CREATE TRIGGER ledger_keeps BEFORE UPDATE OR DELETE ON ledger
    FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only()""",
    """CREATE TRIGGER ledger_holds BEFORE TRUNCATE ON ledger
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()""",
)


def upgrade() -> None:
    _studies()
    _raters()
    _assignments()
    _ledger()
    _erasable()
    dialect = op.get_bind().dialect.name
    for statement in SQLITE if dialect == "sqlite" else POSTGRESQL:
        op.execute(statement)


def _studies() -> None:
    op.create_table(
        "studies",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("locked_s", sa.Double, nullable=False),
        sa.Column("design", sa.Text, nullable=False),
        sa.Column("stimuli", sa.Text, nullable=False),
    )
    op.create_table(
        "secrets",
        sa.Column("study", sa.String(64), sa.ForeignKey("studies.id"), primary_key=True),
        sa.Column("token_key", sa.LargeBinary, nullable=False),
        sa.Column("salt", sa.LargeBinary),
    )


def _raters() -> None:
    op.create_table(
        "raters",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("study", sa.String(64), sa.ForeignKey("studies.id"), nullable=False),
        sa.Column("code_hash", sa.String(64), unique=True),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("consent", sa.String(64), nullable=False),
        sa.Column("consent_version", sa.Text, nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("progress", sa.Text, nullable=False),
        sa.Column("begun_s", sa.Double, nullable=False),
        sa.Column("seen_s", sa.Double, nullable=False),
        sa.Column("finished_s", sa.Double),
        sa.Column("withdrawn_s", sa.Double),
        sa.Column("is_excluded", sa.Boolean, nullable=False),
    )
    op.create_index("raters_of_study", "raters", ["study", "step"])


def _assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("study", sa.String(64), sa.ForeignKey("studies.id"), nullable=False),
        sa.Column("rater", sa.String(32), sa.ForeignKey("raters.id"), nullable=False),
        sa.Column("trial", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("clip", sa.Text, nullable=False),
        sa.Column("slots", sa.Text, nullable=False),
        sa.Column("cell", sa.Integer),
        sa.Column("place", sa.Integer),
        sa.Column("repeat_of", sa.Integer),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("watch", sa.Text, nullable=False),
        sa.Column("leased_s", sa.Double, nullable=False),
        sa.Column("expires_s", sa.Double, nullable=False),
        sa.Column("open_s", sa.Double),
    )
    op.create_index("assignments_of_cell", "assignments", ["study", "state", "cell"])
    op.create_index("assignments_of_rater", "assignments", ["rater", "trial"])
    _unique("one_holder_a_place", "assignments", ["study", "cell", "place"], HELD)
    _unique("one_lease_a_rater", "assignments", ["rater"], LEASED)


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("study", sa.String(64), sa.ForeignKey("studies.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("rater", sa.String(32)),
        sa.Column("assignment", sa.String(32)),
        sa.Column("idempotency", sa.String(64)),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    _unique("once_a_key", "ledger", ["rater", "idempotency"], None)
    _unique("one_vote_an_assignment", "ledger", ["assignment"], VOTES)


def _erasable() -> None:
    rater = sa.ForeignKey("raters.id")
    op.create_table(
        "people",
        sa.Column("rater", sa.String(32), rater, primary_key=True),
        sa.Column("study", sa.String(64), sa.ForeignKey("studies.id"), nullable=False),
        sa.Column("participant", sa.Text),
        sa.Column("parameters", sa.Text, nullable=False),
        sa.Column("address_hash", sa.String(64)),
        sa.Column("agent", sa.Text),
    )
    _unique("one_session_a_person", "people", ["study", "participant"], None)
    op.create_table(
        "comments",
        sa.Column("study", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("rater", sa.String(32), sa.ForeignKey("raters.id"), nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
    )
    op.create_table(
        "answers",
        sa.Column("rater", sa.String(32), sa.ForeignKey("raters.id"), primary_key=True),
        sa.Column("question", sa.String(64), primary_key=True),
        sa.Column("answer", sa.Text, nullable=False),
    )


def _unique(name: str, table: str, columns: list[str], where: sa.TextClause | None) -> None:
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)
