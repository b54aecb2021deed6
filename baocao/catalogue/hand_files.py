"""Files people fill by hand every period: found by the period their name means, and read with all their mistakes."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Final

from baocao.catalogue.indicators import Indicator
from baocao.catalogue.manual import Correction, Corrections, ManualFigure, ManualFigures
from baocao.catalogue.wrong_values import Mistake
from baocao.catalogue.yaml_files import YamlFile
from baocao.domain import Measure, Period
from baocao.errors import ConfigError
from baocao.figures import say_bounds
from baocao.groups import GroupCode
from baocao.messages import did_you_mean, quote_given
from baocao.written.errors import WrongValueError
from baocao.written.periods import read_period

MANUAL: Final = "manual"
CORRECTIONS: Final = "corrections"
ENDING: Final = ".yaml"


def name_hand_file(kind: str, unit_code: str, period: Period) -> str:
    """The name a new file gets, relative to the configuration folder."""
    return f"{kind}/{unit_code}/{period.code}{ENDING}"


def find_hand_file(config_dir: Path, kind: str, unit_code: str, period: Period) -> str | None:
    """The file of a period, however its name writes it (`2025-Q4`, `quy 4-2025`), relative to the folder.

    Raise ConfigError where two files are of one period: nobody could say which counts.
    """
    found = [path.name for path, of in list_hand_files(config_dir / kind / unit_code) if of == period]
    if len(found) > 1:
        both = ", ".join(found)
        raise ConfigError(f"{kind}/{unit_code}: {len(found)} tệp của cùng một kỳ {period}: {both}; chỉ giữ một")
    return f"{kind}/{unit_code}/{found[0]}" if found else None


def list_hand_files(folder: Path) -> Iterator[tuple[Path, Period]]:
    """The files of a unit whose names are of a period, each with it."""
    for path in sorted(folder.glob(f"*{ENDING}")) if folder.is_dir() else ():
        period = period_of_name(path.stem)
        if period is not None and path.is_file():
            yield path, period


def period_of_name(stem: str) -> Period | None:
    """None where a file's name is of no period."""
    try:
        return read_period(stem)
    except WrongValueError:
        return None


def read_manual(name: str, raw: bytes, indicators: Mapping[str, Indicator]) -> dict[str, ManualFigure]:
    """The typed-in figures of a file; raise ConfigError with every mistake in it."""
    file = YamlFile.load(name, raw)
    found = examine_manual(file, indicators)
    file.refuse()
    assert found is not None
    return found.figures


def examine_manual(file: YamlFile, indicators: Mapping[str, Indicator]) -> ManualFigures | None:
    places = {code: one.measure.places for code, one in indicators.items()}
    found = file.examine(ManualFigures, context={"places": places})
    for code, figure in found.figures.items() if found else ():
        for mistake in find_figure_mistakes(code, figure, indicators):
            file.note(mistake.place, mistake.says)
    return found


def read_corrections(name: str, raw: bytes, indicators: Mapping[str, Indicator]) -> tuple[Correction, ...]:
    """The signed corrections of a file; raise ConfigError with every mistake in it."""
    file = YamlFile.load(name, raw)
    found = examine_corrections(file, indicators)
    file.refuse()
    assert found is not None
    return found.corrections


def examine_corrections(file: YamlFile, indicators: Mapping[str, Indicator]) -> Corrections | None:
    found = file.examine(Corrections)
    if found is not None and not file.mistakes:
        for number, correction in enumerate(found.corrections):
            says = _correction_mistake(correction, indicators)
            if says:
                file.note(("corrections", number, "indicator"), says)
    return found


def find_figure_mistakes(
    code: str, figure: ManualFigure, indicators: Mapping[str, Indicator], written: str = ""
) -> Iterator[Mistake]:
    """What cannot be meant by a typed-in figure, at its place in a file of them; `written` as somebody wrote it."""
    indicator = indicators.get(code)
    if indicator is None:
        known = [name for name, one in indicators.items() if one.typed is not None]
        says = f"không có chỉ tiêu này trong indicators.yaml{did_you_mean(code, known)}"
        yield Mistake(("figures", code), says)
    elif indicator.typed is None:
        says = "số này do hệ thống đếm, không nhập tay; muốn sửa thì dùng đính chính có ký (lệnh correct)"
        yield Mistake(("figures", code), says)
    elif says := _value_mistake(figure.value, indicator.measure):
        yield Mistake(("figures", code, "value"), f"{says}{quote_given(written or figure.value)}")


def _value_mistake(value: Decimal, measure: Measure) -> str:
    """What a figure of this measure cannot be; empty where it can be this."""
    places = f"nhiều nhất {measure.places} chữ số sau dấu phẩy"
    is_too_fine = value != round(value, measure.places)
    if measure.is_percent:
        is_wrong = is_too_fine or not measure.holds(value)
        return f"là tỷ lệ phần trăm: {say_bounds(measure)}{places}, ghi như 87,5" if is_wrong else ""
    if is_too_fine and measure.places:
        return f"là số {measure.label}: {places}"
    if is_too_fine:
        return "phải là số nguyên; dấu chấm, dấu phẩy không phải dấu phân cách hàng nghìn"
    return "" if measure.holds(value) else f"là số {measure.label}: {say_bounds(measure).rstrip(', ')}"


def _correction_mistake(correction: Correction, indicators: Mapping[str, Indicator]) -> str:
    try:
        code = GroupCode.parse(correction.indicator)
    except ValueError:
        return "số của một nhóm ghi như mã_chỉ_tiêu@field:mã_lĩnh_vực, hoặc @unit:, @procedure:"
    indicator = indicators.get(code.indicator_code)
    if indicator is None:
        counted = [name for name, one in indicators.items() if one.count is not None]
        return f"không có chỉ tiêu này trong indicators.yaml{did_you_mean(correction.indicator, counted)}"
    if indicator.count is not None and indicator.count.days is not None:
        return "số bình quân, trung vị không đính chính được; sửa ngày của hồ sơ ở hệ thống nguồn rồi lập lại"
    return "" if indicator.count is not None else "chỉ đính chính được số do hệ thống đếm"
