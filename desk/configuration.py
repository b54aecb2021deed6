"""Cấu hình: a YAML file shown, a change of it seen beforehand as a difference, and written once it is right."""

import hashlib
from typing import Annotated

from fastapi import Form, Response

from baocao.errors import ConfigError
from baocao.people import Action
from desk.guarding import Visiting
from desk.mistakes import MissingPageError
from desk.pages import PageSet
from desk.rules import everywhere
from desk.visits import Visit
from desk.what_if import WHOLE
from desk.written import A_FILE
from reporting.upkeep.config_changes import (
    ChangedMeanwhileError,
    ConfigChange,
    change_file,
    is_config_name,
    list_config_files,
    preview_change,
    read_config_file,
)
from reporting.upkeep.config_mistakes import hide_secrets

PAGES = PageSet()
PLACE = "/quan-tri/cau-hinh/{name:path}"
REFUSED, CONFLICT = 422, 409
CHANGED = "Tệp này vừa có người khác sửa. Chưa ghi gì. Xem lại khác biệt so với bản đang có bây giờ rồi ghi."
IN_TRAINING = "Đang tập huấn: xem trước được, không ghi vào cấu hình."
WRITE = "ghi"


@PAGES.get(PLACE, may=everywhere(Action.CONFIGURE))
def show_file(visit: Visiting, name: str) -> Response:
    """As it stands; secrets are references there, never the secret."""
    config_dir = visit.workspace.settings.config_dir
    if name not in list_config_files(config_dir):
        raise MissingPageError
    file = read_config_file(config_dir, name)
    fault = visit.desk.office.fault.replace(f"{config_dir}/", "").splitlines()
    return _render(visit, name, hide_secrets(name, file.text, fault), file.sha256)


@PAGES.post(PLACE, may=everywhere(Action.CONFIGURE))
def change(
    visit: Visiting,
    name: str,
    text: Annotated[str, Form(), A_FILE] = "",
    seen: Annotated[str, Form()] = "",
    previewed: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    step: Annotated[str, Form()] = "",
) -> Response:
    """See a change, or write the very text that was seen as a difference from the very file it was seen against."""
    config_dir = visit.workspace.settings.config_dir
    if not is_config_name(config_dir, name):
        raise MissingPageError
    preview = preview_change(config_dir, name, text)
    if step != WRITE or previewed != _sign(preview) or preview.mistakes or preview.is_none:
        return _render_preview(visit, preview, status=REFUSED if preview.mistakes else 200)
    if not reason.strip():
        return _render_preview(visit, preview, "Ghi lý do sửa.", REFUSED)
    if visit.desk.is_training:
        return _render_preview(visit, preview, IN_TRAINING, CONFLICT)
    if seen != preview.before.sha256:
        return _render_preview(visit, preview, CHANGED, CONFLICT)
    return _write(visit, preview, reason.strip())


def _write(visit: Visit, preview: ConfigChange, reason: str) -> Response:
    store, config_dir, name = visit.workspace.store, visit.workspace.settings.config_dir, preview.before.name
    try:
        made = change_file(
            store,
            config_dir,
            name,
            preview.text,
            preview.before.sha256,
            actor=visit.actor,
            reason=reason,
            at=visit.real_now,
        )
    except ChangedMeanwhileError:
        return _render_preview(visit, preview_change(config_dir, name, preview.text), CHANGED, CONFLICT)
    except ConfigError as refused:
        return _render_preview(visit, preview, str(refused), CONFLICT)
    if made.mistakes:
        return _render_preview(visit, made, status=REFUSED)
    visit.desk.office.look_again()
    return _render(visit, name, made.text, read_config_file(config_dir, name).sha256, said="Đã ghi, kèm nhật ký.")


def _sign(preview: ConfigChange) -> str:
    return hashlib.sha256(preview.text.encode()).hexdigest()


def _render_preview(visit: Visit, preview: ConfigChange, refused: str = "", status: int = 200) -> Response:
    name, seen = preview.before.name, preview.before.sha256
    return _render(visit, name, preview.shown, seen, preview=preview, refused=refused, status=status)


def _render(
    visit: Visit,
    name: str,
    text: str,
    seen: str,
    *,
    preview: ConfigChange | None = None,
    refused: str = "",
    said: str = "",
    status: int = 200,
) -> Response:
    return visit.show(
        "configuration.html.j2",
        status,
        name=name,
        text=text,
        seen=seen,
        preview=preview,
        previewed=_sign(preview) if preview and not preview.mistakes and not preview.is_none else "",
        refused=refused,
        said=said,
        can_be_tried=name.startswith(WHOLE),
    )
