"""A draft from a document: the blank read, its rows understood, figures proposed, what follows from the form before."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from baocao.catalogue import Catalogue, Form
from baocao.domain import Tier
from baocao.errors import ConfigError, UnreadableFormError
from baocao.forms.drafting import asking
from baocao.forms.drafting.blank import BlankForm, CellMarks, read_blanks
from baocao.forms.drafting.front import Front, read_front
from baocao.forms.drafting.heads import name_columns
from baocao.forms.drafting.likeness import Likeness
from baocao.forms.drafting.matching import KnownIndicators, match_rows
from baocao.forms.drafting.matrix_blank import MatrixBlank, find_matrices
from baocao.forms.drafting.matrix_drafting import draft_matrix
from baocao.forms.drafting.misprints import FoundMisprint, KnownWords, find_misprints
from baocao.forms.drafting.model import Draft, DraftWishes, Question, RowProposal
from baocao.forms.drafting.rows import DraftRow, Quotient, Total, find_among, find_quotient, find_total, make_rows
from baocao.forms.drafting.stubs import StubMaker, find_wholes
from baocao.forms.drafting.succession import SAME_LABEL, Counterpart, carry_tiers, cross_rows, find_predecessor
from baocao.forms.drafting.units import MeasureWords
from baocao.forms.recognise import RawDocument
from baocao.forms.recognise.labels import folded
from baocao.messages import fold, say_unknown

NO_FORM = "none"
USUAL_ATTACHED_TO = "(Kèm theo Báo cáo số {number}/BC-UBND ngày {day} tháng {month} năm {year} của {issuer})"


def draft_form(
    document: RawDocument, catalogue: Catalogue, wishes: DraftWishes, today: date, marks: CellMarks | None = None
) -> Draft:
    """Raise UnreadableFormError where the document holds no form, or several and none was chosen."""
    words = MeasureWords({code: measure.label for code, measure in catalogue.measures.items()})
    forms = [form for code, form in catalogue.forms.items() if code != wishes.form_code]
    is_unit = lambda unit: words.of_unit(unit) is not None  # noqa: E731
    matrices = find_matrices(document)
    known = list(catalogue.forms.values())
    lists = [] if matrices and not wishes.place else read_blanks(document, known, is_unit, marks or CellMarks())
    blank = _choose([*matrices, *lists], wishes.place)
    if isinstance(blank, MatrixBlank):
        before = choose_predecessor(wishes, forms)
        return draft_matrix(blank, catalogue, words, wishes, today, before)
    return _DraftWork(blank, catalogue, forms, words, wishes, today).draft()


def choose_predecessor(wishes: DraftWishes, forms: Sequence[Form]) -> Sequence[Form]:
    """The form it is said to follow; none where it is said to follow none, all where nothing is said."""
    if wishes.succeeds == NO_FORM:
        return ()
    if not wishes.succeeds:
        return forms
    codes = [form.form_code for form in forms]
    if wishes.succeeds not in codes:
        raise ConfigError(f"--succeeds: {say_unknown('biểu mẫu', wishes.succeeds, [*codes, NO_FORM])}")
    return [form for form in forms if form.form_code == wishes.succeeds]


def _choose(blanks: Sequence[BlankForm | MatrixBlank], place: str) -> BlankForm | MatrixBlank:
    named = ", ".join(f"{at} ({blank.place})" for at, blank in enumerate(blanks, start=1))
    if place:
        asked = [b for at, b in enumerate(blanks, start=1) if place == str(at) or folded(place) in folded(b.place)]
        if len(asked) != 1:
            raise UnreadableFormError(f"Không có biểu mẫu “{place}” trong tệp; các biểu mẫu: {named}.")
        return asked[0]
    if len(blanks) > 1:
        raise UnreadableFormError(f"Tệp có {len(blanks)} biểu mẫu: {named}; chỉ rõ một biểu mẫu bằng --table.")
    return blanks[0]


@dataclass(frozen=True)
class _DraftWork:
    """One blank beside the catalogue; each step is worked out once."""

    blank: BlankForm
    catalogue: Catalogue
    forms: Sequence[Form]
    words: MeasureWords
    wishes: DraftWishes
    today: date

    def draft(self) -> Draft:
        form = self._form()
        return Draft(
            form_code=self.form_code,
            form=form,
            indicators=self._stubs,
            balances=self._balances,
            measures=self._measures,
            questions=tuple(self._ask(form)),
            reasons={row.key: self._proposals[row.turn] for row in self._rows if row.turn in self._proposals},
            seen=self.blank.place,
            typed=self._typed,
        )

    @cached_property
    def form_code(self) -> str:
        name = "-".join(re.findall(r"[a-z0-9]+", fold(self._front.appendix))) or "mau-moi"
        return self.wishes.form_code or f"{self._valid_from.year}-{name}"

    @cached_property
    def _valid_from(self) -> date:
        return self.wishes.valid_from or date(self.today.year, 1, 1)

    @cached_property
    def _front(self) -> Front:
        return read_front(self.blank.before, self.blank.after)

    @cached_property
    def _rows(self) -> list[DraftRow]:
        return make_rows(self.blank.rows, self.words, self._front.unit_of_all)

    @cached_property
    def _quotients(self) -> dict[int, Quotient]:
        found = {row.turn: find_quotient(row, self._rows) for row in self._rows if row.is_ratio and not row.heading}
        return {turn: quotient for turn, quotient in found.items() if quotient is not None}

    @cached_property
    def _totals(self) -> dict[int, Total]:
        found = {row.turn: find_total(row, self._rows) for row in self._rows}
        told = {turn: total for turn, total in found.items() if total is not None}
        return {**find_among(self._rows), **told}

    @cached_property
    def _likeness(self) -> Likeness:
        labels = [row.meant_label for form in self.forms for row in form.rows]
        return Likeness([*self._known.texts(), *labels])

    @cached_property
    def _known(self) -> KnownIndicators:
        return KnownIndicators(self.catalogue.indicators, self.forms)

    @cached_property
    def _proposals(self) -> dict[int, RowProposal]:
        return match_rows(self._rows, self._quotients, self._known, self._likeness, self._totals.values())

    @cached_property
    def _codes(self) -> dict[int, str]:
        """The indicator of each row with a figure, known or new."""
        new = {row.turn: self._maker.name(row) for row in self._rows if self._is_new(row)}
        return {turn: proposal.indicator for turn, proposal in self._proposals.items()} | new

    def _is_new(self, row: DraftRow) -> bool:
        return not row.heading and row.turn not in self._proposals

    @cached_property
    def _maker(self) -> StubMaker:
        return StubMaker(self.catalogue.indicators, self.catalogue.compiler)

    @cached_property
    def _stubs(self) -> dict[str, dict[str, Any]]:
        wholes = find_wholes(self._quotients, list(self._totals.values()), self._codes)
        return {
            self._codes[row.turn]: self._maker.make(row, self._ratio(row), wholes.get(row.turn, ""))
            for row in self._rows
            if self._is_new(row)
        }

    def _ratio(self, row: DraftRow) -> dict[str, str] | None:
        quotient = self._quotients.get(row.turn)
        if quotient is None:
            return None
        return {"numerator": self._codes[quotient.numerator], "denominator": self._codes[quotient.denominator]}

    @cached_property
    def _typed(self) -> dict[str, str]:
        """Those rows show, then those a row's ratio is made of."""
        found: dict[str, str] = {}
        for row in (one for one in self._rows if not one.heading):
            code = self._codes[row.turn]
            known = self.catalogue.indicators.get(code)
            for one in (code, *(known.inputs if known is not None else ())):
                entry = self.catalogue.indicators.get(one)
                if entry.typed is not None if entry is not None else "typed" in self._stubs.get(one, {}):
                    says = f"ô {row.key}, {' '.join(row.unit.split())}" if one == code else f"để tính ô {row.key}"
                    found.setdefault(one, says)
        return found

    @cached_property
    def _measures(self) -> dict[str, dict[str, Any]]:
        """Units of the blank nobody has declared yet."""
        new = [row for row in self._rows if self._is_new(row) and row.measure is None and row.unit.strip("0 ")]
        return {row.measure_name: self._maker.measure(row) for row in new}

    @cached_property
    def _balances(self) -> dict[str, dict[str, Any]]:
        """Sums of new figures; of known ones the configuration says what must hold."""
        found = {}
        for turn, total in self._totals.items():
            if total.adds_up and self._is_new(self._rows[turn]):
                code = self._codes[turn].removesuffix("_count")
                keys = " + ".join(self._rows[part].key for part in total.parts)
                found[f"{code}_parts"] = {
                    "label": f"{self._rows[turn].key} = {keys}",
                    "left": [self._codes[turn]],
                    "right": [self._codes[part] for part in total.parts],
                }
        return found

    @cached_property
    def _misprints(self) -> dict[int, list[FoundMisprint]]:
        texts = [*self._known.texts(), *(row.meant_label for form in self.forms for row in form.rows)]
        known = KnownWords(texts)
        found = {}
        for row in self._rows:
            indicator = self.catalogue.indicators.get(self._codes.get(row.turn, ""))
            found[row.turn] = list(find_misprints(row, indicator, self.words, self._likeness, known))
        return found

    @cached_property
    def _labels(self) -> dict[int, str]:
        """As they should read."""
        meant = {
            turn: str(misprint.entry["meant"])
            for turn, found in self._misprints.items()
            for misprint in found
            if misprint.entry["where"] == "label"
        }
        return {row.turn: row.label for row in self._rows} | meant

    @cached_property
    def _before(self) -> Form | None:
        """The form this one follows."""
        candidates = choose_predecessor(self.wishes, self.forms)
        if self.wishes.succeeds or not candidates:
            return candidates[0] if candidates else None
        found = find_predecessor(self._rows, candidates, self._likeness)
        return found[0] if found else None

    @cached_property
    def _crossings(self) -> dict[int, Counterpart]:
        if self._before is None:
            return {}
        indicators = self.catalogue.indicators
        return cross_rows(self._rows, self._labels, self._proposals, self._before, indicators, self._likeness)

    def _tiers(self, row: DraftRow) -> tuple[tuple[Tier, ...], str]:
        """As in the row before; else as other rows of the same indicator; and why."""
        crossing = self._crossings.get(row.turn)
        if crossing is not None and crossing.is_same and self._before is not None:
            carried = carry_tiers(crossing.row.tiers, self._valid_from)
            return carried, f"như dòng {crossing.row.key} của {self._before.appendix}"
        for form in self.forms:
            for other in form.rows:
                if other.indicator and other.indicator == self._codes.get(row.turn):
                    return carry_tiers(other.tiers, self._valid_from), f"như dòng {other.key} của {form.appendix}"
        return tuple(Tier), "nhãn nói đến một cấp"

    def _form(self) -> dict[str, Any]:
        front = self._front
        series = self.wishes.series or (self._before.series_code if self._before is not None else "")
        columns = name_columns(self.blank.columns)
        return {
            **({"series": series} if series else {}),
            "appendix": front.appendix or "Biểu mẫu",
            "title": list(front.title) or [""],
            "attached_to": front.attached_to or USUAL_ATTACHED_TO,
            **({"columns": columns} if columns else {}),
            "signature_block": front.signature_block,
            "valid_from": self._valid_from,
            **self._valid_to(),
            "rows": [self._row(row) for row in self._rows],
        }

    def _valid_to(self) -> dict[str, date]:
        """Of a form older than the one it was set beside, the day before that one."""
        before = self._before
        if before is None or before.valid_from <= self._valid_from:
            return {}
        return {"valid_to": before.valid_from - timedelta(days=1)}

    def _row(self, row: DraftRow) -> dict[str, Any]:
        written: dict[str, Any] = {"number": row.printed.number}
        if row.key != row.printed.number.rstrip("."):
            written["key"] = row.key
        written["label"] = row.printed.label
        if row.heading:
            written["heading"] = True
        else:
            unit = row.printed.unit or (self.words.unit_of(row.by_label) if row.by_label else "")
            written |= {"unit": unit, "indicator": self._codes[row.turn]}
        tiers, _ = self._tiers(row)
        if set(tiers) != set(Tier) and not row.heading:
            written["tiers"] = [str(tier) for tier in tiers]
        if self._misprints[row.turn]:
            written["misprints"] = [dict(found.entry) for found in self._misprints[row.turn]]
        crossing = self._crossings.get(row.turn)
        if crossing is not None and crossing.is_same and self._before is not None:
            written["crosswalk"] = {self._before.form_code: crossing.row.key}
        return written

    def _ask(self, form: Mapping[str, Any]) -> Iterator[Question]:
        yield from asking.ask_about_form(form, self._front, self.blank, self._before)
        if self._stubs:
            yield asking.ask_about_owner(list(self._stubs), self.catalogue.compiler, self.catalogue.owners)
        for row in self._rows:
            yield from self._ask_about(row)

    def _ask_about(self, row: DraftRow) -> Iterator[Question]:
        yield from asking.ask_about_row(row, self.words, self._measures.get(row.measure_name))
        if not row.heading:
            proposal = self._proposals.get(row.turn)
            if proposal is None and row.is_ratio:
                yield asking.ask_about_ratio(row, self._quotients.get(row.turn), self._rows)
            else:
                yield from asking.ask_about_figure(row, proposal, self._codes[row.turn])
            if row.turn in self._totals and proposal is None:
                yield from asking.ask_about_total(row, self._totals[row.turn], self._rows)
            tiers, why = self._tiers(row)
            if set(tiers) != set(Tier) or asking.names_a_tier(row.label):
                yield asking.ask_about_tiers(row, tiers, why)
        for found in self._misprints[row.turn]:
            yield asking.ask_about_misprint(row, found)
        crossing = self._crossings.get(row.turn)
        if crossing is not None and self._before is not None and crossing.why != SAME_LABEL:
            yield asking.ask_about_crossing(row, crossing, self._before)
