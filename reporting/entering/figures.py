"""A figure typed in: read as people write it, held against its definition, kept with who, when and on what evidence."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import PurePath
from typing import Final

import yaml

from baocao.catalogue import Catalogue, ManualFigure
from baocao.catalogue.hand_files import find_figure_mistakes
from baocao.domain import Period
from baocao.errors import ConfigError
from baocao.messages import quote_given
from baocao.names import is_unseen
from baocao.typed_figures import TypedEntry, plain_figure
from baocao.written.days import read_day
from baocao.written.errors import WrongValueError
from baocao.written.numbers import read_number
from reporting.collection.typing_in import read_current
from reporting.plan import Plan
from reporting.workspace import Workspace

MOST_EVIDENCE_BYTES: Final = 10 * 1024 * 1024
SHORTEST_EVIDENCE: Final = 3
LONGEST_EVIDENCE: Final = 500
NO_EVIDENCE: Final = "---"
LONGEST_GIVER: Final = 200
DAYS_BEFORE: Final = 366
"""How long before its period begins a figure may have been given."""


@dataclass(frozen=True)
class FigureRequest:
    """A figure as somebody writes it. `based_on` is the revision that was shown; no value takes the last one back."""

    indicator_code: str
    value: str
    given_by: str
    evidence: str
    account: str
    based_on: int
    given_on: str = ""
    file_name: str = ""
    file_content: bytes = b""


def enter_figure(workspace: Workspace, plan: Plan, request: FigureRequest) -> TypedEntry:
    """Keep it. Raise ConfigError where it is wrong, FigureMovedError where somebody else was faster."""
    today = workspace.settings.today()
    giver = request.given_by or workspace.store.people.name_of(request.account)
    figure = read_figure(workspace.catalogue, plan, replace(request, given_by=giver), today)
    name, content = _clean_name(request.file_name), request.file_content
    if len(content) > MOST_EVIDENCE_BYTES:
        raise ConfigError(f"Tệp căn cứ lớn hơn {MOST_EVIDENCE_BYTES // 1024 // 1024} MB: đính kèm bản nhỏ hơn.")
    filed = workspace.catalogue.manual_figures(plan.unit.unit_code, plan.period).get(request.indicator_code)
    return workspace.store.typed_entries.add(
        TypedEntry(
            unit_code=plan.unit.unit_code,
            period=plan.period,
            indicator_code=request.indicator_code,
            based_on=request.based_on,
            value=figure.value if request.value.strip() else None,
            given_by=figure.given_by,
            given_on=figure.given_on,
            evidence=figure.evidence,
            account=request.account,
            at=workspace.settings.now(),
            file_name=name if content else "",
            file_sha256=workspace.store.files.put(content) if content else "",
            overrules=filed.value if filed else None,
        )
    )


def read_figure(catalogue: Catalogue, plan: Plan, request: FigureRequest, today: date) -> ManualFigure:
    """What was typed, understood. Raise ConfigError, in the words of a file's mistakes, where it cannot be meant."""
    if request.indicator_code not in plan.indicators:
        raise ConfigError(f"{plan.form.appendix} không có chỉ tiêu này; tải lại trang rồi nhập vào ô của biểu mẫu.")
    label = catalogue.indicator(request.indicator_code).label
    try:
        places = catalogue.indicator(request.indicator_code).measure.places
        figure = _read_parts(plan, request, today, places)
    except WrongValueError as wrong:
        raise ConfigError(f"{label}: {wrong}") from None
    for mistake in find_figure_mistakes(request.indicator_code, figure, catalogue.indicators, request.value.strip()):
        raise ConfigError(f"{label}: {mistake.says}")
    _refuse_unknown_code(catalogue, request.indicator_code, figure)
    return figure


def _read_parts(plan: Plan, request: FigureRequest, today: date, places: int) -> ManualFigure:
    """Raise WrongValueError at the first that cannot be meant."""
    return ManualFigure(
        value=read_number(request.value.strip() or "0", places),
        given_by=_read_giver(request),
        given_on=_read_given_on(plan, request.given_on.strip(), today),
        evidence=_read_evidence(request),
    )


def _read_giver(request: FigureRequest) -> str:
    giver = _clean(request.given_by) or request.account
    if len(giver) > LONGEST_GIVER:
        raise WrongValueError(f"người cung cấp: ghi không quá {LONGEST_GIVER} ký tự.")
    return giver


def _read_given_on(plan: Plan, written: str, today: date) -> date:
    given_on = read_day(written) if written else today
    earliest = plan.window.start_on - timedelta(days=DAYS_BEFORE)
    if not earliest <= given_on <= today and written:
        raise WrongValueError(
            f"ngày cung cấp phải từ {earliest:%d/%m/%Y} đến hôm nay, {today:%d/%m/%Y}{quote_given(written)}"
        )
    return given_on


def _read_evidence(request: FigureRequest) -> str:
    """A figure taken back needs none."""
    evidence = _clean(request.evidence) or (_clean_name(request.file_name) if request.file_content else "")
    if not evidence and not request.value.strip():
        return NO_EVIDENCE
    if not evidence:
        raise WrongValueError("ghi căn cứ (số, ngày văn bản, sổ theo dõi) hoặc đính kèm tệp.")
    if not SHORTEST_EVIDENCE <= len(evidence) <= LONGEST_EVIDENCE:
        raise WrongValueError(
            f"căn cứ ghi từ {SHORTEST_EVIDENCE} đến {LONGEST_EVIDENCE} ký tự (số, ngày văn bản, sổ theo dõi); đang có "
            f"{len(evidence)} ký tự."
        )
    return evidence


def export_figures(workspace: Workspace, unit_code: str, period: Period) -> str:
    """What is typed in for a unit's period as a file `manual/<unit>/<period>.yaml` says it."""
    figures = read_current(workspace, unit_code, period)
    plain = {code: _as_yaml(figure) for code, figure in sorted(figures.items())}
    return yaml.safe_dump({"figures": plain}, allow_unicode=True, sort_keys=False)


def _as_yaml(figure: ManualFigure) -> dict[str, object]:
    plain: dict[str, object] = dict(plain_figure(figure))
    is_whole = figure.value == figure.value.to_integral_value()
    return {**plain, "value": int(figure.value) if is_whole else str(figure.value), "given_on": figure.given_on}


def _refuse_unknown_code(catalogue: Catalogue, indicator_code: str, figure: ManualFigure) -> None:
    indicator = catalogue.indicator(indicator_code)
    codes = indicator.typed.codes if indicator.typed else None
    if codes and figure.value not in codes:
        allowed = "; ".join(f"{code} = {says}" for code, says in codes.items())
        raise ConfigError(f"{indicator.label}: không có mã {figure.value:f}; các mã: {allowed}")


def _clean(text: str) -> str:
    """One line, without what nobody sees."""
    return "".join(one for one in " ".join(text.split()) if not is_unseen(one))


def _clean_name(name: str) -> str:
    return _clean(PurePath(name.replace("\\", "/")).name)[:120]
