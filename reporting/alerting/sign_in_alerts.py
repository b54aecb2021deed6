"""IT is told at once of what happens to accounts: somebody tried too often to sign in, somebody may approve now."""

from collections.abc import Iterator

from baocao.catalogue.alerts import Route
from baocao.domain import VIETNAM, Severity
from baocao.hints import hint
from baocao.incidents import Message
from baocao.people import ALL_UNITS, Actor, Person, PersonRole
from baocao.vocabulary import IT_OWNER, PERSON_ROLES
from reporting.alerting.run_alerts import deliver, queue, writer_of
from reporting.delivery.messages import MessageText
from reporting.log.run_log import note
from reporting.workspace import Workspace

KEY_PREFIX = "sign-in/"


def tell_lock_out(workspace: Workspace, person: Person, origin: str, attempts: int) -> None:
    """Queue the message on every route of IT's and send what is due; what cannot be sent now waits."""
    note("sign-in locked out", person=person.person_code, origin=origin)
    queue(workspace, _write(workspace, person, origin, attempts))
    deliver(workspace)


def tell_approver(workspace: Workspace, person: Person, unit_code: str, actor: Actor) -> None:
    """Somebody was made an approver: nobody does that unseen."""
    note("approver given", person=person.person_code, unit=unit_code, by=actor.person_code)
    queue(workspace, _write_approver(workspace, person, unit_code, actor))
    deliver(workspace)


def _write_approver(workspace: Workspace, person: Person, unit_code: str, actor: Actor) -> Iterator[Message]:
    writer = writer_of(workspace)
    code, when = person.person_code, writer.now.astimezone(VIETNAM)
    units, place = workspace.catalogue.units, "all" if unit_code == ALL_UNITS else unit_code
    where = "mọi đơn vị" if unit_code == ALL_UNITS else units[unit_code].name if unit_code in units else unit_code
    happened = (
        f"Lúc {when:%H:%M ngày %d/%m/%Y}, {actor.person_code} ({actor.origin}) giao cho {person.name} ({code}) vai trò "
        f"{PERSON_ROLES[PersonRole.APPROVER]} ở {where}: từ nay người này duyệt và phát hành được biểu mẫu."
    )
    mend = (
        f"Cần làm: nếu không phải do lãnh đạo đơn vị cử, thu lại vai trò: "
        f"{hint('people role', code, role='approver', unit=place, remove=True)}."
    )
    text = MessageText(f"[Cảnh báo] {person.name} ({code}) nay được duyệt biểu mẫu của {where}", (happened, mend))
    yield from _to_it(workspace, f"approver/{when:%Y-%m-%dT%H:%M:%S}/{code}/{unit_code}", code, text)


def _write(workspace: Workspace, person: Person, origin: str, attempts: int) -> Iterator[Message]:
    writer = writer_of(workspace)
    code, when = person.person_code, writer.now.astimezone(VIETNAM)
    happened = (
        f"Lúc {when:%H:%M ngày %d/%m/%Y}, có người nhập sai mật khẩu hoặc mã bảo vệ của {person.name} ({code}) "
        f"{attempts} lần, từ địa chỉ {origin}. Tài khoản tạm khóa 15 phút."
    )
    mend = (
        f"Cần làm: hỏi {person.name} có phải chính mình không. Nếu quên mật khẩu: {hint('people reset', code)}. Nếu "
        f"không phải: {hint('people lock', code, reason='lý do')}, rồi tìm máy có địa chỉ trên."
    )
    text = MessageText(f"[Cảnh báo] Tạm khóa đăng nhập của {person.name} ({code})", (happened, mend))
    yield from _to_it(workspace, f"{when:%Y-%m-%dT%H:%M}/{code}", code, text)


def _to_it(workspace: Workspace, about: str, person_code: str, text: MessageText) -> Iterator[Message]:
    writer = writer_of(workspace)
    facts = {"kind": "sign_in", "owner": IT_OWNER, "person": person_code, "severity": Severity.WARNING}
    for name, route in workspace.alerts.routes.items():
        if _takes(route):
            yield writer.write(f"{KEY_PREFIX}{about}/{name}", name, route, Severity.WARNING, text, facts)


def _takes(route: Route) -> bool:
    """IT's routes: those that take a warning to IT about any unit."""
    return Severity.WARNING in route.severities and (not route.owners or IT_OWNER in route.owners) and not route.units
