"""Whether everything the desk said it had kept is in the database, counted there by plain SQL."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import create_engine, text

from benchmarks.desk_browser import Written

FIGURES = "SELECT evidence, value FROM typed_entry WHERE revision IS NOT NULL"
REMARKS = "SELECT text, 0 FROM remark"
STEPS = "SELECT kind, count(*) FROM release_log GROUP BY kind"
STEP_KINDS = {"submit": "prepare", "approve": "approve", "send back": "send_back"}


def find_lost(database_url: str, written: Sequence[Written]) -> list[Written]:
    """The acknowledged changes of which the database has no row, or one that says something else."""
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            figures = {
                str(said): Decimal(value) for said, value in connection.execute(text(FIGURES)) if value is not None
            }
            remarks = {str(said) for said, _ in connection.execute(text(REMARKS))}
            steps = {str(kind): int(count) for kind, count in connection.execute(text(STEPS))}
    finally:
        engine.dispose()
    lost = [one for one in written if one.kind == "figure" and figures.get(one.text) != Decimal(one.value)]
    lost += [one for one in written if one.kind == "remark" and one.text not in remarks]
    for kind, step in STEP_KINDS.items():
        told = [one for one in written if one.kind == kind]
        lost += told[steps.get(step, 0) :]
    return lost
