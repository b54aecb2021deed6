"""A blank of each shipped form comes out as the shipped YAML, except for what the questions ask."""

import dataclasses
import re
from datetime import date
from typing import Any

import pytest
import yaml

from baocao.catalogue import Catalogue
from baocao.documents.reading.files import read_content
from baocao.documents.reading.italics import find_italics
from baocao.forms.drafting import CellMarks, Draft, DraftWishes, QuestionTopic, Sureness, draft_form
from baocao.forms.drafting.yaml_files import write_files
from tests.baocao.forms.drafting.blanks import BY_SECOND_HAND, as_shipped, by_our_writer

OLD, NEW = "2024-phu-luc-8", "2025-bieu-mau-7"
TODAY = date(2026, 1, 5)
HANDS = [("ours", kind) for kind in ("docx", "xlsx", "html", "pdf")] + [("second", kind) for kind in BY_SECOND_HAND]
MOST_QUESTIONS = {NEW: 24, OLD: 40}
"""Of 25 and of 35 rows: where everything is asked, nothing is read."""


def drafted(catalogue: Catalogue, code: str, hand: str, kind: str) -> Draft:
    """With the other form alone known, and the day it is in force from."""
    other = OLD if code == NEW else NEW
    shipped = as_shipped(code)
    content = by_our_writer(catalogue.form(code), kind) if hand == "ours" else BY_SECOND_HAND[kind](shipped)
    known = dataclasses.replace(catalogue, forms={other: catalogue.form(other)})
    wishes = DraftWishes(form_code=code, valid_from=shipped["valid_from"])
    return draft_form(read_content(content), known, wishes, TODAY, CellMarks(find_italics(content)))


def without_italics(value: Any) -> Any:
    return re.sub(r"</?i>", "", value) if isinstance(value, str) else value


@pytest.mark.parametrize(("hand", "kind"), HANDS)
@pytest.mark.parametrize("code", [NEW, OLD])
def test_a_blank_of_our_own_form_comes_out_as_shipped_except_for_what_is_asked(
    catalogue: Catalogue, code: str, hand: str, kind: str
) -> None:
    draft = drafted(catalogue, code, hand, kind)
    shipped, form = as_shipped(code), dict(draft.form)
    asked = {(question.row, question.topic) for question in draft.questions}
    shown = (lambda value: value) if kind in {"docx", "xlsx"} else without_italics
    rows, own_rows = shipped.pop("rows"), form.pop("rows")
    assert shipped.pop("form_code") == draft.form_code
    assert form == shipped
    assert [row["number"] for row in own_rows] == [row["number"] for row in rows]
    for row, own in zip(rows, own_rows, strict=True):
        for key in {*row, *own}:
            same = own.get(key) == shown(row.get(key))
            assert same or (row["number"].rstrip("."), key) in asked, f"{row['number']} {key}: {own.get(key)}"
    assert len(draft.questions) <= MOST_QUESTIONS[code]
    assert not draft.indicators


def test_what_is_sure_is_right(catalogue: Catalogue) -> None:
    for code in (NEW, OLD):
        draft = drafted(catalogue, code, "second", "docx")
        right = {row["number"].rstrip("."): row.get("indicator") for row in as_shipped(code)["rows"]}
        sure = {key: one.indicator for key, one in draft.reasons.items() if one.sureness is Sureness.SURE}
        assert sure == {key: right[key] for key in sure}
        assert len(sure) > len(draft.reasons) / 2


def test_misprints_are_found_and_worded_as_they_are_shipped(catalogue: Catalogue) -> None:
    for code, all_found in ((NEW, {"2", "4.3.1", "4.3.2", "4.4"}), (OLD, {"2", "6.4"})):
        draft = drafted(catalogue, code, "second", "docx")
        own = {row["number"].rstrip("."): row["misprints"] for row in draft.form["rows"] if "misprints" in row}
        shipped = {r["number"].rstrip("."): r["misprints"] for r in as_shipped(code)["rows"] if "misprints" in r}
        assert set(own) == all_found == set(shipped)
        for key, entries in own.items():
            assert [(one["where"], one["meant"], one["note"]) for one in entries] == [
                (one["where"], one["meant"], one["note"]) for one in shipped[key]
            ]


def test_every_question_says_what_is_taken_why_and_how_sure(catalogue: Catalogue) -> None:
    draft = drafted(catalogue, NEW, "second", "docx")
    assert all(one.asks and one.taken and one.why for one in draft.questions)
    by_cell = {(one.row, one.topic): one for one in draft.questions}
    payment = by_cell["4.5.2", QuestionTopic.INDICATOR]
    assert "procedures_payment_national_count" in (payment.taken, *payment.others)
    assert payment.sureness is not Sureness.SURE


def test_the_files_say_what_was_drafted_and_are_read_by_the_configuration(catalogue: Catalogue) -> None:
    draft = drafted(catalogue, OLD, "second", "docx")
    files = write_files(draft)
    assert yaml.safe_load(files[f"forms/{OLD}.yaml"]) == dict(draft.form)
    questions = yaml.safe_load(files["questions.yaml"])["questions"]
    assert [one["row"] for one in questions] == [one.row for one in draft.questions]
    assert not any(one["done"] for one in questions)
