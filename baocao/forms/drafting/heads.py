"""The words of the table's head, where they are others than the usual ones."""

import re

from baocao.catalogue.forms import FormColumns
from baocao.forms.drafting.blank import BETWEEN_HEADS
from baocao.forms.recognise.columns import FormColumn, TableColumns
from baocao.forms.recognise.heads import ColumnRole

_NOTE = re.compile(r"^(?P<name>[^(]*?)\s*(?:–\s*)?(?P<note>\(.*\))?\s*$", re.DOTALL)


def name_columns(columns: TableColumns) -> dict[str, str]:
    """The keys of `columns` that say something else than where none is given."""
    by_role = {column.role: column for column in reversed(columns.columns)}
    label, note = _split_note(_head(by_role.get(ColumnRole.LABEL)))
    over, unit = _split_parent(_head(by_role.get(ColumnRole.UNIT)))
    over_figure, figure = _split_parent(_head(by_role.get(ColumnRole.FIGURE)))
    said = {
        "number": _head(by_role.get(ColumnRole.NUMBER)),
        "label": label,
        "label_note": note,
        "result": over or over_figure,
        "unit": unit,
        "figure": figure,
        "note": _head(by_role.get(ColumnRole.NOTE)),
    }
    usual = FormColumns()
    may_be_empty = {"label_note", "result"}
    return {key: text for key, text in said.items() if text != getattr(usual, key) and (text or key in may_be_empty)}


def _head(column: FormColumn | None) -> str:
    return column.head if column is not None else ""


def _split_note(head: str) -> tuple[str, str]:
    match = _NOTE.match(head)
    return (match["name"].strip(), match["note"] or "") if match else (head, "")


def _split_parent(head: str) -> tuple[str, str]:
    parent, between, own = head.rpartition(BETWEEN_HEADS)
    return (parent, own) if between else ("", head)
