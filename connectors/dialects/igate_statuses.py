"""Whether iGate leaves dossiers of some statuses out where none is asked for, as a search screen may do.

The dossiers of all known statuses, and those of one that does not exist, are counted by the search's `dossier-status`.
Where the search does not know it, the dossiers themselves are the evidence: some of a period that is over are finished.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from baocao.domain import VIETNAM, RawPayload
from baocao.errors import SourceError
from baocao.notices import CountProof, Notices
from baocao.records import UNKNOWN
from connectors.asking.http import SourceClient
from connectors.asking.request import Answer, Request
from connectors.assumptions import Assumption

STATUSES_UNASKED = Assumption(
    "statuses_unasked",
    ("all", "finished_left_out", "returned_left_out", "finished_never", "returned_never"),
    "dossiers of which statuses come where none is asked for: finished ones left out, or never given",
)
STATUSES_PART, PARAMETER = "statuses", "dossier-status"
NO_STATUS, QUESTIONS = "9999", 2
FINAL = {"done": "đã có kết quả", "returned": "đã trả kết quả"}
FEW, CAME_BETWEEN_PER_MILLE = 30, 1


def ask_statuses(
    client: SourceClient, path: str, count: Callable[[str], int], own: int, known: Iterable[object]
) -> Iterator[RawPayload]:
    """What came of both questions, `own` being the dossiers without one.

    Raise SourceContractError where there are more of the known statuses than of all.
    """
    every = ",".join(map(str, client.site.codes.get("dossierStatus.id") or known))
    is_over = client.assignment.clock().astimezone(VIETNAM).date() > client.assignment.window.end_on
    counts: list[int | None] = []
    for codes in (every, NO_STATUS):
        with client.hearing() as answers:
            counts.append(_count(count, codes))
        noted = {"part": STATUSES_PART, "statuses": codes, "own": own, "found": counts[-1], "over": is_over}
        of = [client.assignment.source.source_code, client.assignment.unit_code]
        last = answers[-1] if answers else Answer(0, b"")
        content = {"unknown_fields": [], "rows": [], "of": of, "noted": noted}
        yield client.payload(content, last, Request("GET", path, noted=noted))
    found = counts[0] or 0
    if _is_heeded(own, counts) and found > own + max(1, own * CAME_BETWEEN_PER_MILLE // 1_000):
        raise client.broken(
            f"hỏi kèm mọi trạng thái ({PARAMETER}) nhận {found} hồ sơ, không kèm trạng thái nhận {own}: hệ thống mặc "
            "định không trả hồ sơ ở một số trạng thái"
        )


def _count(count: Callable[[str], int], codes: str) -> int | None:
    try:
        return count(codes)
    except SourceError:
        return None


def _is_heeded(own: int, counts: Sequence[int | None]) -> bool:
    every, none = counts
    return every is not None and none is not None and 2 * none < own


def watch_statuses(payloads: Iterable[RawPayload], noted: list[Mapping[str, Any]]) -> Iterator[RawPayload]:
    """The payloads as they come; what is said of statuses is put into `noted`."""
    for payload in payloads:
        if payload.request.get("part") == STATUSES_PART:
            noted.append(payload.request)
        yield payload


def judge_statuses(notices: Notices, noted: Sequence[Mapping[str, Any]], statuses: "pd.Series[Any]") -> None:
    """A proof where the search heeds statuses; else finished dossiers must be there, unless some status is unknown."""
    if len(noted) != QUESTIONS:
        return
    own = noted[0]["own"]
    if _is_heeded(own, [one["found"] for one in noted]):
        notices.proofs.append(CountProof("hồ sơ khi không hỏi và khi hỏi kèm mọi trạng thái", own, own, of_whole=False))
        return
    there, total = set(statuses.dropna().astype("str")), len(statuses)
    lacking = [words for status, words in FINAL.items() if status not in there]
    if not noted[0]["over"] or total < FEW or UNKNOWN in there or not lacking:
        return
    if len(lacking) == len(FINAL):
        hidden = f"hồ sơ {' hoặc '.join(lacking)} trong {total} hồ sơ"
        said = f"{hidden} (hệ thống có thể mặc định giấu hồ sơ đã xong), ít nhất"
        notices.proofs.append(CountProof(said, 0, 1))
        return
    notices.note_unproved(
        f"hồ sơ {lacking[0]} có thể thiếu: không có trong {total} hồ sơ nhận được, và không kiểm được hệ thống có mặc "
        "định giấu trạng thái này hay không"
    )
