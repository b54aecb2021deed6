"""The national document axis (VXP) and its statistic, at /vxp.

Public: the calls, their headers and answers, one sent row for each receiver, status codes, that an updated document
comes again under its id, the statistic's fields and nesting.
ASSUMED: the headers `signature`, `fromdate`, `todate`; ErrorCode 401; that what is electronic, or electronic and on
paper, is on the axis, and nothing confidential; that a parent's numbers hold its children's.
"""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from sandbox.credentials import AXIS_SYSTEM, ENVIRONMENT
from sandbox.faults.dialects import FAILED_VI, Dialect, describe
from sandbox.faults.habits import code_types
from sandbox.systems.answers import answer_json
from sandbox.world.ledger import Document, LedgerUnit, SendingForm, invent_person
from sandbox.world.periods import DAY_S, ZONE, local_day, local_time
from sandbox.world.state import World, hints
from sandbox.world.units import PROVINCE_CODE, PROVINCE_NAME

_RECEIVERS = ("000.00.15.H98", "H98.52", "H98.07")
_TAKEN_BACK, _UPDATED = 17, 5
Days = tuple[date, date]


describe(
    "axis",
    Dialect(
        mounts=("/vxp/",),
        rows=(("data",),),
        needed=("senderDocId", "docIdSender"),
        error=("-9", lambda code: {"status": "FAIL", "ErrorCode": str(code), "ErrorDesc": FAILED_VI}),
        strange=("receiveStatus", "99"),
        impossible=("sentTime", "2025/02/30 08:00:00"),
        signs_each=True,
        habits={"code_types": code_types("receiveStatus", "status")},
    ),
)


def build_router(world: World) -> APIRouter:
    """The two lists and the statistic."""
    router = APIRouter(prefix="/vxp")
    system = _Axis(world)
    router.add_api_route("/getSentEdocList", system.list_sent, methods=["POST"], response_model=None)
    router.add_api_route("/getReceivedEdocList", system.list_received, methods=["POST"], response_model=None)
    router.add_api_route("/public/-/stat/detail", system.count, methods=["GET"], response_model=None)
    return router


class _Axis:
    def __init__(self, world: World) -> None:
        self._world = world

    def list_sent(self, request: Request) -> Response:
        return self._answer(request, _write_sent, outgoing=True)

    def list_received(self, request: Request) -> Response:
        return self._answer(request, _write_received, outgoing=False)

    def _answer(self, request: Request, write: Any, *, outgoing: bool) -> Response:
        if hints(request).refuse_login or not _is_signed(request):
            return answer_json({"status": "FAIL", "ErrorCode": "401", "ErrorDesc": "Invalid signature", "data": []})
        try:
            days = _read_day(request.headers["fromdate"], "%Y/%m/%d"), _read_day(request.headers["todate"], "%Y/%m/%d")
        except (KeyError, ValueError):
            return answer_json({"status": "FAIL", "ErrorCode": "-2", "ErrorDesc": "Invalid date"})
        documents = (d for unit in self._world.ledger.units for d in self._on_axis(unit, days, outgoing=outgoing))
        rows = [row for document in documents for row in write(document, days)]
        return answer_json({"status": "OK", "ErrorCode": "0", "ErrorDesc": "Success", "data": rows})

    def _on_axis(self, unit: LedgerUnit, days: Days, *, outgoing: bool) -> list[Document]:
        return [
            d
            for d in self._world.ledger.documents[unit.code]
            if d.outgoing is outgoing
            and is_on_axis(d)
            and d.issued_at <= self._world.now
            and days[0] <= d.issued_on <= days[1]
        ]

    def count(self, request: Request) -> Response:
        """Open to all: the province with its units inside it, and once more for good measure none of them."""
        asked = request.query_params
        try:
            days = _read_day(asked["fromDate"], "%d/%m/%Y"), _read_day(asked["toDate"], "%d/%m/%Y")
        except (KeyError, ValueError):
            return Response("Bad Request", status_code=400)
        children = [self._count_unit(unit, days) for unit in self._world.ledger.units]
        sent, received = (sum(child[name] for child in children) for name in ("sent", "received"))
        return answer_json([_organ(PROVINCE_CODE, PROVINCE_NAME, sent, received, children)])

    def _count_unit(self, unit: LedgerUnit, days: Days) -> dict[str, Any]:
        sent = [d for d in self._on_axis(unit, days, outgoing=True) if not is_taken_back(d)]
        received = self._on_axis(unit, days, outgoing=False)
        return _organ(unit.official_code, unit.name, len(sent), len(received), [])


