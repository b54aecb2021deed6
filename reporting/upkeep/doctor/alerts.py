"""Whether somebody would hear of a grave incident: the channels there are, and whom no route reaches."""

from baocao.catalogue import Catalogue
from baocao.catalogue.alerts import Alerts, read_alerts
from baocao.domain import Severity
from baocao.errors import ConfigError
from baocao.hints import hint
from baocao.vocabulary import IT_OWNER
from reporting.upkeep.doctor.finding import DoctorFinding, bad, doubtful, good

CHECK, ABOUT = "alerts.channels", "Kênh cảnh báo"


def look_at_alerts(catalogue: Catalogue, unit_code: str) -> DoctorFinding:
    try:
        alerts = read_alerts(catalogue)
    except ConfigError as error:
        why = "cấu hình cảnh báo sai nên không lệnh nào chạy được"
        return bad(CHECK, ABOUT, str(error), why=why, mend="Sửa tệp alerts.yaml.", exit_code=error.exit_code)
    if not alerts.channels:
        return doubtful(
            CHECK, ABOUT, "chưa khai báo kênh nào",
            why="sự cố vẫn được lưu nhưng không ai được báo",
            mend="Chép config/examples/alerts.yaml thành config/alerts.yaml, sửa lại, thử bằng "
            f"{hint('alerts test')}.",
        )  # fmt: skip
    unheard = [owner for owner in (*catalogue.owners, IT_OWNER) if not _reaches(alerts, owner, unit_code)]
    if unheard:
        return doubtful(
            CHECK, ABOUT, f"không tuyến nào nhận sự cố nghiêm trọng của: {', '.join(unheard)}",
            why="sự cố của những người phụ trách này không ai được báo",
            mend="Thêm một tuyến không lọc owners vào alerts.yaml.",
        )  # fmt: skip
    return good(CHECK, ABOUT, f"{len(alerts.channels)} kênh, {len(alerts.routes)} tuyến")


def _reaches(alerts: Alerts, owner: str, unit_code: str) -> bool:
    return any(
        Severity.CRITICAL in route.severities
        and (not route.owners or owner in route.owners)
        and (not route.units or unit_code in route.units)
        for route in alerts.routes.values()
    )
