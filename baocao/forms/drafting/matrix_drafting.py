"""The draft of a matrix form: its columns, where its lines come from, sums across, the figure of each column."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from baocao.catalogue import Catalogue, Indicator
from baocao.domain import Tier
from baocao.forms.drafting.blank import BlankRow
from baocao.forms.drafting.front import put_places, read_front
from baocao.forms.drafting.likeness import Likeness
from baocao.forms.drafting.matching import KnownIndicators, match_rows
from baocao.forms.drafting.matrix_blank import BlankColumn, MatrixBlank
from baocao.forms.drafting.model import Draft, DraftWishes, Question, QuestionTopic, RowProposal, Sureness
from baocao.forms.drafting.rows import DraftRow
from baocao.forms.drafting.units import MeasureWords
from baocao.forms.recognise import Position
from baocao.forms.recognise.head import read_head
from baocao.forms.recognise.heads import plain
from baocao.messages import fold

_DIMENSIONS = (
    ("field", re.compile(r"\blinh vuc\b")),
    ("procedure", re.compile(r"\b(?:ten )?(?:thu tuc|tthc)\b")),
    ("unit", re.compile(r"\b(?:don vi|co quan|dia phuong|xa|phuong)\b")),
)
_MEASURE = re.compile(r"\(?\s*(?:đơn vị tính|đvt)\s*:\s*([^()]+?)\s*\)?", re.IGNORECASE)
_PERIOD = re.compile(r"(kỳ báo cáo\s*:)[\s.…_]*.*$", re.IGNORECASE)
_DAYS = re.compile(r"(từ ngày)[\s.…_/]*(đến ngày|đến)[\s.…_/]*", re.IGNORECASE)
_OWN_NAME = re.compile(r"(\btại|đơn vị báo cáo\s*:|cơ quan báo cáo\s*:)[\s.…_]*$", re.IGNORECASE)
_PREPARED = re.compile(r"(?:người|cán bộ) (?:làm|lập)(?: báo cáo| biểu)?\b.*", re.IGNORECASE)
_TOTAL = re.compile(r"tong(?: so| cong)?")
_SUM = re.compile(r"\(?\d{1,2}\)?(?:\s*\+\s*\(?\d{1,2}\)?)+")
_FLOW = (
    re.compile(r"\btiep nhan\b"),
    re.compile(r"\bda (?:giai quyet|xu ly)\b"),
    re.compile(r"\bdang (?:giai quyet|xu ly)\b"),
)
_CARRIED = re.compile(r"\bky truoc\b")


def draft_matrix(
    blank: MatrixBlank, catalogue: Catalogue, words: MeasureWords, wishes: DraftWishes, today: date
) -> Draft:
    return _MatrixWork(blank, catalogue, words, wishes, today).draft()


@dataclass(frozen=True)
class _MatrixWork:
    """One matrix beside the catalogue; each step is worked out once."""

    blank: MatrixBlank
    catalogue: Catalogue
    words: MeasureWords
    wishes: DraftWishes
    today: date

    def draft(self) -> Draft:
        form = self._form()
        reasons = {self.blank.columns[turn].number: one for turn, one in self._proposals.items()}
        return Draft(self._code(form["appendix"]), form, {}, {}, {}, tuple(self._ask(form)), reasons, self.blank.place)

    def _code(self, appendix: str) -> str:
        name = "-".join(re.findall(r"[a-z0-9]+", fold(appendix))) or "mau-moi"
        return self.wishes.form_code or f"{self._valid_from.year}-{name}"

    @cached_property
    def _valid_from(self) -> date:
        return self.wishes.valid_from or date(self.today.year, 1, 1)

    @cached_property
    def _figures(self) -> list[int]:
        return [at for at in range(len(self.blank.columns)) if at > self.blank.label_at]

    @cached_property
    def _measure_line(self) -> str:
        return next((line for line in self.blank.before if _MEASURE.fullmatch(line)), "")

    @cached_property
    def _proposals(self) -> dict[int, RowProposal]:
        """By a column's turn: its heads, said as a count of what the table counts.

        Figures of one table are of one family, as the first word of their names says: it is preferred, not proved.
        """
        match = _MEASURE.fullmatch(self._measure_line)
        unit = match[1] if match else ""
        measure = self.words.of_unit(unit)
        rows = [self._as_row(at, unit, measure) for at in self._figures]
        first = self._match(rows, self.catalogue.indicators)
        families = Counter(one.indicator.partition("_")[0] for one in first.values())
        family = f"{families.most_common(1)[0][0]}_" if families else ""
        related = {code: one for code, one in self.catalogue.indicators.items() if code.startswith(family)}
        found = {turn: _in_doubt(one, first.get(turn)) for turn, one in self._match(rows, related).items()}
        return self._with_sums({self._figures[turn]: one for turn, one in {**first, **found}.items()})

    def _match(self, rows: Sequence[DraftRow], indicators: Mapping[str, Indicator]) -> dict[int, RowProposal]:
        known = KnownIndicators(indicators, list(self.catalogue.forms.values()))
        return match_rows(rows, {}, known, Likeness(known.texts()))

    def _with_sums(self, found: dict[int, RowProposal]) -> dict[int, RowProposal]:
        """The figure of a column that adds up others is the one that adds up theirs, where there is such a one."""
        at_number = {column.number: at for at, column in enumerate(self.blank.columns)}
        for left, right in self._totals():
            parts = {found[at_number[one]].indicator for one in right if at_number[one] in found}
            for balance in self.catalogue.balances.values():
                if set(balance.right) <= parts and len(balance.left) == 1:
                    parts = parts - set(balance.right) | set(balance.left)
            whole = next((code for code, one in self.catalogue.indicators.items() if set(one.sum or ()) == parts), None)
            if whole is not None and parts:
                found[at_number[left]] = RowProposal(whole, "cộng đúng các chỉ tiêu của các cột con", Sureness.LIKELY)
        return found

    def _as_row(self, at: int, unit: str, measure: str | None) -> DraftRow:
        """`Kỳ trước` is what comes over from it."""
        own = self.blank.columns[at].heads
        heads = "từ kỳ trước chuyển sang" if own and plain(own[-1]) == "ky truoc" else " ".join(own)
        noun = self.words.unit_of(measure).lower() if measure else ""
        printed = BlankRow("", f"Số {noun} {heads}", unit, "", "", Position(""))
        return DraftRow(at - self._figures[0], printed, str(at), None, measure, None, {})

    def _form(self) -> dict[str, Any]:
        blank = self.blank
        front = read_front((*blank.left, *blank.before), blank.after)
        lines = [line for line in blank.before if line not in {self._measure_line, front.appendix}]
        attached = [line for line in lines if _PERIOD.search(line) or _DAYS.search(line) or "kèm theo" in line.lower()]
        title = [line for line in lines if line not in attached]
        prepared = next((line for line in blank.after if _PREPARED.match(line)), "")
        return {
            **({"series": self.wishes.series} if self.wishes.series else {}),
            "appendix": front.appendix or (blank.left[0] if blank.left else "Biểu mẫu"),
            "title": [_own_name(line) for line in title] or [""],
            "attached_to": "\n".join(map(_days_and_period, attached)),
            **({"head_left": list(blank.left)} if blank.left else {}),
            **({"head_right": [_own_name(line) for line in blank.right]} if blank.right else {}),
            **({"measure_line": self._measure_line} if self._measure_line else {}),
            **({"prepared_by": prepared} if prepared else {}),
            "signature_block": bool(read_head((), blank.after).signed_as),
            "valid_from": self._valid_from,
            "matrix": self._matrix(),
        }

    def _matrix(self) -> dict[str, Any]:
        balances = [one for one, _, _ in self._balances]
        return {
            "columns": [self._column(at, column) for at, column in enumerate(self.blank.columns)],
            "lines": self._lines,
            **({"total": self.blank.total} if self.blank.total else {}),
            **({"balances": balances} if balances else {}),
        }

    def _column(self, at: int, column: BlankColumn) -> dict[str, Any]:
        written: dict[str, Any] = {"number": column.number, "heads": list(column.heads) or [column.number]}
        if at <= self.blank.label_at:
            return {**written, "holds": "label" if at == self.blank.label_at else "order"}
        proposal = self._proposals.get(at)
        return {**written, "indicator": proposal.indicator if proposal is not None else ""}

    @cached_property
    def _lines(self) -> list[dict[str, Any]]:
        """From the data where the blank prints none; the form of a province then has one for each unit below."""
        if self.blank.lines:
            return [
                {"key": "-".join(re.findall(r"[a-z0-9]+", fold(label))), "order": order, "label": label}
                for order, label in self.blank.lines
            ]
        dimension = self._dimension
        lower = [str(tier) for tier in Tier if tier is not Tier.PROVINCE]
        if dimension == "unit":
            return [{"each": "unit"}]
        return [{"each": dimension, "tiers": lower}, {"each": "unit", "head": "Đơn vị", "tiers": [str(Tier.PROVINCE)]}]

    @cached_property
    def _dimension(self) -> str:
        head = plain(" ".join(self.blank.columns[self.blank.label_at].heads))
        return next((name for name, pattern in _DIMENSIONS if pattern.search(head)), "field")

    @cached_property
    def _balances(self) -> list[tuple[dict[str, list[str]], str, Sureness]]:
        """Sums across: as printed beside a column's number; else a total and the columns under the same head."""
        found = [
            ({"left": [column.number], "right": re.findall(r"\d+", column.formula)}, "mẫu ghi công thức", Sureness.SURE)
            for column in self.blank.columns
            if _SUM.fullmatch(column.formula)
        ]
        told = {balance["left"][0] for balance, _, _ in found}
        for left, right in self._totals():
            if left not in told and len(right) > 1:
                why = "cột tổng số và các cột cùng một đầu cột"
                found.append(({"left": [left], "right": right}, why, Sureness.LIKELY))
        return [*found, *self._flow()]

    def _totals(self) -> Iterator[tuple[str, list[str]]]:
        for at in self._figures:
            heads = self.blank.columns[at].heads
            if len(heads) > 1 and _TOTAL.fullmatch(plain(heads[-1])):
                parts = [other for other in self._figures if other != at and self._heads(other)[:1] == heads[:1]]
                yield self.blank.columns[at].number, [self.blank.columns[other].number for other in parts]

    def _heads(self, at: int) -> tuple[str, ...]:
        return self.blank.columns[at].heads

    def _flow(self) -> Iterator[tuple[dict[str, list[str]], str, Sureness]]:
        """What was received is settled or pending."""
        totals = {
            plain(self._heads(at)[0]): self.blank.columns[at].number
            for at in self._figures
            if len(self._heads(at)) > 1 and _TOTAL.fullmatch(plain(self._heads(at)[-1]))
        }
        named = [next((totals[head] for head in totals if pattern.search(head)), "") for pattern in _FLOW]
        if all(named):
            why = "tiếp nhận (kể cả kỳ trước chuyển sang) = đã giải quyết + đang giải quyết"
            yield {"left": [named[0]], "right": named[1:]}, why, Sureness.LIKELY

    def _ask(self, form: Mapping[str, Any]) -> Iterator[Question]:
        yield Question(
            "", QuestionTopic.FORM, "Mẫu có hiệu lực từ ngày nào? (valid_from)", str(form["valid_from"]),
            "tệp trắng không ghi; tạm lấy đầu năm nay", Sureness.UNSURE,
        )  # fmt: skip
        lines = (("attached_to", "Dòng kỳ báo cáo, từ ngày đến ngày"), ("measure_line", "Dòng “Đơn vị tính: …”"))
        for key, says in lines:
            if not form.get(key):
                asks = f"{says} không thấy trong tệp; có thì ghi vào {key}."
                yield Question("", QuestionTopic.FORM, asks, "để trống", "không thấy dòng nào như vậy", Sureness.UNSURE)
        if self.blank.lines:
            asks = "Mỗi dòng in sẵn lấy số của nhóm nào? Ghi group (như field:ho_tich) cho từng dòng."
            yield Question("", QuestionTopic.PARTS, asks, "chưa ghi", "mẫu in sẵn tên dòng", Sureness.UNSURE)
        else:
            asks = "Mỗi dòng là một lĩnh vực, một đơn vị hay một thủ tục? Mẫu của tỉnh có mỗi dòng một đơn vị không?"
            taken = ", ".join(str(line["each"]) for line in self._lines)
            yield Question("", QuestionTopic.PARTS, asks, taken, "theo đầu cột tên dòng", Sureness.LIKELY)
        for at in self._figures:
            yield from self._ask_about(at)
        for balance, why, sureness in self._balances:
            sums = [" + ".join(balance[side]) for side in ("left", "right")]
            asks = f"Cột {sums[0]} có bằng cột {sums[1]} không?"
            yield Question("", QuestionTopic.PARTS, asks, " = ".join(sums), why, sureness)
        if any(_CARRIED.search(plain(" ".join(self._heads(at)))) for at in self._figures):
            asks = "Cột kỳ trước chuyển sang có phải là một cột của kỳ trước không? Có thì ghi carried."
            yield Question("", QuestionTopic.PARTS, asks, "chưa ghi", "đầu cột ghi “kỳ trước”", Sureness.UNSURE)

    def _ask_about(self, at: int) -> Iterator[Question]:
        column, proposal = self.blank.columns[at], self._proposals.get(at)
        asks = f"Cột {column.number} “{' – '.join(column.heads)}” là chỉ tiêu nào?"
        if proposal is None:
            why = "không chỉ tiêu đã biết nào khớp"
            yield Question(column.number, QuestionTopic.INDICATOR, asks, "chưa có", why, Sureness.UNSURE)
        elif proposal.sureness is not Sureness.SURE:
            taken, why = proposal.indicator, proposal.why or "chỉ theo đơn vị tính và vị trí"
            topic = QuestionTopic.INDICATOR
            yield Question(column.number, topic, asks, taken, why, proposal.sureness, proposal.others)


def _in_doubt(proposal: RowProposal, first: RowProposal | None) -> RowProposal:
    """Chosen among its family only: as sure as it was among all."""
    if first is not None and first.indicator == proposal.indicator:
        return first
    others = dict.fromkeys((*((first.indicator,) if first is not None else ()), *proposal.others))
    return replace(proposal, sureness=Sureness.UNSURE, others=tuple(others))


def _own_name(line: str) -> str:
    return _OWN_NAME.sub(lambda match: f"{match[1]} {{issuer}}", line)


def _days_and_period(line: str) -> str:
    line = _PERIOD.sub(lambda match: f"{match[1]} {{period}}", line)
    line = _DAYS.sub(lambda match: f"{match[1]} {{from}} {match[2]} {{to}}", line)
    return line if "{" in line else put_places(line)
