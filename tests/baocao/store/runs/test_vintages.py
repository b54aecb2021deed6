from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from baocao.domain import CellStatus, System
from baocao.store import (
    FormDamagedError,
    LeaseLostError,
    NotInStoreError,
    Store,
    VintageFinishedError,
    VintageKey,
    VintageStatus,
)
from baocao.store.tables.content_rows import VintagePart
from tests.baocao.store import samples
from tests.baocao.store.samples import FORM, HOUR, NOW


def everything_of(store: Store, key: VintageKey) -> tuple[object, ...]:
    payloads = store.collections.list_payloads(key)
    return (
        store.vintages.find(key),
        store.collections.list(key),
        payloads,
        [store.payloads.load(payload) for payload in payloads],
        store.contents.observations(key),
        store.contents.filled_form(key),
        store.contents.check_results(key),
        store.contents.failures(key),
    )


def test_a_run_comes_back_as_it_was_written(store: Store) -> None:
    observations = [samples.observation("84.13", "ratio"), samples.observation(None, status=CellStatus.BLANK)]
    results = [samples.check_result(), samples.check_result(check="form.ratio", cells=(), evidence={})]
    failures = [samples.failure()]
    key = samples.run(store, observations=observations, check_results=results, failures=failures, exit_code=11)
    vintage = store.vintages.find(key)
    assert store.contents.observations(key) == tuple(observations)
    assert store.contents.check_results(key) == tuple(results)
    assert store.contents.failures(key) == tuple(failures)
    assert store.contents.filled_form(key) == samples.form()
    assert list(store.contents.filled_form(key).cells) == list(samples.form().cells)
    assert [store.payloads.load(payload).body for payload in store.collections.list_payloads(key)] == [b"[1]", b"[2]"]
    assert (vintage.status, vintage.exit_code, vintage.known_at) == (VintageStatus.WHOLE, 11, NOW + HOUR)
    assert (vintage.opened_at, vintage.code_version, vintage.config_hash) == (NOW, "0.1.0", "c0ffee")


def test_a_second_vintage_changes_nothing_of_the_first(store: Store, payload_url: str) -> None:
    first = samples.run(store)
    before = everything_of(store, first)
    files = {path: path.stat().st_ino for path in Path(payload_url).rglob("*.zst")}
    second = samples.run(store, observations=[samples.observation("16737")], exit_code=20)
    assert second.vintage == 2
    assert everything_of(store, first) == before
    assert files.items() <= {path: path.stat().st_ino for path in Path(payload_url).rglob("*.zst")}.items()
    assert store.contents.observations(second)[0].value == Decimal(16737)


def test_vintages_are_numbered_within_a_form(store: Store) -> None:
    other = replace(FORM, unit_code="xa")
    assert [samples.run(store, key).vintage for key in (FORM, FORM, other, FORM)] == [1, 2, 1, 3]
    assert [vintage.key.vintage for vintage in store.vintages.list(FORM)] == [1, 2, 3]


def test_a_figure_keeps_every_digit(store: Store) -> None:
    digits = ["84.13", "0.1", "16736", "0", "-3", "100.00", "1E+3", "0.1000000000000000055511151231257827", "1E-30"]
    figures = [Decimal(each) for each in (*digits, "9" * 60)]
    key = samples.run(store, observations=[samples.observation(str(figure)) for figure in figures])
    values = [observation.value for observation in store.contents.observations(key)]
    assert values == figures
    assert [f"{value:f}" for value in values] == [f"{figure:f}" for figure in figures]


def test_what_is_not_a_figure_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="NaN is not a figure"):
        samples.run(store, observations=[samples.observation("NaN")])
    assert store.vintages.find_latest(FORM) is None


def test_instants_come_back_in_utc_whatever_zone_they_came_in(store: Store) -> None:
    local = NOW.astimezone(timezone(timedelta(hours=7)))
    key = samples.run(store, observations=[samples.observation(known_at=local + timedelta(microseconds=1))])
    known_at = store.contents.observations(key)[0].known_at
    assert known_at == NOW + timedelta(microseconds=1)
    assert known_at.tzinfo is UTC


def test_an_instant_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="has no time zone"):
        samples.run(store, known_at=NOW.replace(tzinfo=None))


def test_words_are_kept_in_nfc_and_never_stop_a_run(store: Store) -> None:
    note = "ty\u0309 le\u0323\u0302\x00 \ud800"
    key = samples.run(store, observations=[samples.observation(note=note)])
    assert store.contents.observations(key)[0].note == "tỷ lệ\ufffd ?"


def test_words_json_has_to_escape_do_not_damage_a_form(store: Store) -> None:
    words = '\n\u0303 \x00 "\u0338 \\'
    written = samples.form(unit_name=words)
    key = samples.run(store, filled_form=written, check_results=[samples.check_result(evidence={words: [words]})])
    assert store.contents.filled_form(key) == written
    assert store.contents.check_results(key)[0].evidence == {words: [words]}


def test_the_latest_vintage_is_the_last_whole_one(store: Store) -> None:
    assert store.vintages.find_latest(FORM) is None
    whole = samples.run(store)
    with store.leases.hold(FORM) as lease:
        failed = samples.begin(store, lease)
        store.vintages.fail(failed, exit_code=2, reason="units.yaml is wrong", failures=[samples.failure()])
        samples.begin(store, lease)
    latest = store.vintages.find_latest(FORM)
    assert latest is not None
    assert latest.key == whole
    assert store.vintages.find(failed).reason == "units.yaml is wrong"
    assert store.contents.failures(failed) == (samples.failure(),)


