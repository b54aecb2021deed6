"""Files of the configuration folder that nobody will ever read: a wrong name, period, unit or ending.

Somebody wrote them and believes they count; so each is named, with the reason and the nearest right name.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from baocao.catalogue import Catalogue, OwedReport, Unit
from baocao.catalogue.hand_files import find_hand_file, period_of_name
from baocao.catalogue.owed import find_regime, list_owed, list_periods
from baocao.domain import Period
from baocao.errors import ConfigError
from baocao.groups import total_code
from baocao.messages import did_you_mean, find_nearest
from reporting.plan import Plan, find_typed_codes, needed_indicators

FILES = (
    "alerts.yaml", "backfill.yaml", "calendars.yaml", "checks.yaml", "desk.yaml", "fields.yaml", "hand_in.yaml",
    "indicators.yaml", "measures.yaml", "operations.yaml", "owed.yaml", "release.yaml", "sources.yaml", "units.yaml",
)  # fmt: skip
FORMS, MANUAL, CORRECTIONS, EXAMPLES, SITES = "forms", "manual", "corrections", "examples", "sites"
INDICATORS = "indicators"
FOLDERS = (FORMS, INDICATORS, MANUAL, CORRECTIONS, EXAMPLES, SITES)
YAML = (".yaml", ".yml")
TEMPLATE = ".docx"


@dataclass(frozen=True)
class UnreadFile:
    """A file, or a key in one, relative to the configuration folder, and why nobody reads it."""

    name: str
    why: str

    @property
    def says(self) -> str:
        return f"{self.name}: {self.why}"


def find_unread_files(catalogue: Catalogue, plan: Plan | None = None) -> tuple[UnreadFile, ...]:
    """All of the folder; for a run, what may have been meant for its unit, and of contents those of its period."""
    found = [*_at_the_top(catalogue), *_beside_forms(catalogue), *_templates(catalogue)]
    if plan is None:
        found += _unused_sources(catalogue)
    for folder in (MANUAL, CORRECTIONS):
        found += _given_by_hand(catalogue, folder, plan)
    return tuple(sorted(dict.fromkeys(found), key=lambda one: one.name))


def _at_the_top(catalogue: Catalogue) -> Iterator[UnreadFile]:
    for path in _visible(catalogue.config_dir):
        if path.is_dir() and path.name not in FOLDERS and any(one.suffix in YAML for one in path.rglob("*")):
            yield UnreadFile(f"{path.name}/", f"không ai đọc thư mục này{did_you_mean(path.name, FOLDERS)}")
        elif path.is_file() and path.suffix in YAML and path.name not in FILES:
            yield UnreadFile(path.name, f"không ai đọc tệp tên này{_nearest_file(path.name)}")


def _nearest_file(name: str) -> str:
    """`sources-kho.yaml` was meant for sources.yaml, however long the rest of its name."""
    stem = Path(name).stem
    begun = next((file for file in FILES if stem.startswith(Path(file).stem)), None)
    return f"; ý bạn là “{begun}”?" if begun else did_you_mean(name, FILES)


def _beside_forms(catalogue: Catalogue) -> Iterator[UnreadFile]:
    for folder in (catalogue.config_dir / name for name in (FORMS, INDICATORS)):
        for path in sorted(folder.rglob("*")):
            if path.suffix in YAML and (path.suffix != ".yaml" or path.parent != folder):
                right = f"{folder.name}/{path.stem}.yaml"
                yield UnreadFile(_name(catalogue, path), f"chỉ đọc {folder.name}/*.yaml; ý bạn là “{right}”?")


def _templates(catalogue: Catalogue) -> Iterator[UnreadFile]:
    used = [form.word_template for form in catalogue.forms.values() if form.word_template]
    used += [unit.covering_template for unit in catalogue.units.values() if unit.covering_template]
    for path in sorted(catalogue.config_dir.rglob(f"*{TEMPLATE}")):
        name = _name(catalogue, path)
        if name not in used and not name.startswith(f"{EXAMPLES}/"):
            why = f"không biểu mẫu nào ghi word_template, không đơn vị nào ghi covering_template: {name}"
            yield UnreadFile(name, f"{why}{did_you_mean(name, used)}")


def _unused_sources(catalogue: Catalogue) -> Iterator[UnreadFile]:
    used = {code for unit in catalogue.units.values() for code in unit.source_keys}
    for code in catalogue.sources:
        if code not in used:
            yield UnreadFile(f"sources.yaml, {code}", "không đơn vị nào dùng nguồn này (units.yaml: source_keys)")


def _given_by_hand(catalogue: Catalogue, folder: str, plan: Plan | None) -> Iterator[UnreadFile]:
    for path in _visible(catalogue.config_dir / folder):
        name = _name(catalogue, path)
        if path.is_file():
            yield UnreadFile(name, f"phải nằm trong thư mục của một đơn vị: {folder}/<đơn vị>/<kỳ>.yaml")
        elif path.name not in catalogue.units:
            yield UnreadFile(f"{name}/", f"units.yaml không có đơn vị này{did_you_mean(path.name, catalogue.units)}")
        elif plan is None or plan.unit.unit_code == path.name:
            unit = catalogue.unit(path.name)
            for file in _visible(path):
                yield from _look_at_period(catalogue, folder, unit, file, plan)


def _look_at_period(
    catalogue: Catalogue, folder: str, unit: Unit, path: Path, plan: Plan | None
) -> Iterator[UnreadFile]:
    name, places = _name(catalogue, path), f"{folder}/{unit.unit_code}"
    period = period_of_name(path.stem)
    periods = _periods_of(catalogue, unit, period, path.stem)
    if path.is_dir():
        yield UnreadFile(f"{name}/", f"không đọc thư mục con; tệp phải là {places}/<kỳ>.yaml")
    elif path.suffix != ".yaml":
        right = period.code if period else _nearest(path.stem, periods)
        yield UnreadFile(name, f"chỉ đọc tệp .yaml; ý bạn là “{places}/{right}.yaml”?")
    elif period is None or period.code not in periods:
        why = f"đơn vị không có kỳ này (có: {', '.join(periods) or 'tên tệp như 2025-Q4.yaml'})"
        yield UnreadFile(name, f"{why}; ý bạn là “{places}/{_nearest(path.stem, periods)}.yaml”?")
    else:
        owed = list_owed(catalogue, unit, period)
        if not owed:
            yield UnreadFile(name, _why_not_owed(catalogue, unit, period))
        elif plan is None or plan.period == period:
            yield from _unused_codes(catalogue, folder, owed)


def _why_not_owed(catalogue: Catalogue, unit: Unit, period: Period) -> str:
    window = catalogue.calendar.window(find_regime(catalogue, unit, None), period)
    if unit.exists_in(window):
        return "đơn vị không phải nộp biểu mẫu nào cho kỳ này (owed.yaml, forms/)"
    return f"đơn vị không tồn tại trong kỳ này ({window.start_on:%d/%m/%Y} – {window.end_on:%d/%m/%Y})"


def _unused_codes(catalogue: Catalogue, folder: str, owed: Sequence[OwedReport]) -> Iterator[UnreadFile]:
    """Figures no row of the forms owed then uses."""
    unit, period = owed[0].unit, owed[0].period
    name = f"{folder}/{unit.unit_code}/{period.code}.yaml"
    try:
        name = find_hand_file(catalogue.config_dir, folder, unit.unit_code, period) or name
        if folder == MANUAL:
            given = list(catalogue.manual_figures(unit.unit_code, period))
            used = {code for report in owed for code in find_typed_codes(catalogue, report.form, unit)}
        else:
            given = [total_code(one.indicator) for one in catalogue.corrections(unit.unit_code, period)]
            used = {code for report in owed for code in needed_indicators(catalogue, report.form)}
    except ConfigError as wrong:
        yield UnreadFile(name, str(wrong))
        return
    forms = ", ".join(f"{report.form.appendix} ({report.form.form_code})" for report in owed)
    for code in given:
        if code not in used:
            why = f"không dòng nào của {forms} mà đơn vị phải nộp dùng số này"
            yield UnreadFile(f"{name}, {code}", f"{why}{did_you_mean(code, used - set(given))}")


def _periods_of(catalogue: Catalogue, unit: Unit, period: Period | None, stem: str) -> list[str]:
    """The periods the unit owes forms for in the year a name is of; none where it is of no year."""
    year = str(period.year) if period else stem[:4]
    if not (year.isdecimal() and len(year) == len("2025")):
        return []
    return [period.code for period in list_periods(catalogue, unit, [int(year)])]


def _nearest(stem: str, periods: list[str]) -> str:
    return find_nearest(stem, periods) or "<kỳ>"


def _visible(folder: Path) -> list[Path]:
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in found if not path.name.startswith(".") and path.name != "README.md")


def _name(catalogue: Catalogue, path: Path) -> str:
    return path.relative_to(catalogue.config_dir).as_posix()
