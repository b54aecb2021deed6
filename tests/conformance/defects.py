"""Every kind of defect a hand-made form can have: how it is planted, where it can be, and what must then be found.

The same kinds serve the corpus (at fixed rows) and the mutation run (at random rows).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from baocao.catalogue import Catalogue, Form
from baocao.domain import Measure
from tests.conformance.made import NEW_FORM, OLD_FORM, MadeForm, MadeRow, measure_of

Finding = tuple[str, tuple[str, ...]]
IN_LINES = frozenset({"lines.txt"})
IN_TEXT = IN_LINES | {"layout.txt"}
Plant = Callable[[MadeForm, str, Form], MadeForm]
_COUNTS = (Measure.PROCEDURE, Measure.DOSSIER)


@dataclass(frozen=True)
class Defect:
    """One kind of defect.

    `rows` gives the rows it can be planted in ("" for the whole document), `expected` the findings (check id, cells)
    it must give besides those of the clean form. `hidden_in` names the formats of plain text in which a line or a column
    holds no longer together with it: something else is then found at its row.
    """

    name: str
    plant: Plant
    rows: Callable[[MadeForm, Form, Catalogue], list[str]]
    expected: Callable[[str, MadeForm, Form], set[Finding]]
    hidden_in: frozenset[str] = frozenset()


def _one(check: str) -> Callable[[str, MadeForm, Form], set[Finding]]:
    return lambda key, made, form: {(f"document.{check}", (key,) if key else ())}


def _rows_of(*measures: Measure) -> Callable[[MadeForm, Form, Catalogue], list[str]]:
    def rows(made: MadeForm, form: Form, catalogue: Catalogue) -> list[str]:
        return [r.key for r in made.rows if r.figure and measure_of(catalogue, form, r.key) in measures]

    return rows


def _proven_ratios(made: MadeForm, form: Form, catalogue: Catalogue) -> list[str]:
    """Percentages whose numerator and denominator the form prints."""
    return [row.key for row in form.rows if catalogue.ratio_rows(form, row)]


def _all_rows(made: MadeForm, form: Form, catalogue: Catalogue) -> list[str]:
    return [row.key for row in made.rows]


def _document(made: MadeForm, form: Form, catalogue: Catalogue) -> list[str]:
    return [""]


def _only(form_code: str, rows: list[str]) -> Callable[[MadeForm, Form, Catalogue], list[str]]:
    return lambda made, form, catalogue: rows if made.form_code == form_code else []


def _thousands(made: MadeForm) -> tuple[str, ...]:
    return tuple(row.key for row in made.rows if len(row.figure.replace(".", "")) > 3 and "," not in row.figure)


def _decimals(made: MadeForm) -> tuple[str, ...]:
    return tuple(row.key for row in made.rows if "," in row.figure)


def _head(old: dict[str, str], new: dict[str, str]) -> Plant:
    """Change the words of the head: one way for the form before the reform, another for the one after."""

    def plant(made: MadeForm, key: str, form: Form) -> MadeForm:
        changes = old if made.form_code == OLD_FORM else new
        head = "\n".join(made.head)
        for before, after in changes.items():
            head = head.replace(before, after)
        return replace(made, head=tuple(head.split("\n")))

    return plant


def _row(**changes: str | Callable[[MadeRow], str]) -> Plant:
    def plant(made: MadeForm, key: str, form: Form) -> MadeForm:
        row = made.row(key)
        return made.with_row(key, **{n: c if isinstance(c, str) else c(row) for n, c in changes.items()})

    return plant


def _without(made: MadeForm, key: str, form: Form) -> MadeForm:
    return replace(made, rows=tuple(row for row in made.rows if row.key != key))


def _twice(made: MadeForm, key: str, form: Form) -> MadeForm:
    at = next(i for i, row in enumerate(made.rows) if row.key == key)
    return replace(made, rows=(*made.rows[: at + 1], made.rows[at], *made.rows[at + 1 :]))


def _to_the_end(made: MadeForm, key: str, form: Form) -> MadeForm:
    moved = made.row(key)
    return replace(made, rows=(*(row for row in made.rows if row.key != key), moved))


def _with_a_row_more(made: MadeForm, key: str, form: Form) -> MadeForm:
    at = next(i for i, row in enumerate(made.rows) if row.key == key)
    more = MadeRow("", "9.9.", "Số máy tính nối mạng của cơ quan", "Chiếc", "12")
    return replace(made, rows=(*made.rows[: at + 1], more, *made.rows[at + 1 :]))


def _cut(label: str) -> str:
    return label[: max(len(label) * 3 // 5, 12)].rsplit(" ", 1)[0]


def _reworded(label: str) -> str:
    words = label.split()
    words[len(words) // 2] = "khác"
    return " ".join(words)


def _long_labels(made: MadeForm, form: Form, catalogue: Catalogue) -> list[str]:
    return [row.key for row in made.rows if len(row.label.split()) >= 6 and row.key != "6.5.2"]


def _in_order(made: MadeForm, keys: set[str]) -> tuple[str, ...]:
    return tuple(row.key for row in made.rows if row.key in keys)


_PCT, _COUNT = _rows_of(Measure.PERCENT), _rows_of(*_COUNTS)
_WITH_UNIT = _rows_of(*_COUNTS, Measure.PERCENT)


def _label_of_the_other(made: MadeForm, key: str, form: Form) -> MadeForm:
    return made.with_row(key, label="Tổng số TTHC đủ điều kiện cung cấp trực tuyến mức độ 4")


DEFECTS: tuple[Defect, ...] = (
    Defect("formula left", _row(figure="=b/a*100"), _PCT, _one("formula_left")),
    Defect("formula of numbers", _row(figure="9530/16736"), _PCT, _one("formula_left")),
    Defect("error value", _row(figure="#DIV/0!"), _PCT, _one("formula_error")),
    Defect("placeholder left", _row(figure="a"), _COUNT, _one("placeholder_left")),
    Defect("bracket left", _row(figure="[số liệu]"), _PCT, _one("placeholder_left")),
    Defect("percent sign", _row(figure=lambda row: f"{row.figure}%"), _PCT, _one("percent_sign")),
    Defect("percent sign in a count", _row(figure="95%"), _COUNT, _one("percent_sign")),
    Defect(
        "thousands run together",
        _row(figure=lambda row: row.figure.replace(".", "")),
        lambda made, form, catalogue: list(_thousands(made)),
        lambda key, made, form: {("document.mixed_number_styles", _thousands(made))},
    ),
    Defect(
        "dot before decimals",
        _row(figure=lambda row: row.figure.replace(",", ".")[:-1]),
        lambda made, form, catalogue: list(_decimals(made)),
        lambda key, made, form: {("document.mixed_number_styles", _in_order(made, {*_decimals(made), key}))},
    ),
    Defect("digit lost", _row(figure="16.73"), _rows_of(Measure.DOSSIER), _one("ambiguous_number")),
    Defect("ratio of one", _row(figure="0,95"), _proven_ratios, _one("ambiguous_number")),
    Defect("none at all", _row(figure="Không có"), _PCT, _one("ambiguous_number")),
    Defect("marks misplaced", _row(figure="1.67.36"), _COUNT, _one("unreadable_number")),
    Defect("two numbers", _row(figure="28 - 30"), _COUNT, _one("unreadable_number")),
    Defect(
        "unit in the figure",
        _row(figure=lambda row: f"{row.figure} thủ tục"),
        _rows_of(Measure.PROCEDURE),
        _one("text_in_figure"),
    ),
    Defect("words for a figure", _row(figure="đang tổng hợp"), _COUNT, _one("text_in_figure")),
    Defect("unit of another", _row(unit="Văn bản"), _WITH_UNIT, _one("unit_altered")),
    Defect("unit gone", _row(unit=""), _WITH_UNIT, _one("unit_altered")),
    Defect("label reworded", _row(label=lambda row: _reworded(row.label)), _long_labels, _one("label_altered")),
    Defect("label cut", _row(label=lambda row: _cut(row.label)), _long_labels, _one("label_altered")),
    Defect("label gone", _row(label=""), _all_rows, _one("label_altered"), IN_TEXT),
    Defect("row missing", _without, _all_rows, _one("row_missing")),
    Defect("row twice", _twice, _all_rows, _one("row_twice")),
    Defect("row moved", _to_the_end, lambda made, *_: [row.key for row in made.rows[:-2]], _one("row_order")),
    Defect("row number changed", _row(number="9.9."), _all_rows, _one("number_altered"), IN_TEXT),
    Defect("row number gone", _row(number=""), _all_rows, _one("number_altered"), IN_TEXT),
    Defect(
        "row unknown",
        _with_a_row_more,
        _all_rows,
        lambda key, made, form: {("document.row_unknown", ())},
        IN_LINES,
    ),
    Defect("report number blank", _head({"161/": "…/"}, {"205/": "        /"}), _document, _one("head_blank")),
    Defect("day blank", _head({"ngày 15/": "ngày …/"}, {"ngày 15 ": "ngày      "}), _document, _one("head_blank")),
    Defect(
        "no such day",
        _head({"15/3": "30/2"}, {"15 tháng 12": "31 tháng 11"}),
        _document,
        _one("date_impossible"),
    ),
    Defect(
        "dated too early",
        _head({"15/3": "05/3"}, {"ngày 15 ": "ngày 04 "}),
        _document,
        _one("dated_before_cutoff"),
    ),
    Defect("form not in force", _head({"2024": "2026"}, {"2025": "2024"}), _document, _one("form_not_in_force")),
    Defect(
        "head of the other version",
        _head({"Phụ lục 8": "Biểu mẫu 7"}, {"Biểu mẫu 7": "Phụ lục 8"}),
        _document,
        _one("form_mixed"),
    ),
    Defect("label of the other version", _label_of_the_other, _only(NEW_FORM, ["4.1.1"]), _one("form_mixed")),
    Defect(
        "signature gone",
        lambda made, key, form: replace(made, foot=()),
        _only(OLD_FORM, [""]),
        _one("signature_missing"),
    ),
    Defect(
        "signer's name gone",
        lambda made, key, form: replace(made, foot=made.foot[:-1]),
        _only(OLD_FORM, [""]),
        _one("signature_missing"),
    ),
)
