"""What of a row is kept: declared fields, and of those only what has the shape of a number, a date or a code."""

from typing import Any
from unicodedata import normalize

import pytest

from baocao.source_text import is_mark, make_mark
from connectors.reading.minimising import Fields
from connectors.reading.quick_pages import PageDecoder, QuickPage
from sandbox.world.planted import invent_person

PERSON = invent_person(12)
FIELDS = Fields(
    kept={"code": {}, "level": {"id": {}}, "day": {}, "kind": {}, "fees": {"amount": {}}, "office": {}},
    known=frozenset({"name"}),
    words=frozenset({"Tối mật"}),
    names=frozenset({"office"}),
    numbers=frozenset({"code"}),
)


def kept(**row: Any) -> dict[str, Any]:
    (found,) = FIELDS.minimise([row])["rows"]
    return dict(found)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "H98.51-251014-0001"), ("code", "019d2bfd-0000-7000-8000-095607182951"), ("code", 912345678),
        ("level", {"id": "5f5b2c2b4e1bd312a6f3ae25"}), ("day", "2025/12/14 08:00:00"), ("kind", "Tối mật"),
        ("day", "2025-12-14T08:00:00.000+0700"), ("fees", [{"amount": "8.000"}]), ("kind", None), ("kind", True),
        ("office", "UBND xã An Mẫu"), ("kind", "TỐI MẬT "), ("kind", " 0 "), ("kind", normalize("NFD", "Tối mật")),
    ],
)  # fmt: skip
def test_codes_dates_and_numbers_are_kept_as_they_are(field: str, value: Any) -> None:
    assert kept(**{field: value}) == {field: value}


@pytest.mark.parametrize("value", [*PERSON[:5], "Nguyễn", "tối mật lắm", 999000012])
@pytest.mark.parametrize("field", ["day", "kind", "level", "office"])
def test_any_other_text_is_kept_as_a_mark_that_can_be_counted(field: str, value: Any) -> None:
    first, second, other = (kept(**{field: text})[field] for text in (value, value, f"{value} khác"))
    assert first == second
    assert is_mark(first)
    assert first != other


def test_a_list_where_one_value_is_declared_is_not_kept() -> None:
    found = kept(code=[PERSON.full_name, {"phone": PERSON.phone}], level=[{"id": 1, "name": PERSON.full_name}])
    assert is_mark(found["code"])
    assert found["level"] == [{"id": 1}]
    assert is_mark(kept(kind=["a", "b"])["kind"])


def test_what_nobody_declared_is_left_out_and_named_unless_its_name_is_a_person() -> None:
    found = FIELDS.minimise([{"code": "1", "name": "x", "Ghi chú": "x", PERSON.full_name: "x"}])
    assert found["rows"] == [{"code": "1"}]
    assert found["unknown_fields"] == sorted(["Ghi chú", make_mark(PERSON.full_name)])


def test_a_page_decoded_quickly_keeps_the_same() -> None:
    import orjson

    fields = Fields(kept={"code": {}, "kind": {}})
    rows = [{"code": "A-1", "kind": PERSON.phone}, {"code": "A-2", "kind": "x"}, {"code": "A-3", "kind": "Tối"}]
    page = PageDecoder(fields, "rows", {})(orjson.dumps({"rows": rows}))
    assert isinstance(page, QuickPage)
    assert orjson.loads(page.minimised()) == fields.minimise(rows)
