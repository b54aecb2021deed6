"""Every hash the database speaks of, in whatever table and column: what must never be removed.

Read from the database as it is rather than from a list of the tables known to keep files, so that a table added by a
later version, or by somebody else, protects its files as well.
"""

import re
from collections.abc import Iterator

from sqlalchemy import JSON, MetaData, String, Table, select
from sqlalchemy.orm import Session

ROWS_AT_ONCE = 5_000
_SHA256 = re.compile(r"[0-9a-f]{64}")


def find_mentioned_hashes(session: Session) -> set[str]:
    """All runs of 64 hexadecimal digits in all text columns."""
    found: set[str] = set()
    tables = MetaData()
    tables.reflect(session.connection())
    for table in tables.tables.values():
        for text in _read_texts(session, table):
            found.update(_SHA256.findall(text))
    return found


def _read_texts(session: Session, table: Table) -> Iterator[str]:
    columns = [column for column in table.columns if isinstance(column.type, String | JSON)]
    if not columns:
        return
    rows = session.execute(select(*columns).execution_options(yield_per=ROWS_AT_ONCE))
    for row in rows:
        yield from (str(value) for value in row if value is not None)