def test_what_was_known_at_a_time_can_be_asked_for(store: Store) -> None:
    for hours in (1, 2, 3):
        samples.run(store, known_at=NOW + hours * HOUR)
    asked = {hours: store.vintages.find_latest(FORM, NOW + hours * HOUR) for hours in (0.5, 1, 2.5, 9)}
    assert {hours: found and found.key.vintage for hours, found in asked.items()} == {0.5: None, 1: 1, 2.5: 2, 9: 3}


def test_a_run_that_stopped_is_marked_by_the_next_one(store: Store) -> None:
    with store.leases.hold(FORM, "server-1, process 4711") as lease:
        stopped = samples.begin(store, lease)
    assert store.vintages.find(stopped).status is VintageStatus.RUNNING
    samples.run(store)
    vintage = store.vintages.find(stopped)
    assert vintage.status is VintageStatus.FAILED
    assert "server-1, process 4711" in vintage.reason
    with pytest.raises(NotInStoreError, match="không có biểu mẫu"):
        store.contents.filled_form(stopped)


def test_finishing_twice_with_the_same_form_is_as_good_as_once(store: Store) -> None:
    with store.leases.hold(FORM) as lease:
        key = samples.begin(store, lease)
        samples.finish(store, key)
        before = everything_of(store, key)
        samples.finish(store, key)
        assert everything_of(store, key) == before


def test_a_finished_vintage_never_changes(store: Store) -> None:
    with store.leases.hold(FORM) as lease:
        key = samples.begin(store, lease)
        samples.finish(store, key)
        before = everything_of(store, key)
        changes: list[Callable[[], None]] = [
            lambda: samples.finish(store, key, filled_form=samples.form(value="84.12")),
            lambda: store.vintages.fail(key, exit_code=1, reason=""),
            lambda: store.vintages.mark_collected(key),
            lambda: store.collections.keep(key, samples.collect(store)),
        ]
        for change in changes:
            with pytest.raises(VintageFinishedError, match="lập lần mới"):
                change()
        assert everything_of(store, key) == before


def test_nothing_is_written_after_the_lease_was_given_back(store: Store) -> None:
    with store.leases.hold(FORM) as lease:
        key = samples.begin(store, lease)
    with pytest.raises(LeaseLostError, match="đã trả lại"):
        samples.finish(store, key)
    assert store.contents.observations(key) == ()


def test_a_form_of_another_unit_is_refused(store: Store) -> None:
    with store.leases.hold(FORM) as lease, pytest.raises(ValueError, match="given the form xa/"):
        samples.finish(store, samples.begin(store, lease), filled_form=samples.form(replace(FORM, unit_code="xa")))


def test_a_vintage_that_never_was_is_told(store: Store) -> None:
    with pytest.raises(NotInStoreError, match="dac-khu/2025-bieu-mau-7/2025-Q4/v7: không có lần lập này"):
        store.contents.observations(VintageKey("dac-khu", "2025-bieu-mau-7", samples.Q4, 7))


def test_a_changed_form_is_told(store: Store) -> None:
    key = samples.run(store)
    with store._database.writing() as session:
        session.execute(text("UPDATE filled_form SET body = replace(body, '84.13', '84.12')"))
    with pytest.raises(FormDamagedError, match="v1"):
        store.contents.filled_form(key)


def test_a_later_attempt_at_a_source_comes_in_the_place_of_the_first(store: Store) -> None:
    with store.leases.hold(FORM) as lease:
        key = samples.begin(store, lease)
        down = samples.collect(store, source_code="portal", failure=samples.failure())
        documents = samples.collect(store, samples.payload(b"[3]"), source_code="ioffice")
        up = samples.collect(store, samples.payload(b"[4]"), source_code="portal")
        for collection in (down, documents, up, up):
            store.collections.keep(key, collection)
        assert store.collections.list(key) == (up, documents)
        assert store.collections.list(key)[0].payload_hashes == (samples.payload(b"[4]").sha256,)
        with store._database.reading() as session:
            assert session.execute(text("SELECT count(*) FROM collection")).scalar_one() == 3


def test_a_failed_source_keeps_its_reason(store: Store) -> None:
    with store.leases.hold(FORM) as lease:
        key = samples.begin(store, lease)
        down = samples.collect(store, samples.payload(), failure=samples.failure())
        store.collections.keep(key, down)
        assert store.collections.list(key) == (down,)


def test_a_collection_cannot_name_a_payload_that_was_not_kept(store: Store) -> None:
    with store.leases.hold(FORM) as lease:
        key = samples.begin(store, lease)
        kept = replace(store.payloads.keep(samples.payload()), entry_sha256="0" * 64)
        with pytest.raises(IntegrityError):
            store.collections.keep(key, samples.collect(store, payloads=(kept,)))
        assert store.collections.list(key) == ()


def test_the_same_answer_may_stand_twice_in_a_collection(store: Store) -> None:
    with store.leases.hold(FORM) as lease:
        key = samples.begin(store, lease)
        twice = samples.collect(store, samples.payload(b"[]"), samples.payload(b"[1]"), samples.payload(b"[]"))
        store.collections.keep(key, twice)
        assert [store.payloads.load(payload).body for payload in store.collections.list_payloads(key)] == [
            b"[]",
            b"[1]",
            b"[]",
        ]


def test_every_row_of_a_vintage_hangs_on_it(store: Store) -> None:
    samples.run(store, failures=[samples.failure()])
    with store._database.reading() as session:
        for kind in VintagePart.__subclasses__():
            assert session.scalars(select(kind)).one().vintage_id == 1


def test_what_the_sources_cover_comes_back_as_it_was_and_a_vintage_of_before_has_none(store: Store) -> None:
    kept = (samples.coverage(), samples.coverage(source_code="portal", system=System.PORTAL, window=None, proofs=()))
    assert store.contents.coverages(samples.run(store, coverages=kept)) == kept
    assert store.contents.coverages(samples.run(store, coverages=())) == ()
