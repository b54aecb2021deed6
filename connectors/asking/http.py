"""The only code that asks a source over HTTP: time-outs, one retry layer, size limit, pace, TLS verified."""

import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import quote

import orjson
import stamina
from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError, NewConnectionError, ProtocolError, ProxyError, SSLError
from urllib3.exceptions import TimeoutError as NoAnswerError

from baocao.domain import RawPayload
from baocao.errors import (
    ConfigError,
    SourceContractError,
    SourceError,
    SourcePartialError,
    SourceRejectedError,
    SourceUnavailableError,
)
from baocao.source_text import SourceText
from connectors.asking.bodies import CutShortError, UnaskedPackingError, read_pieces
from connectors.asking.connection import Connection
from connectors.asking.hours import await_opening
from connectors.asking.pace import Pace, pace_of
from connectors.asking.passing import CutAnswerError, NoConnectionError, NotJsonError, PassingError
from connectors.asking.repeated_names import LOOKED_AT_ANSWERS, find_repeated_name
from connectors.asking.request import Answer, Request
from connectors.asking.responses import (
    MEGABYTE,
    REDIRECT_STATUSES,
    count_announced_bytes,
    find_host,
    find_onward,
    find_wait_s,
    make_room,
    show_path,
)
from connectors.asking.site import Site
from connectors.asking.slots import HOLD_S
from connectors.contract import UNIT_MARK, Assignment, SeenExchange
from connectors.reading.minimising import Body, make_payload

PASSING_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
MOST_REDIRECTS = 3
NOT_LET_IN_VI = "tài khoản không được chấp nhận"
MARK = b"\xef\xbb\xbf"


