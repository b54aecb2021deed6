"""A document axis whose paths, headers, names, codes and days are its own; one name of its own says two of ours."""

from datetime import date, datetime, timedelta
from random import Random

from tests.connectors.strangers.serve import Answer, Asked

SENT, RECEIVED = "/truc/v2/van-ban-gui", "/truc/v2/van-ban-nhan"
STATES = ("DEN", "TIEP_NHAN", "DANG_XL", "HOAN_THANH", "LAY_LAI")
DAY = "%d-%m-%Y"
SITE = {
    "paths": {"sent": SENT, "received": RECEIVED},
    "parameters": {"fromdate": "tu-ngay", "todate": "den-ngay"},
    "fields": {
        "data": "ketQua", "ErrorCode": "maLoi", "status": ["trangThai", "tinhTrang"], "receiveStatus": "tinhTrang",
        "senderDocId": "maVanBanGui", "docId": "maVanBan", "fromCode": "maNoiGui", "to": "noiNhan",
        "messageType": "loai", "sentTime": "thoiDiemGui", "created_time": "ngayTao",
    },
    "codes": {
        "status": {"TOT": "OK", "DEN": "01", "TIEP_NHAN": "03", "DANG_XL": "05", "HOAN_THANH": "06", "LAY_LAI": "13"},
        "receiveStatus": {"DEN": "01", "TIEP_NHAN": "03", "DANG_XL": "05", "HOAN_THANH": "06", "LAY_LAI": "taken_back"},
        "messageType": {"VANBAN": "edoc"},
    },
    "dates": {
        "fromdate": "dd-MM-yyyy", "todate": "dd-MM-yyyy", "sentTime": "dd-MM-yyyy HH:mm",
        "created_time": "dd-MM-yyyy HH:mm",
    },
    "ignored": ["nguoiKy"],
}  # fmt: skip


class Axis:
    """Answers both lists to whoever signs; `sent` is what it knows of each document sent: its day and its state."""

    def __init__(self, organ: str, first: date, last: date) -> None:
        chance = Random(5)
        days = [first + timedelta(days=n) for n in range(-9, (last - first).days + 10)]
        self._organ = organ
        self.sent = {f"VB{n:05}": (chance.choice(days), chance.choice(STATES)) for n in range(400)}
        self.received = {f"DEN{n:05}": (chance.choice(days), chance.choice(STATES[:4])) for n in range(90)}

    def count_true(self, first: date, last: date) -> tuple[int, int]:
        """Documents sent that were not taken back, and those received."""
        sent = sum(first <= day <= last and state != "LAY_LAI" for day, state in self.sent.values())
        return sent, sum(first <= day <= last for day, _ in self.received.values())

    def answer(self, asked: Asked) -> Answer:
        if not {"systemid", "timestamp", "signature"} <= set(asked.headers):
            return 200, {"trangThai": "LOI", "maLoi": "401"}
        if asked.path not in {SENT, RECEIVED}:
            return 404, {}
        first, last = (datetime.strptime(asked.headers[name], DAY).date() for name in ("tu-ngay", "den-ngay"))  # noqa: DTZ007
        kept = self.sent if asked.path == SENT else self.received
        rows = [self._write(asked.path, key, day, state) for key, (day, state) in kept.items() if first <= day <= last]
        return 200, {"trangThai": "TOT", "maLoi": "0", "ketQua": rows}

    def _write(self, path: str, key: str, day: date, state: str) -> dict[str, str]:
        at = f"{day:{DAY}} 09:30"
        if path == SENT:
            own = {"maVanBanGui": key, "maNoiGui": self._organ, "thoiDiemGui": at, "nguoiKy": "Người Ký Giả Định"}
        else:
            own = {"maVanBan": key, "noiNhan": self._organ, "ngayTao": at}
        return {**own, "loai": "VANBAN", "tinhTrang": state}
