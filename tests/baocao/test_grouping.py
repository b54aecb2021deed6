"""Figures by field, receiving unit and procedure: a small table of dossiers in, a figure for each group out."""

import shutil
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from baocao.catalogue import Catalogue
from baocao.catalogue.fields import FieldEntry, FieldList
from baocao.counting import CountingContext, SourceRecords, add_computed, observe
from baocao.domain import CellStatus, Observation, Period, SourceFailure, System, Window
from baocao.errors import ConfigError
from baocao.grouping import observe_groups
from baocao.selection import select_records
from baocao.settings import CHECKOUT_DIR
from baocao.source_text import make_mark
from tests.baocao.table import table

Q4 = Window(date(2025, 9, 15), date(2025, 12, 14))
FIELDS = FieldList(
    fields={
        "ho-tich": FieldEntry(label="Hộ tịch", names=("Hộ tịch",), codes=("G01",)),
        "dat-dai": FieldEntry(label="Đất đai", codes=("G02",), procedures=("2.000002",)),
    }
)
RECEIVED, ONLINE, EARLY = "all_received_count", "all_received_online_count", "all_resolved_early_count"
RESOLVED, SHARE, TO_SETTLE = "all_resolved_count", "all_resolved_share_pct", "all_to_settle_count"
ASKED = tuple((code, "field") for code in (RECEIVED, ONLINE, SHARE, TO_SETTLE))


@pytest.fixture
def declared(catalogue: Catalogue) -> Catalogue:
    return replace(catalogue, fields=FIELDS)


def grouped(
    catalogue: Catalogue, *rows: dict[str, Any], asked: tuple[tuple[str, str], ...] = ASKED, failed: bool = False
) -> dict[str, Observation]:
    failure = SourceFailure("igate", System.ONE_STOP, "xa", 11, "SourceUnreachableError", "") if failed else None
    source = SourceRecords(System.ONE_STOP, {} if failed else table("dossiers", *rows), failure=failure)
    context = CountingContext(catalogue.unit("xa"), Period(2025, "Q4"), Q4, Q4.end_at, {System.ONE_STOP: source})
    codes = {code: catalogue.indicator(code) for code in catalogue.indicators if code.startswith("all_")}
    totals = add_computed(codes, observe(codes, context), context)
    return observe_groups(codes, asked, totals, context, catalogue.groupings)


def values(found: dict[str, Observation], code: str) -> dict[str, Decimal | None]:
    return {name.partition(":")[2]: one.value for name, one in found.items() if name.startswith(f"{code}@")}


NAMED = {"field_key": make_mark("Hộ tịch")}


def test_a_dossier_is_of_the_field_its_procedure_names_else_of_the_word_the_source_says(declared: Catalogue) -> None:
    found = grouped(
        declared,
        {"field_key": "G01"},
        {**NAMED, "channel": "postal"},
        {"field_key": "G01", "procedure_code": "2.000002"},
        {"field_key": "G02"},
    )
    assert values(found, RECEIVED) == {"dat-dai": 2, "ho-tich": 2}
    assert values(found, ONLINE) == {"dat-dai": 2, "ho-tich": 1}
    assert values(found, TO_SETTLE) == {"dat-dai": 2, "ho-tich": 2}


@pytest.mark.parametrize(
    "written", [unicodedata.normalize("NFD", "Hộ tịch"), "HỘ TỊCH", "hộ tịch", "Hộ Tịch", "Hộ tịch "]
)
@pytest.mark.parametrize("keep", [str, make_mark])
def test_a_field_is_known_in_another_case_and_unicode_form(
    declared: Catalogue, written: str, keep: Callable[[str], str]
) -> None:
    found = grouped(declared, {"field_key": "G01"}, {"field_key": keep(written)}, {"field_key": "g02"})
    assert values(found, RECEIVED) == {"ho-tich": 2, "dat-dai": 1}


def test_a_receiving_unit_is_known_in_another_case_and_by_the_mark_of_its_name(declared: Catalogue) -> None:
    xa = declared.unit("xa")
    named = replace(declared, units={"xa": xa.model_copy(update={"source_keys": {"one_stop": "UBND xã Bình"}})})
    rows = [
        {"receiving_unit_key": text} for text in (make_mark("UBND xã Bình"), make_mark("UBND XÃ BÌNH"), "ubnd xã bình")
    ]
    assert values(grouped(named, *rows, asked=((RECEIVED, "unit"),)), RECEIVED) == {"xa": 3}


def test_a_word_nobody_declared_is_in_no_total_silently_and_a_name_is_never_said(declared: Catalogue) -> None:
    found = grouped(declared, {"field_key": "G01"}, {"field_key": "G77"}, {"field_key": make_mark("Bí mật")}, {})
    assert values(found, RECEIVED) == {"ho-tich": 1, "unknown": 3}
    note = found[f"{RECEIVED}@field:unknown"].note
    assert note.startswith("Lĩnh vực chưa khai báo: G77, ‹6 ký tự, ")
    assert "Bí mật" not in note