def is_on_axis(document: Document) -> bool:
    """Whether it went by the axis at all."""
    return document.sending in (SendingForm.ELECTRONIC, SendingForm.BOTH) and document.secrecy == "Thường"


def is_taken_back(document: Document) -> bool:
    """One in seventeen is taken back from every receiver."""
    return document.sequence % _TAKEN_BACK == 1


def _write_sent(document: Document, days: Days) -> Iterator[dict[str, Any]]:
    """A row for each receiver; one document in five is updated a day later, which lists it again."""
    number = document.sequence
    status = "13" if is_taken_back(document) else "06"
    for place, receiver in enumerate(_RECEIVERS[: 1 + number % 3]):
        yield _sent_row(document, document.issued_at, receiver, status if place else status.replace("06", "03"))
    if number % _UPDATED == 0 and not is_taken_back(document) and local_day(document.issued_at + DAY_S) <= days[1]:
        yield _sent_row(document, document.issued_at + DAY_S, _RECEIVERS[0], "15")


def _sent_row(document: Document, at: int, receiver: str, status: str) -> dict[str, Any]:
    number, moment = document.sequence, local_time(at).strftime("%Y/%m/%d %H:%M:%S")
    person = invent_person(number % 1_000_000)
    return {
        "senderDocId": f"{document.unit.official_code},{local_time(document.issued_at):%Y/%m/%d},{number}",
        "receiverDocId": f"{receiver}-{number}",
        "serviceType": "eDoc",
        "messageType": "edoc",
        "fromCode": document.unit.official_code,
        "toCode": receiver,
        "notation": f"{number % 5_000 + 1}/UBND-VP",
        "title": f"V/v trả lời đơn của ông (bà) {person.full_name}, CCCD {person.identity_number}",
        "sentTime": moment,
        "receivedTime": moment,
        "sendStatus": "01",
        "sendStatusDesc": "Đã đến",
        "receiveStatus": status,
        "receiveStatusDesc": "",
    }


def _write_received(document: Document, _days: Days) -> Iterator[dict[str, Any]]:
    moment = local_time(document.issued_at).strftime("%Y/%m/%d %H:%M:%S")
    yield {
        "docId": f"VXP-{document.sequence:09d}",
        "serviceType": "eDoc",
        "messageType": "edoc",
        "created_time": moment,
        "updated_time": moment,
        "from": _RECEIVERS[0],
        "to": document.unit.official_code,
        "status": "03",
        "status_desc": "Đã tiếp nhận",
    }


def _organ(domain: str, name: str, sent: int, received: int, children: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "organDomain": domain,
        "organName": name,
        "lastUpdate": "",
        "sent": sent,
        "received": received,
        "total": sent + received,
        "childOrgan": children,
    }


def _read_day(text: str, form: str) -> date:
    return datetime.strptime(text, form).replace(tzinfo=ZONE).date()


def _is_signed(request: Request) -> bool:
    headers = request.headers
    texts = (headers.get(name, "") for name in ("systemid", "timestamp", "content-type"))
    key = ENVIRONMENT["BAOCAO_AXIS_KEY"].encode()
    expected = hmac.new(key, "".join(texts).encode(), hashlib.sha256).hexdigest()
    return headers.get("systemid") == AXIS_SYSTEM and hmac.compare_digest(headers.get("signature", ""), expected)
