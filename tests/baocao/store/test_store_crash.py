from sqlalchemy import text

from baocao.store import Store, VintageStatus
from tests.baocao.store import processes, samples
from tests.baocao.store.leasing.test_leases import take_when_free
from tests.baocao.store.samples import FORM

TABLES = ("observation", "filled_form", "check_result", "coverage", "source_failure")


def count_rows(store: Store, *tables: str) -> list[int]:
    with store._database.reading() as session:
        return [session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables]


def test_a_run_killed_between_a_payloads_file_and_its_entry_can_be_run_again(
    store: Store, database_url: str, payload_url: str
) -> None:
    processes.run_until_killed(processes.die_between_body_and_entry, database_url, payload_url)
    assert count_rows(store, "payload") == [0]
    kept = store.payloads.keep(samples.payload())
    assert store.payloads.load(kept) == samples.payload()
    assert count_rows(store, "payload") == [1]


def test_a_run_killed_while_it_writes_its_findings_leaves_none_of_them(
    store: Store, database_url: str, payload_url: str
) -> None:
    processes.run_until_killed(processes.die_while_finishing, database_url, payload_url)
    assert count_rows(store, *TABLES) == [0] * len(TABLES)
    (killed,) = store.vintages.list(FORM)
    assert killed.status is VintageStatus.RUNNING
    second = samples.begin(store, take_when_free(store))
    samples.finish(store, second, failures=[samples.failure()])
    assert second.vintage == 2
    assert count_rows(store, *TABLES) == [1] * len(TABLES)
    assert [vintage.status for vintage in store.vintages.list(FORM)] == [VintageStatus.FAILED, VintageStatus.WHOLE]