class SourceClient:
    """One connection to one source for one assignment; use as a context manager."""

    def __init__(self, assignment: Assignment, site: Site | None = None) -> None:
        if not assignment.base_url:
            raise ConfigError(f"{assignment.source.place('base_url')}: giao thức này cần địa chỉ")
        self.assignment = assignment
        self._limits = assignment.source.limits
        self._pace = _pace_of(assignment)
        self.site = site or Site()
        self.last = threading.local()
        self._looked_at = Counter[str]()
        self._connections = {"": Connection(assignment.base_url, assignment.source)}
        for path in self.site.paths:
            origin, _ = self.site.where(path)
            self._connections.setdefault(origin, Connection(origin or assignment.base_url, assignment.source))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pace.rest()
        for connection in self._connections.values():
            connection.close()

    def ask(self, request: Request) -> tuple[Any, Answer]:
        """The decoded JSON and the answer it came in; 401 and 400 are left to the caller to judge.

        Raise SourceUnavailableError after the last attempt, SourceRejectedError on 403, SourceContractError
        on an answer that is too large, redirected elsewhere, or not JSON.
        """
        try:
            for attempt in stamina.retry_context(
                on=self._wait_before_next_try,
                attempts=self._limits.attempts,
                timeout=self._limits.total_s,
                wait_initial=self._limits.backoff_s,
                wait_max=30.0,
                wait_jitter=self._limits.backoff_s,
            ):
                with attempt:
                    answer = self._exchange(request)
                    return self._decode(request, answer), answer
        except NotJsonError as error:
            raise self.broken(error.reason) from error
        raise AssertionError("unreachable: a retry context returns or raises")

    @contextmanager
    def hearing(self) -> Iterator[list[Answer]]:
        """The answers that come for what this thread asks meanwhile, those that are errors too.

        What it says afterwards is of the question before.
        """
        before = getattr(self.last, "at", None)
        self.last.answers = answers = list[Answer]()
        try:
            yield answers
        finally:
            del self.last.answers
            if before is not None:
                self.last.at = before

    def payload(self, content: dict[str, Any] | bytes, answer: Answer, request: Request) -> RawPayload:
        """The answer as evidence: minimised content, hash of the original."""
        return make_payload(
            content,
            answer.body,
            source_code=self.assignment.source.source_code,
            unit_code=self.assignment.unit_code,
            window=self.assignment.window,
            request=self.site.noted(request.evidence),
            fetched_at=self.assignment.clock(),
        )

    def unavailable(self, reason: str) -> SourceError:
        return self._refused() or SourceUnavailableError(*self._names, self._place(reason))

    def rejected(self, reason: str) -> SourceError:
        return SourceRejectedError(*self._names, self._place(reason))

    def broken(self, reason: str) -> SourceError:
        return self._refused() or SourceContractError(*self._names, self._place(reason))

    def _refused(self) -> SourceError | None:
        """Whatever is odd about an answer with 401, it refuses us."""
        _, status = getattr(self.last, "at", ("", None))
        return self.rejected(f"HTTP 401: {NOT_LET_IN_VI}") if status == HTTPStatus.UNAUTHORIZED else None

    def partial(self, reason: str) -> SourceError:
        return SourcePartialError(*self._names, self._place(reason))

    def unreachable(self, reason: str) -> PassingError:
        return NoConnectionError(*self._names, self._place(reason))

    def cut_short(self, reason: str) -> PassingError:
        return CutAnswerError(*self._names, self._place(reason))

    def passing(self, reason: str, retry_after_s: float | None = None) -> PassingError:
        return PassingError(*self._names, self._place(reason), retry_after_s)

    def _place(self, reason: str) -> str:
        """The reason with the path this thread asked last, the status that came, and what was expected there."""
        asked: tuple[str, int | None] | None = getattr(self.last, "at", None)
        if asked is None or "; cần có " in reason:
            return reason
        path, status = asked
        shown, expected = self.site.shown(path), self.site.declared.expected(path)
        if shown in reason:
            return f"{reason}; cần có {expected}"
        came = f"HTTP {status}" if status is not None else "không trả lời"
        if reason == came:
            return f"{came} tại {shown}; cần có {expected}"
        return f"{reason} ({came} tại {shown}; cần có {expected})"

    @property
    def _names(self) -> tuple[str, str]:
        return self.assignment.source.source_code, self.assignment.unit_code

    def _wait_before_next_try(self, error: Exception) -> bool | float:
        if not isinstance(error, PassingError):
            return False
        if error.retry_after_s is None:
            return True
        return error.retry_after_s if error.retry_after_s <= self._limits.retry_after_s else False

    def _exchange(self, request: Request) -> Answer:
        await_opening(self.assignment)
        with self._pace:
            try:
                return self._read(request)
            except SSLError as error:
                raise self.rejected("không xác thực được chứng thư TLS của hệ thống") from error
            except NoAnswerError as error:
                raise self.unreachable(f"không trả lời trong {self._limits.read_s:g} giây") from error
            except (NewConnectionError, ProtocolError, ProxyError) as error:
                raise self.unreachable("không kết nối được, hoặc kết nối bị ngắt") from error
            except zlib.error as error:
                raise self.broken("không giải nén được câu trả lời") from error
            except UnaskedPackingError as error:
                packing = SourceText(error).as_code()
                raise self.broken(f"câu trả lời nén kiểu '{packing}' mà không được yêu cầu") from error
            except CutShortError as error:
                raise self.cut_short("kết nối bị ngắt giữa câu trả lời nén") from error
            except (HTTPError, ValueError) as error:
                raise self.passing("trao đổi dữ liệu hỏng: câu trả lời không theo giao thức HTTP") from error

    def _read(self, request: Request) -> Answer:
        origin, path = self.site.where(request.path)
        self.last.at = (request.path, None)
        asked, sent = request, self.site.sent(request.params)
        json = self.site.sent(request.json) if isinstance(request.json, Mapping) else request.json
        if UNIT_MARK in path:
            path = path.replace(UNIT_MARK, quote(request.unit, safe=""))
        request = replace(request, path=path, params=sent, json=json, headers=self.site.sent(request.headers))
        for _ in range(MOST_REDIRECTS + 1):
            with self._connections[origin].open(
                request.method,
                request.path,
                params=request.params,
                headers=request.headers,
                json_body=request.json,
                form=request.form,
            ) as response:
                onward = find_onward(origin or self.assignment.base_url, request, response)
                if onward is None:
                    return self._take(asked, response, None if request.path == path else request.path)
            request = onward
        raise self.broken(f"chuyển hướng quá {MOST_REDIRECTS} lần")

    def _take(self, asked: Request, response: BaseHTTPResponse, sent_on_to: str | None) -> Answer:
        """The whole answer, where its status allows; a probe sees it either way."""
        self.last.at = (asked.path, response.status)
        try:
            self._judge_status(asked, response, sent_on_to)
        except SourceError:
            self._show(asked, response.status, b"")
            raise
        answer = Answer(response.status, self._read_body(response))
        if hasattr(self.last, "answers"):
            self.last.answers.append(answer)
        self._show(asked, answer.status, answer.body)
        return answer

    def _show(self, asked: Request, status: int, body: Body) -> None:
        if self.assignment.watch is not None:
            given = {**asked.params, **(asked.json if isinstance(asked.json, Mapping) else {})}
            shown = self.site.shown(asked.path)
            self.assignment.watch(SeenExchange(asked.path, shown, given, status, bytes(body)))

    def page_size(self, usual: int) -> int:
        """How many rows to ask for: the source's option, else the usual, and never more than a page has here."""
        wanted = int(self.assignment.source.options.get("page_size", usual))
        return min(wanted, self.site.most_rows or wanted)

    def _read_body(self, response: BaseHTTPResponse) -> Body:
        """The whole body within the total time and the size limit, whatever drips or swells."""
        give_up_at = time.monotonic() + self._limits.total_s
        most = int(self._limits.answer_mb * MEGABYTE)
        body, size = make_room(min(count_announced_bytes(response), most)), 0
        for chunk in read_pieces(response):
            if isinstance(body, memoryview) and size + len(chunk) > len(body):
                body = bytearray(body[:size])
            body[size : size + len(chunk)] = chunk
            size += len(chunk)
            if size > most:
                raise self.broken(f"câu trả lời lớn hơn {self._limits.answer_mb:g} MB")
            if time.monotonic() > give_up_at:
                raise self.cut_short(f"chưa nhận đủ câu trả lời sau {self._limits.total_s:g} giây")
        return body if len(body) == size else body[:size]

    def _judge_status(self, request: Request, response: BaseHTTPResponse, sent_on_to: str | None) -> None:
        status, path = response.status, request.path.partition("?")[0]
        if status in REDIRECT_STATUSES:
            host = SourceText(find_host(response.headers.get("Location", ""))).as_title()
            raise self.broken(f"HTTP {status} tại {path}: chuyển hướng đến {host}")
        if status == HTTPStatus.NOT_FOUND and sent_on_to:
            there = show_path(sent_on_to, request.unit)
            raise self.broken(f"HTTP 404 tại {there}: {path} chuyển hướng đến đó (trang đăng nhập?)")
        if status == HTTPStatus.NOT_FOUND:
            raise self.broken(
                f"HTTP 404: địa chỉ này không có {path}; hệ thống dùng đường dẫn khác, hoặc là hệ thống khác"
            )
        if status == HTTPStatus.FORBIDDEN:
            raise self.rejected("HTTP 403: tài khoản không có quyền")
        if status in PASSING_STATUSES or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise self.passing(f"HTTP {status}", find_wait_s(response))

    def _decode(self, request: Request, answer: Answer) -> Any:
        if answer.status == HTTPStatus.NO_CONTENT and not answer.body:
            return {}
        try:
            body = answer.body[len(MARK) :] if bytes(answer.body[: len(MARK)]) == MARK else answer.body
            content = self.site.rewritten(orjson.loads(body)) if self.site.rewrites else request.decode(body)
        except orjson.JSONDecodeError as error:
            if answer.status == HTTPStatus.UNAUTHORIZED:
                return None
            page = bytes(answer.body[:200]).lstrip().lower().startswith((b"<!doctype", b"<html"))
            what = "một trang web (trang đăng nhập?)" if page else f"{len(answer.body)} byte không phải JSON trọn vẹn"
            reason = f"HTTP {answer.status} tại {self.site.shown(request.path)}: nhận {what}"
            raise NotJsonError(*self._names, self._place(reason)) from error
        self._refuse_repeated(request.path, body)
        return content

    def _refuse_repeated(self, path: str, body: Body) -> None:
        self._looked_at[path] += 1
        if self._looked_at[path] <= LOOKED_AT_ANSWERS and (name := find_repeated_name(body)):
            shown = SourceText(name).as_title()
            raise self.broken(f"trường {shown} đứng hai lần trong cùng một mục JSON: không rõ giá trị nào đúng")


def _pace_of(assignment: Assignment) -> Pace:
    """Shared with all who ask the source; a slot taken lasts as long as one exchange can."""
    source, limits = assignment.source, assignment.source.limits
    ttl_s = HOLD_S + limits.connect_s + limits.read_s + limits.total_s
    return pace_of(source.source_code, source.pace.requests_per_s, source.pace.at_once, assignment.rate_limits, ttl_s)
