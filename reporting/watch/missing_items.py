"""What the daily watch looks at for one report: typed-in figures, sources, the form, its release."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from baocao.catalogue import Catalogue, Source
from baocao.domain import System, Window
from baocao.errors import BaocaoError, ConfigError, SourceError, SourceUnavailableError
from baocao.handed_in import HandedIn
from baocao.hints import hint
from baocao.incidents.wording import tell_failure
from baocao.mishaps import attempt_each
from baocao.records import COLUMNS
from baocao.store import FormKey
from baocao.vocabulary import FORM_STAGES, IT_OWNER, SYSTEMS
from reporting.collection.asking import describe_failure
from reporting.collection.trying import newest, try_source
from reporting.collection.typing_in import read_current
from reporting.delivery.reminders import MissingItem, MissingKind
from reporting.plan import Plan, missing_figures, missing_systems
from reporting.report import is_blocking
from reporting.standing import Standing, find_standing
from reporting.workspace import Workspace

AT_ONCE = 4
AGAIN, HAND_IN, STEPS = "/lap-lai", "/nop-tep", "/trinh-duyet"
"""Where the desk does it, below the page of the form."""


@dataclass(frozen=True)
class Watch:
    """One report under watch."""

    plan: Plan
    standing: Standing

    @property
    def form_key(self) -> FormKey:
        return self.standing.form_key

    def lacks(self, kind: MissingKind, owner: str, text_vi: str, mend_vi: str, place: str = "") -> MissingItem:
        """`place` is where on the pages of the form it is seen to."""
        plan = self.plan
        return MissingItem(
            kind, plan.unit.unit_code, plan.form.form_code, plan.period, plan.due_on, owner, text_vi, mend_vi, place
        )

    @property
    def again_vi(self) -> str:
        return hint("run", self.plan.period, unit=self.plan.unit.unit_code)


def watch_of(workspace: Workspace, plan: Plan) -> Watch:
    return Watch(plan, find_standing(workspace.store, plan.form_key, workspace.settings.now()))


def hand_in_hint(watch: Watch) -> str:
    return hint("hand-in", "BIEU.docx", unit=watch.plan.unit.unit_code, period=watch.plan.period)


def find_missing_form(workspace: Workspace, watch: Watch, today: date) -> Iterator[MissingItem]:
    """The form of a unit that reports by forms it fills: not handed in, or sent back. Overdue ones are incidents."""
    plan, office = watch.plan, workspace.catalogue.compiler
    sent_back = workspace.store.hand_ins.list(plan.unit.unit_code, plan.period)
    if sent_back:
        text = f"{plan.form.appendix} nộp lần {sent_back[-1].number} đã gửi trả, chưa nộp lại."
        yield watch.lacks(MissingKind.FORM, office, text, f"Sửa rồi nộp lại: {hand_in_hint(watch)}.", HAND_IN)
    elif today <= plan.due_on:
        text = f"Đơn vị chưa nộp {plan.form.appendix} của kỳ này."
        mend = f"Nộp biểu sau ngày chốt số liệu: {hand_in_hint(watch)}."
        yield watch.lacks(MissingKind.FORM, office, text, mend, HAND_IN)


def find_missing_figures(workspace: Workspace, watch: Watch, given: HandedIn | None = None) -> Iterator[MissingItem]:
    """The typed-in figures nobody has given yet; `given` is the form the unit handed in."""
    catalogue, plan = workspace.catalogue, watch.plan
    file = f"manual/{plan.unit.unit_code}/{plan.period}.yaml"
    try:
        missing = missing_figures(catalogue, plan, read_current(workspace, plan.unit.unit_code, plan.period))
    except ConfigError as wrong:
        yield watch.lacks(MissingKind.TYPED_IN, catalogue.compiler, f"Số nhập tay ghi sai: {wrong}", f"Sửa tệp {file}.")
        return
    for code in missing if given is None else ():
        indicator = catalogue.indicator(code)
        mend = f"Nhập số liệu, ngày và căn cứ trên trang biểu mẫu, hoặc ghi vào tệp {file} (mã {code})."
        text = f"Chưa có số liệu “{indicator.label}”."
        yield watch.lacks(MissingKind.TYPED_IN, indicator.owner, text, mend, f"#so-{code}")


def find_missing_connections(watch: Watch) -> Iterator[MissingItem]:
    """The systems the form needs and the unit is not connected to."""
    for system in missing_systems(watch.plan):
        mend = f"Khai báo trong sources.yaml và units.yaml ({watch.plan.unit.unit_code}.source_keys)."
        text = f"Chưa khai báo kết nối với {SYSTEMS[system]}."
        yield watch.lacks(MissingKind.NOT_CONNECTED, IT_OWNER, text, mend)


def find_missing_steps(workspace: Workspace, watch: Watch, today: date) -> Iterator[MissingItem]:
    """Once the period is closed: is the form made, of closed figures, whole, released. Overdue forms are incidents."""
    catalogue, key = workspace.catalogue, watch.form_key
    office, named = catalogue.compiler, watch.plan.form.appendix
    latest = workspace.store.vintages.find_latest(key, workspace.settings.now())
    if latest is None or latest.known_at is None:
        if today <= watch.plan.due_on:
            mend = f"Chạy: {watch.again_vi}."
            yield watch.lacks(MissingKind.FORM, office, f"Chưa lập {named} của kỳ này.", mend, AGAIN)
        return
    if latest.known_at < watch.plan.window.end_at:
        text = f"{named} mới có số tạm tính, lấy trước ngày chốt {watch.plan.window.end_on:%d/%m/%Y}."
        yield watch.lacks(MissingKind.FORM, office, text, f"Chạy lại: {watch.again_vi}.", AGAIN)
        return
    blocking = [result for result in workspace.store.contents.check_results(latest.key) if is_blocking(result)]
    if blocking:
        wrong = list(dict.fromkeys(cell for result in blocking for cell in result.cells))
        cells = catalogue.name_cells(key.form_code, *wrong) if wrong else "không gắn với ô nào"
        text = f"{named} (lần lập {latest.key.vintage}) chưa đạt {len(blocking)} kiểm tra bắt buộc; {cells}."
        mend = f"Sửa theo các cảnh báo đã gửi rồi chạy lại: {watch.again_vi}."
        yield watch.lacks(MissingKind.CHECKS, office, text, mend, f"/o/{wrong[0]}" if wrong else "#can-xem")
        return
    text = f"{named} chưa phát hành: {FORM_STAGES[watch.standing.stage]}."
    yield watch.lacks(MissingKind.RELEASE, office, text, f"Bước tiếp theo: {watch.standing.next_command}.", STEPS)


def find_failing_sources(workspace: Workspace, watches: Sequence[Watch], failed: list[str]) -> list[MissingItem]:
    """Each source asked once for each unit, the sources beside each other; a dead one is not asked again."""
    users: dict[str, list[tuple[Source, Watch]]] = {}
    for watch in watches:
        for source in watch.plan.sources.values():
            users.setdefault(source.source_code, []).append((source, watch))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        each = partial(_ask_for_all, workspace)
        found = pool.map(lambda pairs: list(attempt_each([pairs], each, _name_source, failed)), users.values())
        return [one for part in found for one in part]


def _name_source(pairs: Sequence[tuple[Source, Watch]]) -> str:
    return pairs[0][0].source_code


def _ask_for_all(workspace: Workspace, pairs: Sequence[tuple[Source, Watch]]) -> Iterator[MissingItem]:
    dead: SourceUnavailableError | None = None
    asked: dict[str, list[MissingItem]] = {}
    for source, watch in pairs:
        unit_code = watch.plan.unit.unit_code
        if dead is None and unit_code not in asked:
            try:
                asked[unit_code] = list(_ask(workspace, source, watch))
            except SourceUnavailableError as error:
                dead = error
        if dead is not None:
            yield _unreachable(source, watch, dead)
        else:
            yield from asked[unit_code]


def _ask(workspace: Workspace, source: Source, watch: Watch) -> Iterator[MissingItem]:
    """Whether the source answers for the unit, and whether anything new came into it lately."""
    calendar, today = workspace.catalogue.calendar, workspace.settings.today()
    since = today
    while calendar.working_days_between(since, today) < workspace.alerts.watch.stale_days:
        since -= timedelta(days=1)
    try:
        trial = try_source(
            source, watch.plan.unit, Window(since, today), workspace.settings, workspace.store.rate_limits
        )
    except SourceUnavailableError:
        raise
    except (SourceError, ConfigError) as error:
        yield _unreachable(source, watch, error)
        return
    dated = [kind for kind in trial.parsed.frames if any(t.startswith("datetime64") for t in COLUMNS[kind].values())]
    if dated and not any(newest(trial.parsed.frames[kind], kind) for kind in dated):
        days = workspace.alerts.watch.stale_days
        text = f"{source.label}: {days} ngày làm việc gần đây (từ {since:%d/%m/%Y}) không có bản ghi mới nào."
        mend = "Xem có nhập liệu chậm hoặc đồng bộ bị dừng không; nhập bù trước ngày chốt số liệu."
        yield watch.lacks(MissingKind.STALE, _data_owner(workspace.catalogue, source.system), text, mend)


def _unreachable(source: Source, watch: Watch, error: BaocaoError) -> MissingItem:
    if not isinstance(error, SourceError):
        text = f"{source.label}: chưa kết nối được (kỹ thuật: {error})."
        return watch.lacks(MissingKind.SOURCE, IT_OWNER, text, "Bổ sung cấu hình còn thiếu.")
    said = tell_failure(source, describe_failure(source, watch.plan.unit.unit_code, error))
    mend = f"{said.mend} kiểm tra lại: {hint('probe', source.source_code, unit=watch.plan.unit.unit_code)}."
    return watch.lacks(MissingKind.SOURCE, IT_OWNER, f"{said.subject}. {said.why}", mend)


def _data_owner(catalogue: Catalogue, system: System) -> str:
    """Who answers for most figures of a system."""
    owners = [indicator.owner for indicator in catalogue.indicators.values() if indicator.system is system]
    return max(owners, key=owners.count, default=IT_OWNER)