def test_a_figure_without_a_record_in_a_group_that_has_others_is_nought(declared: Catalogue) -> None:
    found = grouped(declared, {"field_key": "G01", "channel": "postal"}, {"field_key": "G02"})
    assert values(found, ONLINE) == {"dat-dai": 1, "ho-tich": 0}


def test_the_groups_of_a_count_add_up_to_its_total_and_shares_to_a_hundred(declared: Catalogue) -> None:
    settled = {"finished_at": "2025-10-02 08:00"}
    rows = [{"field_key": key, **settled} for key in ("G01", "G02", "G02", "G99")]
    found = grouped(declared, *rows)
    assert values(found, SHARE) == {
        "ho-tich": Decimal("25.00"),
        "dat-dai": Decimal("50.00"),
        "unknown": Decimal("25.00"),
    }


def test_the_steps_of_a_group_say_how_it_was_chosen(declared: Catalogue) -> None:
    found = grouped(declared, {"field_key": "G01"}, {"field_key": "G02", "status": "refused"}, {"field_key": "G02"})
    steps = [(step.step, step.left_count) for step in found[f"{RECEIVED}@field:dat-dai"].steps[:2]]
    assert steps == [("hồ sơ trong dữ liệu nguồn", 3), ("lĩnh vực: Đất đai", 2)]


def test_by_procedure_and_by_receiving_unit(declared: Catalogue) -> None:
    key = next(iter(declared.unit("xa").source_keys.values()))
    asked = ((RECEIVED, "procedure"), (RECEIVED, "unit"))
    found = grouped(
        declared,
        {"procedure_code": "1.000001", "receiving_unit_key": key},
        {"procedure_code": "1.000002", "receiving_unit_key": "K-77"},
        asked=asked,
    )
    assert {code: one.value for code, one in found.items()} == {
        f"{RECEIVED}@procedure:1.000001": 1, f"{RECEIVED}@procedure:1.000002": 1,
        f"{RECEIVED}@unit:xa": 1, f"{RECEIVED}@unit:unknown": 1,
    }  # fmt: skip


def test_a_source_that_failed_has_no_groups(declared: Catalogue) -> None:
    assert grouped(declared, failed=True) == {}


def test_a_group_of_what_the_source_does_not_give_is_not_nought(declared: Catalogue) -> None:
    found = grouped(declared, {"field_key": "G01"}, asked=((EARLY, "field"), (RECEIVED, "field")))
    early = found[f"{EARLY}@field:ho-tich"]
    assert (early.value, early.status) == (None, CellStatus.NOT_COLLECTED)
    assert "không cung cấp ngày hẹn trả" in early.note
    assert values(found, RECEIVED) == {"ho-tich": 1}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("names: [Hộ tịch]", "“Hộ tịch” ghi ở hai lĩnh vực: ho-tich, dat-dai"),
        ("names: [HỘ TỊCH]", "“Hộ tịch” ghi ở hai lĩnh vực"),
        ("codes: [LV01]", "“LV01” ghi ở hai lĩnh vực"),
    ],
)
def test_a_word_of_two_fields_is_refused(tmp_path: Path, wrong: str, says: str) -> None:
    folder = Path(shutil.copytree(CHECKOUT_DIR / "config", tmp_path / "config"))
    text = "fields:\n  ho-tich: {label: Hộ tịch, names: [Hộ tịch], codes: [LV01]}\n"
    (folder / "fields.yaml").write_text(f"{text}  dat-dai: {{label: Đất đai, {wrong}}}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        Catalogue.read(folder)
    assert says in str(caught.value)
    assert "fields.dat-dai" in str(caught.value)


def test_the_records_behind_a_groups_figure_are_its_own(declared: Catalogue) -> None:
    rows = [{"field_key": key} for key in ("G01", "G02", "G02", "G99")]
    counted = {}
    for key in ("ho-tich", "dat-dai", "unknown"):
        definition = declared.indicators[f"{RECEIVED}@field:{key}"].count
        assert definition is not None
        records, steps = select_records(definition, table("dossiers", *rows), Q4)
        counted[key] = (len(records), steps[1].step)
    assert counted == {
        "ho-tich": (1, "lĩnh vực: Hộ tịch"), "dat-dai": (2, "lĩnh vực: Đất đai"), "unknown": (1, "lĩnh vực: chưa khai báo"),
    }  # fmt: skip
    total = declared.indicators[RECEIVED].count
    assert total is not None
    assert len(select_records(total, table("dossiers", *rows), Q4)[0]) == 4
