"""What goes wrong at the desk, as a page in Vietnamese: status, what happened, what to do."""

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from baocao.errors import BaocaoError, ConfigError, ReleaseError
from baocao.references import redact_secrets
from baocao.store import NotInStoreError, StoreUnavailableError
from desk.addresses import find_page_above

SEE_OTHER = 303
logger = logging.getLogger(__name__)


class PageError(Exception):
    """A page that cannot be shown, or a step that cannot be taken here."""

    status = HTTPStatus.BAD_REQUEST
    title = "Yêu cầu không hợp lệ"
    says = "Trang không hiểu yêu cầu này. Quay lại trang trước rồi thử lại."


class MissingPageError(PageError):
    """There is no such page, or none this person may know of."""

    status = HTTPStatus.NOT_FOUND
    title = "Không có trang này"
    says = "Địa chỉ sai, hoặc trang này không thuộc đơn vị của bạn. Bắt đầu lại từ Việc hôm nay."


class ForbiddenError(PageError):
    """The person may look, and may not do this."""

    status = HTTPStatus.FORBIDDEN
    title = "Bạn không có quyền làm việc này"
    says = "Vai trò của bạn ở đơn vị này không có quyền này. Nếu cần, nhờ quản trị hệ thống (CNTT) cấp thêm vai trò."


class StalePageError(PageError):
    """A change without the token of this browser's session."""

    status = HTTPStatus.FORBIDDEN
    title = "Trang đã cũ"
    says = (
        "Trang bạn vừa gửi đã mở từ trước lần đăng nhập này, hoặc không phải của phần mềm. Chưa có gì thay đổi. Mở lại "
        "trang rồi làm lại."
    )


class TooLargeError(PageError):
    """More than one request may bring."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    title = "Tệp quá lớn"
    says = "Tệp hoặc nội dung gửi lên quá lớn. Bớt ảnh trong tệp, hoặc chia nhỏ, rồi gửi lại."


class UnreadableTextError(PageError):
    """A field with what nobody writes by hand."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "Có ô ghi không đọc được"
    says = (
        "Mỗi ô ghi được nhiều nhất 4.000 ký tự, không có ký tự điều khiển; số nguyên nhiều nhất 9 chữ số. Chưa có gì "
        "được lưu. Quay lại trang trước, bớt hoặc gõ lại ô đó rồi gửi lại."
    )


class SignInNeededError(Exception):
    """Whoever asks is sent to `path` first."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def add_mistakes(app: FastAPI) -> None:
    """Answer every mistake with a page of ours."""
    app.add_exception_handler(SignInNeededError, _send_to_sign_in)
    app.add_exception_handler(PageError, _show_page_error)
    app.add_exception_handler(BaocaoError, _show_our_error)
    app.add_exception_handler(HTTPException, _show_http_error)
    app.add_exception_handler(RequestValidationError, lambda request, _: show_mistake(request, PageError))
    app.add_exception_handler(Exception, _show_unexpected)


def show_mistake(request: Request, error: type[PageError] | PageError) -> Response:
    return _show(request, error.status, error.title, error.says)


def _send_to_sign_in(request: Request, error: Exception) -> Response:
    """A script of ours is told by the status: it has typed figures to keep."""
    assert isinstance(error, SignInNeededError)
    if request.headers.get("x-csrf-token") is not None:
        return Response(status_code=HTTPStatus.UNAUTHORIZED)
    return RedirectResponse(error.path, SEE_OTHER)


def _show_page_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, PageError)
    return show_mistake(request, error)


def _show_our_error(request: Request, error: Exception) -> Response:
    if isinstance(error, NotInStoreError):
        status, title = HTTPStatus.NOT_FOUND, "Không tìm thấy"
    elif isinstance(error, ReleaseError):
        status, title = HTTPStatus.CONFLICT, "Chưa làm được bước này"
    elif isinstance(error, ConfigError):
        status, title = HTTPStatus.UNPROCESSABLE_ENTITY, "Có chỗ cần sửa"
    elif isinstance(error, StoreUnavailableError):
        status, title = HTTPStatus.SERVICE_UNAVAILABLE, "Cơ sở dữ liệu tạm thời không trả lời"
    else:
        status, title = HTTPStatus.INTERNAL_SERVER_ERROR, "Không làm được"
    return _show(request, status, title, redact_secrets(str(error)))


def _show_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.method == "GET":
        return RedirectResponse(find_page_above(request), SEE_OTHER)
    if error.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
        return show_mistake(request, MissingPageError)
    if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return show_mistake(request, TooLargeError)
    return show_mistake(request, PageError)


def _show_unexpected(request: Request, error: Exception) -> Response:
    """Its class and place go to the log, nothing of it to the page."""
    logger.critical("page ended by an unexpected error", exc_info=(type(error), error, error.__traceback__))
    says = "Phần mềm gặp lỗi chưa lường trước; lỗi đã vào nhật ký. Báo quản trị hệ thống (CNTT), kèm giờ xảy ra."
    return _show(request, HTTPStatus.INTERNAL_SERVER_ERROR, "Phần mềm gặp lỗi", says)


def _show(request: Request, status: int, title: str, says: str) -> Response:
    """With the navigation of whoever is signed in, unless what went wrong may be the store that knows them."""
    visit = getattr(request.state, "visit", None)
    if visit is not None and status < HTTPStatus.INTERNAL_SERVER_ERROR:
        answer: Response = visit.show("mistake.html.j2", status, title=title, says=says)
        return answer
    text = request.app.state.desk.templates.render_mistake(request, title, says)
    return Response(text, status, media_type="text/html")
