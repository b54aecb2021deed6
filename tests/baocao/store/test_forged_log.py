"""The release log against one who owns the database and can reckon hashes: forged entries carry hashes of their own."""

from dataclasses import replace

import pytest
from sqlalchemy import create_engine, text

from baocao.domain import Period
from baocao.store import LogMovedError, Store
from baocao.store.canonical import hash_text
from tests.baocao.store.samples import FORM, NOW
from tests.baocao.store.tampering import change


def write_three(store: Store) -> None:
    last = ""
    for kind, by in (("prepare", "lan"), ("approve", "minh"), ("publish", "minh")):
        last = store.releases.append(FORM, kind, NOW, {"by": by, "vintage": 1, "revision": 0}, after=last).sha256


def forge(database_url: str, position: int) -> None:
    """Another name in an entry, and the hash that goes with it."""
    engine = create_engine(database_url)
    with engine.connect() as connection:
        rows = connection.execute(text(f"SELECT body FROM release_log WHERE position = {position}"))
        body = str(rows.scalar_one()).replace('"minh"', '"hoa"').replace('"lan"', '"hoa"')
    engine.dispose()
    quoted = body.replace("'", "''").replace(":", r"\:")
    change(
        database_url,
        f"UPDATE release_log SET body = '{quoted}', sha256 = '{hash_text(body)}' WHERE position = {position}",
    )


@pytest.mark.parametrize("position", [1, 2, 3])
def test_an_entry_forged_with_a_hash_of_its_own_is_found(store: Store, database_url: str, position: int) -> None:
    write_three(store)
    assert store.releases.find_faults() == ()
    forge(database_url, position)
    assert "hoa" in {entry.content["by"] for entry in store.releases.list()}, "it reads as if nothing were"
    (fault,) = store.releases.find_faults()
    kind, where = ("log_broken", position + 1) if position < 3 else ("log_cut", 3)
    assert (fault.kind, fault.position) == (kind, where)


@pytest.mark.parametrize(
    ("column", "value"),
    [("period_code", "2025-Q3"), ("form_code", "2024-phu-luc-8"), ("unit_code", "xa"), ("kind", "withdraw")],
)
def test_an_entry_filed_otherwise_than_it_says_is_found(
    store: Store, database_url: str, column: str, value: str
) -> None:
    write_three(store)
    change(database_url, f"UPDATE release_log SET {column} = '{value}' WHERE position = 2")
    (fault,) = store.releases.find_faults()
    assert (fault.kind, fault.position) == ("log_changed", 2)


def test_of_two_first_entries_of_a_form_the_second_is_refused(store: Store) -> None:
    store.releases.append(FORM, "prepare", NOW, {}, after="")
    with pytest.raises(LogMovedError):
        store.releases.append(FORM, "prepare", NOW, {}, after="")
    store.releases.append(replace(FORM, period=Period.parse("2025-Q3")), "prepare", NOW, {}, after="")
