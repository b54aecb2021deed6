"""Several forms in one file: where one ends and the next begins, by their tables, sheets and rows said again."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from baocao.catalogue import Form
from baocao.forms.recognise.alignment import Alignment, align, share_of_same_labels
from baocao.forms.recognise.labels import ALIKE, SURE, KnownLabels
from baocao.forms.recognise.table_rows import RowText

_SHARE = 0.4
_HALF, _NEARLY_ALL = 0.5, 0.9
_ROWS_MORE = 6


@dataclass(frozen=True)
class FormRows:
    """The rows of one form of the file, set beside every known form; `nearest` is the best of these."""

    rows: tuple[RowText, ...]
    alignments: tuple[Alignment, ...]

    @property
    def nearest(self) -> Alignment:
        return max(self.alignments, key=lambda found: found.score)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(key for key, found in self.nearest.firsts.items() if found.fit >= ALIKE)

    @property
    def tables(self) -> frozenset[int]:
        return frozenset(row.place.table for row in self.rows)


def split_forms(rows: Sequence[RowText], forms: Sequence[Form], *, by_sheet: bool) -> list[FormRows]:
    """Each form of the file in order; tables that are no part of a form are left out.

    A form may go on over several tables of a document, but never over several sheets of a workbook.
    """
    held: list[FormRows] = []
    for table in _tables_of_forms(rows, forms):
        if held and not by_sheet and _goes_on(held[-1], table):
            held[-1] = _beside((*held[-1].rows, *table.rows), forms)
        else:
            held.append(table)
    apart = [part for one in held for part in _split_at_restarts(one, forms)]
    whole = [one for one in apart if one.nearest.is_recognisable]
    return whole or ([_beside(rows, forms)] if rows else [])


def _beside(rows: Sequence[RowText], forms: Sequence[Form]) -> FormRows:
    """Where nearly all labels are one form's to the letter, forms that share few of them are not compared."""
    shares = {form.form_code: share_of_same_labels(rows, form) for form in forms}
    least = _HALF if max(shares.values(), default=0.0) >= _NEARLY_ALL else 0.0
    near = (form for form in forms if shares[form.form_code] >= least)
    return FormRows(tuple(rows), tuple(align(rows, form) for form in near))


def _tables_of_forms(rows: Sequence[RowText], forms: Sequence[Form]) -> list[FormRows]:
    """Without the tables of which less than half the rows are a form's."""
    tables = [_beside(tuple(some), forms) for _, some in groupby(rows, key=lambda row: row.place.table)]
    if len(tables) <= 1:
        return tables
    return [table for table in tables if max(map(_share_of_sure_rows, table.alignments)) >= _HALF]


def _share_of_sure_rows(alignment: Alignment) -> float:
    sure = sum(found.fit >= ALIKE for found in alignment.aligned)
    return sure / max(1, len(alignment.aligned) + len(alignment.strange))


def _goes_on(held: FormRows, table: FormRows) -> bool:
    """The rest of the same form: hardly any row is said again; a small table may fit another form as well."""
    same = next((one for one in table.alignments if one.form is held.nearest.form), None)
    if same is None or (table.nearest.form is not held.nearest.form and table.nearest.is_recognisable):
        return False
    again = {key for key, found in same.firsts.items() if found.fit >= ALIKE} & held.keys
    return len(again) <= 1 or not (len(again) >= _HALF * max(1, len(table.keys)) and held.nearest.is_recognisable)


def _split_at_restarts(held: FormRows, forms: Sequence[Form]) -> Iterator[FormRows]:
    """A form that begins again below itself in one table."""
    form = held.nearest.form
    labels, own = KnownLabels(form.rows), {row.key for row in form.rows}
    keys = [_key_of(row, labels, own) for row in held.rows]
    fewest, start = _SHARE * len(form.rows), 0
    seen: set[str] = set()
    for at, key in enumerate(keys):
        ahead = set(keys[at : at + len(form.rows) + _ROWS_MORE]) & seen
        if key in seen and len(seen) >= fewest and len(ahead) >= fewest:
            yield _beside(held.rows[start:at], forms)
            start, seen = at, set()
        if key:
            seen.add(key)
    yield held if not start else _beside(held.rows[start:], forms)


def _key_of(row: RowText, labels: KnownLabels, keys: Collection[str]) -> str:
    best = labels.best(row.label)
    if best is not None and best[1] >= SURE:
        return best[0].key
    return row.key if row.key in keys else ""
