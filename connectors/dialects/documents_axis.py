"""Documents sent and received over the national document axis (VXP, edXML of QCVN 102:2016), and its statistic.

Interface: the axis's public SDK (`getSentEdocList`, `getReceivedEdocList`, `{status, ErrorCode, ErrorDesc, data}`, one
sent row for each receiver, status codes 01 to 16) and the open-source statistic `/public/-/stat/detail` with nested
organisations. A document updated or replaced is listed again under its own id: it counts once, by the first day it was
sent; one that every receiver gave back (13) does not count. What is on the axis left electronically by definition.
Assumed: the signature (hexadecimal HMAC-SHA256 over system id, time stamp, content type and body) stands in the header
`signature`; `fromdate` and `todate` as headers; ErrorCode 401 for a wrong signature; no confidential document is on
the axis; the day of sending stands for the day of issue; a parent's `sent` already holds its children's.
In which zone `sentTime` is, nobody says: its hours do, or it is told.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

import pandas as pd

from baocao.domain import VIETNAM, RawPayload
from baocao.messages import show_name
from baocao.notices import CountProof
from baocao.records import build_frame, join_frames
from baocao.source_text import SourceText
from connectors.asking.beside import ask_beside
from connectors.asking.gateway import open_client
from connectors.asking.http import SourceClient
from connectors.asking.request import Request
from connectors.assumptions import CODE_TYPES
from connectors.contract import Assignment, Connector, ParseResult
from connectors.declaration import Declaration
from connectors.dialects.axis_statistic import STATISTIC_FIELDS, read_statistic
from connectors.reading.instants import read_days, read_usual
from connectors.reading.minimising import Fields
from connectors.reading.plain_codes import plain_code
from connectors.reading.strict import Reader
from connectors.reading.tallying import Tally, read_beside

SENT, RECEIVED, STATISTIC = "/getSentEdocList", "/getReceivedEdocList", "/public/-/stat/detail"
SENT_PART, RECEIVED_PART, STATISTIC_PART = "sent", "received", "statistic"
CONTENT_TYPE = "application/json"
MOMENT_FORM, DAY_FORM = "%Y/%m/%d %H:%M:%S", "%Y/%m/%d"
EDOC = "edoc"
MESSAGE_TYPES = {EDOC: EDOC, "status": "status"}
OK, NO_ERROR, REFUSED_CODES = "ok", "0", frozenset({"401", "403"})

SENT_FIELDS = Fields(
    kept={"senderDocId": {}, "fromCode": {}, "messageType": {}, "sentTime": {}, "receiveStatus": {}},
    known=frozenset({
        "docId", "receiverDocId", "serviceType", "toCode", "notation", "title", "receivedTime", "sendStatus",
        "sendStatusDesc", "receiveStatusDesc", "created_time", "updated_time", "status",
    }),
)  # fmt: skip
RECEIVED_FIELDS = Fields(
    kept={"docId": {}, "to": {}, "messageType": {}, "created_time": {}, "status": {}},
    known=frozenset({
        "serviceType", "updated_time", "from", "status_desc", "senderDocId", "sentTime", "receiveStatus", "fromCode",
    }),
)  # fmt: skip
STATUSES = {
    "01": "arrived", "02": "refused", "03": "received", "04": "assigned", "05": "processing", "06": "finished",
    "13": "taken_back", "15": "update_accepted", "16": "update_refused",
}  # fmt: skip

UNCOUNTED_VI = "văn bản trên trục có thể thiếu: danh sách không kèm tổng số và không hỏi số liệu thống kê của trục"
ASSUMPTIONS = (CODE_TYPES,)
SITE = Declaration(
    {"sent": SENT, "received": RECEIVED, "statistic": STATISTIC},
    frozenset({*SENT_FIELDS.kept, *RECEIVED_FIELDS.kept, "data", "ErrorCode"}),
    {"receiveStatus": STATUSES, "status": {**STATUSES, "OK": OK}, "messageType": MESSAGE_TYPES},
    expects={
        "sent": "status OK, ErrorCode 0, data [...]", "received": "status OK, ErrorCode 0, data [...]",
        "statistic": "danh sách cơ quan",
    },
    rows={"sent": SENT_FIELDS, "received": RECEIVED_FIELDS},
    rows_under="data",
    dates={"sentTime": MOMENT_FORM, "created_time": MOMENT_FORM},
    parameters=frozenset({"servicetype", "messagetype", "fromdate", "todate", "systemid", "timestamp", "signature"}),
    asked_dates={"fromdate": DAY_FORM, "todate": DAY_FORM},
    options=frozenset({"signed", "statistic"}),
    choices={"signed": (True, False), "statistic": (True, False)},
)  # fmt: skip


class DocumentsAxis:
    """The connector `documents_axis`.

    Option `signed`: true where the axis takes signed documents only, so that what was sent is signed; otherwise it is
    not known. Option `statistic`: true where the statistic is there too.
    """

    code = "documents_axis"
    kinds = ("documents", "tallies")
    assumptions = ASSUMPTIONS

    def fetch(self, assignment: Assignment) -> Iterator[RawPayload]:
        with open_client(assignment, SITE) as client:
            yield _fetch_list(client, SENT, SENT_PART, SENT_FIELDS)
            yield _fetch_list(client, RECEIVED, RECEIVED_PART, RECEIVED_FIELDS)
            if assignment.source.options.get("statistic", False):
                yield from ask_beside(client, STATISTIC, (_fetch_statistic(client) for _ in range(1)))

    def parse(self, payloads: Iterable[RawPayload], *, source_code: str, unit_code: str) -> ParseResult:
        reader = Reader(source_code, unit_code)
        kept = list(payloads)
        frames = [_read_sent(reader, p) for p in kept if p.request["part"] == SENT_PART]
        frames += [_read_received(reader, p) for p in kept if p.request["part"] == RECEIVED_PART]
        statistics = [p for p in kept if p.request["part"] == STATISTIC_PART]
        documents = join_frames("documents", frames)
        tallies = read_beside(reader, lambda apart: _read_statistics(apart, statistics))
        if not len(tallies):
            reader.notices.note_unproved(UNCOUNTED_VI)
        return reader.finish({"documents": documents, "tallies": tallies})


CONNECTOR: Connector = DocumentsAxis()


def sign(system_id: str, timestamp: str, content_type: str, body: str, key: str) -> str:
    """HMAC-SHA256 over the four texts, one after the other, in hexadecimal."""
    message = f"{system_id}{timestamp}{content_type}{body}".encode()
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


def _headers(client: SourceClient) -> dict[str, str]:
    assignment = client.assignment
    now = assignment.clock().astimezone(VIETNAM)
    timestamp = f"{now:%d%m%YT%H%M%S}+{now.microsecond // 1000:04d}"
    system_id = assignment.source.auth.username
    return {
        "Content-Type": CONTENT_TYPE,
        "systemid": system_id,
        "timestamp": timestamp,
        "signature": sign(system_id, timestamp, CONTENT_TYPE, "", assignment.secret),
    }


def _noted(client: SourceClient, part: str) -> dict[str, Any]:
    assignment = client.assignment
    days = [f"{assignment.window.start_on}", f"{assignment.window.end_on}"]
    signed = bool(assignment.source.options.get("signed", False))
    return {"part": part, "organ": assignment.unit_key, "days": days, "signed": signed}


def _fetch_list(client: SourceClient, path: str, part: str, fields: Fields) -> RawPayload:
    window = client.assignment.window.widened(before=1, after=1)  # some leave out a bound
    asked = {
        "servicetype": "eDoc",
        "messagetype": "edoc",
        "fromdate": f"{window.start_on:%Y/%m/%d}",
        "todate": f"{window.end_on:%Y/%m/%d}",
    }
    noted = {**_noted(client, part), "headers": asked}
    request = Request("POST", path, headers={**_headers(client), **asked}, noted=noted)
    content, answer = client.ask(request)
    return client.payload(fields.minimise(_data(client, content, answer.status)), answer, request)


def _data(client: SourceClient, content: Any, status: int) -> list[dict[str, Any]]:
    if status == HTTPStatus.NO_CONTENT:
        return []
    code = str(content.get("ErrorCode")) if isinstance(content, dict) else ""
    if status == HTTPStatus.UNAUTHORIZED or code in REFUSED_CODES:
        account = client.assignment.source.auth.username
        raise client.rejected(f"từ chối đăng nhập của hệ thống '{show_name(account)}': sai khoá, hoặc lệch đồng hồ")
    if isinstance(content, dict) and (plain_code(content.get("status")), code) != (OK, NO_ERROR):
        said = SourceText(content.get("status")).as_code()
        raise client.unavailable(f"trả status {said}, ErrorCode {SourceText(code).as_code()} trong HTTP {status}")
    rows = content.get("data") if isinstance(content, dict) else None
    if rows is None and isinstance(content, dict) and "data" in content:
        return []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise client.broken("thiếu trường data: không phải danh sách văn bản")
    return rows


def _fetch_statistic(client: SourceClient) -> RawPayload:
    window = client.assignment.window
    params = {"fromDate": f"{window.start_on:%d/%m/%Y}", "toDate": f"{window.end_on:%d/%m/%Y}"}
    noted = {**_noted(client, STATISTIC_PART), "query": params}
    request = Request("GET", STATISTIC, params=params, noted=noted)
    content, answer = client.ask(request)
    if not isinstance(content, list) or not all(isinstance(row, dict) for row in content):
        raise client.broken("thiếu các dòng thống kê: không phải danh sách cơ quan")
    return client.payload(STATISTIC_FIELDS.minimise(content), answer, request)


def _read_statistics(reader: Reader, statistics: list[RawPayload]) -> Iterator[Tally]:
    for payload in statistics:
        yield from read_statistic(reader, payload.request, list(reader.rows([payload], STATISTIC_PART)))


def _read_sent(reader: Reader, payload: RawPayload) -> pd.DataFrame:
    rows = _edocs(reader, payload, "fromCode")
    keys = reader.required("senderDocId", reader.column(rows, "senderDocId"))
    moments = reader.column(rows, "sentTime")
    days = reader.dates("sentTime", moments, _read_days)
    reader.note_hours("sentTime", moments, read_usual(pd.Series(moments, dtype="object"), MOMENT_FORM))
    states = reader.codes("receiveStatus", reader.column(rows, "receiveStatus"), STATUSES)
    signed = True if payload.request["signed"] else None
    return _documents(pd.DataFrame({"key": keys, "day": days, "state": states}), "outgoing", signed)


def _read_received(reader: Reader, payload: RawPayload) -> pd.DataFrame:
    rows = _edocs(reader, payload, "to")
    keys = reader.required("docId", reader.column(rows, "docId"))
    days = reader.dates("created_time", reader.column(rows, "created_time"), _read_days)
    states = reader.codes("status", reader.column(rows, "status"), STATUSES)
    return _documents(pd.DataFrame({"key": keys, "day": days, "state": states}), "incoming", None)


def _edocs(reader: Reader, payload: RawPayload, organ_field: str) -> list[dict[str, Any]]:
    """The unit's own rows: documents, not messages about their state."""
    rows = list(reader.rows([payload], payload.request["part"]))
    organs, types = reader.column(rows, organ_field), reader.column(rows, "messageType")
    reader.codes("messageType", types, MESSAGE_TYPES)
    wanted = [plain_code(one) for one in (payload.request["organ"], EDOC)]
    ours = [
        row
        for row, *found in zip(rows, organs, types, strict=True)
        if [plain_code(one or "") for one in found] == wanted
    ]
    if rows and not ours and payload.request["part"] == SENT_PART:
        said = (
            f"không văn bản nào trong {len(rows)} văn bản đã gửi ghi mã của đơn vị ở {organ_field}: mã trong "
            "source_keys (units.yaml) có thể khác cách trục ghi"
        )
        reader.notices.proofs.append(CountProof(said, 0, len(rows)))
    return ours


def _documents(rows: pd.DataFrame, direction: str, signed: bool | None) -> pd.DataFrame:
    """One record for each document that at least one receiver kept, by its first day."""
    left = rows[rows["state"].ne("taken_back")].sort_values(["day", "key"]).drop_duplicates("key")
    return build_frame("documents", {
        "document_key": [f"{direction}/{key}" for key in left["key"]],
        "direction": [direction] * len(left),
        "issued_on": left["day"].to_numpy(),
        "form_of_sending": ["electronic"] * len(left),
        "is_signed": [signed] * len(left),
        "confidentiality": ["normal"] * len(left),
    })  # fmt: skip


def _read_days(texts: pd.Series) -> pd.Series:
    return read_days(texts, MOMENT_FORM)
