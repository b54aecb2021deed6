"""Somebody takes an incident on until a day: reminders of it rest until then."""

from datetime import date

from baocao.domain import VIETNAM
from baocao.errors import ConfigError
from baocao.incidents import Incident, acknowledge
from reporting.workspace import Workspace


def acknowledge_incident(workspace: Workspace, number: int, by: str, until: date, note: str = "") -> Incident:
    """Raise NotInStoreError where there is none, ConfigError where the day is over or it has recovered."""
    now = workspace.settings.now()
    if until < now.astimezone(VIETNAM).date():
        raise ConfigError("ngày này đã qua; ghi ngày sẽ xử lý xong")
    workspace.store.incidents.find(number)
    changed = workspace.store.incidents.change(
        lambda found: [acknowledge(one, by, now, until, note) for one in found if one.number == number],
        lambda _: (),
    )
    if not changed:
        raise ConfigError(f"sự cố {number} đã khắc phục, không cần nhận xử lý")
    return changed[0].incident
