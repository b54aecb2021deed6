"""Who tried too often to sign in as somebody: IT is told at once, once for a lock-out."""

from collections.abc import Iterator

from baocao.catalogue.alerts import Route
from baocao.domain import VIETNAM, Severity
from baocao.hints import hint
from baocao.incidents import Message
from baocao.people import Person
from baocao.vocabulary import IT_OWNER
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
    facts = {"kind": "sign_in", "owner": IT_OWNER, "person": code, "severity": Severity.WARNING}
    for name, route in workspace.alerts.routes.items():
        if _takes(route):
            key = f"{KEY_PREFIX}{when:%Y-%m-%dT%H:%M}/{code}/{name}"
            yield writer.write(key, name, route, Severity.WARNING, text, facts)


def _takes(route: Route) -> bool:
    """IT's routes: those that take a warning to IT about any unit."""
    return Severity.WARNING in route.severities and (not route.owners or IT_OWNER in route.owners) and not route.units
