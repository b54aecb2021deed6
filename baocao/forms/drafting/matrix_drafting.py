"""The draft of a matrix form: its columns, where its lines come from, sums across, the figure of each column."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from baocao.catalogue import Catalogue, Form, Indicator
from baocao.domain import Tier
from baocao.forms.drafting.blank import BlankRow
from baocao.forms.drafting.front import put_places, read_front
from baocao.forms.drafting.likeness import Likeness
from baocao.forms.drafting.matching import KnownIndicators, match_rows
from baocao.forms.drafting.matrix_blank import BlankColumn, MatrixBlank
from baocao.forms.drafting.model import Draft, DraftWishes, Question, QuestionTopic, RowProposal, Sureness
from baocao.forms.drafting.rows import DraftRow
from baocao.forms.drafting.units import PERCENT, MeasureWords
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
_FEWEST_SHARE = 0.5
_SAME_WORDS = (
    (re.compile(r"(?i)\b(?:nhận|tiếp nhận),? (?:và )?giải quyết\b"), "tiếp nhận"),
    (re.compile(r"(?i)\bkết quả (giải quyết|xử lý)\b"), r"đã \1"),
    (re.compile(r"(?i)\bchưa (?:đến|tới|quá) hạn\b"), "trong hạn"),
)
_CARRIED = re.compile(r"\bky truoc\b")


def draft_matrix(
    blank: MatrixBlank,
    catalogue: Catalogue,
    words: MeasureWords,
    wishes: DraftWishes,
    today: date,
    candidates: Sequence[Form] = (),
) -> Draft:
    """`candidates` are the forms it may follow."""
    return _MatrixWork(blank, catalogue, words, wishes, today, candidates).draft()


@dataclass(frozen=True)
class _MatrixWork:
    """One matrix beside the catalogue; each step is worked out once."""

    blank: MatrixBlank
    catalogue: Catalogue
    words: MeasureWords
    wishes: DraftWishes
    today: date
    candidates: Sequence[Form] = ()

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
    def _unit(self) -> str:
        match = _MEASURE.fullmatch(self._measure_line)
        return match[1] if match else ""

    @cached_property
    def _proposals(self) -> dict[int, RowProposal]:
        """By a column's turn: its heads, said as a count of what the table counts.

        Figures of one table are of one family, as the first word of their names says: it is preferred, not proved.
        """
        unit = self._unit
        measure = self.words.of_unit(unit)
        rows = [self._as_row(at, unit, measure) for at in self._figures]
        first = self._match(rows, self.catalogue.indicators)
        families = Counter(one.indicator.partition("_")[0] for one in first.values())
        family = f"{families.most_common(1)[0][0]}_" if families else ""
        related = {code: one for code, one in self.catalogue.indicators.items() if code.startswith(family)}
        found = {turn: _in_doubt(one, first.get(turn)) for turn, one in self._match(rows, related).items()}
        chosen = {self._figures[turn]: self._by_own_head(turn, one) for turn, one in {**first, **found}.items()}
        return self._with_sums(self._told_apart({at: self._with_early(at, one) for at, one in chosen.items()}))

    def _with_early(self, at: int, proposal: RowProposal) -> RowProposal:
        """`Đúng hạn` of a head that has no `Trước hạn` counts those that were early too."""
        heads = self._heads(at)
        beside = [plain(self._heads(other)[-1]) for other in self._figures if self._heads(other)[:1] == heads[:1]]
        if not heads or plain(heads[-1]) != "dung han" or "truoc han" in beside:
            return proposal
        known = self.catalogue.indicators
        for code, one in known.items():
            parts = one.sum or ()
            if proposal.indicator in parts and any("truoc han" in plain(known[part].label) for part in parts):
                why = "mẫu không có cột “Trước hạn”: đúng hạn gồm cả trước hạn"
                return RowProposal(code, why, Sureness.LIKELY, (proposal.indicator, *proposal.others))
        return proposal

    def _by_own_head(self, turn: int, proposal: RowProposal) -> RowProposal:
        """Of those nearly as good the one that has the column's own words, where the best has not."""
        own = plain(self._heads(self._figures[turn])[-1]) if self._heads(self._figures[turn]) else ""
        labels = {code: plain(self.catalogue.indicators[code].label) for code in (proposal.indicator, *proposal.others)}
        better = next((code for code in proposal.others if own in labels[code]), None)
        if not own or own in labels[proposal.indicator] or better is None:
            return proposal
        others = tuple(dict.fromkeys((proposal.indicator, *(code for code in proposal.others if code != better))))
        return RowProposal(better, f"có chữ “{self._heads(self._figures[turn])[-1]}”", Sureness.UNSURE, others)

    def _told_apart(self, found: dict[int, RowProposal]) -> dict[int, RowProposal]:
        """One figure fills one column: of two that took it, the surer keeps it and the other is asked about."""
        order = (Sureness.SURE, Sureness.LIKELY, Sureness.UNSURE)
        kept: dict[str, int] = {}
        for at, one in sorted(found.items(), key=lambda pair: order.index(pair[1].sureness)):
            kept.setdefault(one.indicator, at)
        return {at: one for at, one in found.items() if kept[one.indicator] == at}

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
        for pattern, usual in _SAME_WORDS:
            heads = pattern.sub(usual, heads)
        printed = BlankRow("", f"Số {noun} {heads}", unit, "", "", Position(""))
        return DraftRow(at - self._figures[0], printed, str(at), None, measure, None, {})

    def _form(self) -> dict[str, Any]:
        blank = self.blank
        front = read_front((*blank.left, *blank.before), blank.after)
        lines = [line for line in blank.before if line not in {self._measure_line, front.appendix}]
        attached = [line for line in lines if _PERIOD.search(line) or _DAYS.search(line) or "kèm theo" in line.lower()]
        title = [line for line in lines if line not in attached]
        prepared = next((line for line in blank.after if _PREPARED.match(line)), "")
        series = self.wishes.series or (self._before.series_code if self._before is not None else "")
        return {
            **({"series": series} if series else {}),
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
        written["indicator"] = proposal.indicator if proposal is not None else ""
        crossing = self._crossings.get(at)
        return {**written, **({"crosswalk": {self._before.form_code: crossing}} if crossing and self._before else {})}

    @cached_property
    def _before(self) -> Form | None:
        """The matrix half of whose columns are there again; where one is named, that one."""
        known = [form for form in self.candidates if form.matrix is not None]
        if self.wishes.succeeds:
            return known[0] if known else None
        shares = {form.form_code: self._share(form) for form in known}
        best = max(known, key=lambda form: shares[form.form_code], default=None)
        return best if best is not None and shares[best.form_code] >= _FEWEST_SHARE else None

    def _share(self, form: Form) -> float:
        assert form.matrix is not None
        most = max(len(self._figures), len(form.matrix.figure_columns))
        return len(self._cross(form)) / most

    @cached_property
    def _crossings(self) -> dict[int, str]:
        return self._cross(self._before) if self._before is not None else {}

    def _cross(self, form: Form) -> dict[int, str]:
        """By a column's turn the number of the one it goes on with: of the same heads, else of the same figure."""
        assert form.matrix is not None
        heads = {plain(" ".join(column.heads)): column.number for column in form.matrix.figure_columns}
        figures = {column.indicator: column.number for column in form.matrix.figure_columns if column.indicator}
        found: dict[int, str] = {}
        for at in self._figures:
            proposal = self._proposals.get(at)
            number = heads.get(plain(" ".join(self._heads(at)))) or figures.get(proposal.indicator if proposal else "")
            if number is not None and number not in found.values():
                found[at] = number
        return found

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
        if self._before is not None:
            yield from self._ask_about_before(self._before, form)
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
            yield from self._ask_about_count(at)
        for balance, why, sureness in self._balances:
            sums = [" + ".join(balance[side]) for side in ("left", "right")]
            asks = f"Cột {sums[0]} có bằng cột {sums[1]} không?"
            yield Question("", QuestionTopic.PARTS, asks, " = ".join(sums), why, sureness)
        if any(_CARRIED.search(plain(" ".join(self._heads(at)))) for at in self._figures):
            asks = "Cột kỳ trước chuyển sang có phải là một cột của kỳ trước không? Có thì ghi carried."
            yield Question("", QuestionTopic.PARTS, asks, "chưa ghi", "đầu cột ghi “kỳ trước”", Sureness.UNSURE)

    def _ask_about_before(self, before: Form, form: Mapping[str, Any]) -> Iterator[Question]:
        named = f"{before.appendix} ({before.form_code})"
        asks = f"Mẫu này có cùng loạt với {named} không? (series, crosswalk của từng cột)"
        why = f"{len(self._crossings)}/{len(self._figures)} cột trùng đầu cột hoặc chỉ tiêu"
        others = ("bỏ khóa series và crosswalk: loạt mẫu mới",)
        yield Question("", QuestionTopic.FORM, asks, str(form["series"]), why, Sureness.LIKELY, others)
        if before.in_force_on(self._valid_from):
            asks = f"Mẫu cũ hết hiệu lực ngày nào? Ghi valid_to vào forms/{before.form_code}.yaml."
            why = "hai mẫu của một loạt không cùng có hiệu lực trong một ngày"
            yield Question("", QuestionTopic.FORM, asks, "chưa ghi", why, Sureness.SURE)

    def _ask_about_count(self, at: int) -> Iterator[Question]:
        """Where a head counts another thing than the line above the table says."""
        measure = self.words.of_unit(self._unit)
        for head in self._heads(at) if measure is not None else ():
            if self.words.of_label(head) not in {None, PERCENT, measure}:
                number = self.blank.columns[at].number
                asks = f"Đầu cột {number} ghi “{head}” mà bảng ghi đơn vị tính “{self._unit}”; cột này đếm gì?"
                why = "đầu cột và dòng đơn vị tính nói hai thứ"
                yield Question(number, QuestionTopic.UNIT, asks, self._unit, why, Sureness.UNSURE)

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
