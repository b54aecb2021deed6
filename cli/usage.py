"""What click says, in Vietnamese: help, and what is wrong with a command line. A value is not printed again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from baocao.messages import did_you_mean, list_names, show_name

if TYPE_CHECKING:
    from collections.abc import Iterable

WORDS = {
    "Options": "Tùy chọn",
    "Commands": "Lệnh",
    "Positional arguments": "Tham số",
    "Show this message and exit.": "Hiện hướng dẫn này rồi thoát.",
    "Show the version and exit.": "Hiện phiên bản rồi thoát.",
    "[OPTIONS]": "[TÙY CHỌN]",
    "[COMMAND] [ARGS]...": "[LỆNH] [THAM SỐ]...",
    "COMMAND [ARGS]...": "LỆNH [THAM SỐ]...",
    "[required]": "[bắt buộc]",
    "default: ": "mặc định: ",
    "env var: ": "biến môi trường: ",
}
_TYPES = {"INTEGER": "SỐ", "FLOAT": "SỐ", "TEXT": "CHỮ", "PATH": "TỆP", "FILE": "TỆP", "DIRECTORY": "THƯ MỤC"}
_TYPE = re.compile(r"(?<=[ \[])(INTEGER|FLOAT|TEXT|PATH|FILE|DIRECTORY)(?= RANGE|[\]. ]|$)( RANGE)?")
_QUOTED = re.compile(r"'([^']*)'")


class VietnameseHelp(click.HelpFormatter):
    """The frame of every help text; what stands in it is the commands' own."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, _translate(args), prefix or "Cách dùng: ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(WORDS.get(heading, heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        translated = [(_TYPE.sub(_name_type, first), _translate(second)) for first, second in rows]
        super().write_dl(translated, col_max, col_spacing)


def speak_vietnamese() -> None:
    """For every command of this process."""
    click.Context.formatter_class = VietnameseHelp


def explain_usage_error(error: click.ClickException) -> str:
    """What is wrong, what is allowed, and where to read more."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.message
    context = getattr(error, "ctx", None)
    said = _say(error, context)
    if context is None:
        return f"Lỗi: {said}"
    return f"{context.get_usage()}\nLỗi: {said}\nXem hướng dẫn: {context.command_path} --help"


def _say(error: click.ClickException, context: click.Context | None) -> str:
    match error:
        case click.exceptions.NoSuchOption(option_name=name):
            said = _say_unknown("tùy chọn", name, _list_options(context))
        case click.exceptions.NoSuchCommand(command_name=name):
            group = context.command if context is not None else None
            said = _say_unknown("lệnh", name, list(group.commands) if isinstance(group, click.Group) else [])
        case click.exceptions.MissingParameter():
            said = f"thiếu {_name(error.param)}{_say_allowed(error.param, '')}"
        case click.exceptions.BadParameter():
            said = f"{_name(error.param)} không đúng{_say_allowed(error.param, error.message)}"
        case click.exceptions.BadOptionUsage(option_name=name):
            takes = "không kèm giá trị" if "does not take" in error.message else "phải kèm giá trị ngay sau"
            said = f"tùy chọn {show_name(name)} {takes}"
        case click.exceptions.FileError():
            said = f"không mở được tệp {error.ui_filename}"
        case _:
            said = _say_of_command(error.message, context)
    return said


def _say_unknown(what: str, name: str, known: list[str]) -> str:
    return f"không có {what} {show_name(name)}; được dùng: {list_names(known)}{did_you_mean(name, known)}"


def _list_options(context: click.Context | None) -> list[str]:
    names = (name for param in _params(context) for name in (*param.opts, *param.secondary_opts))
    return [name for name in names if name.startswith("--")]


def _say_of_command(message: str, context: click.Context | None) -> str:
    """Our own sentences as they are."""
    if not message.isascii():
        return message
    if context is not None and isinstance(context.command, click.Group) and not context.invoked_subcommand:
        return f"thiếu tên lệnh con; có: {list_names(context.command.commands)}"
    names = [param.human_readable_name for param in _params(context) if isinstance(param, click.Argument)]
    takes = list_names(names, "không tham số nào")
    return f"thừa tham số; lệnh này nhận: {takes}. Chữ có dấu cách phải đặt trong dấu nháy, như “quý IV/2025”"


def _say_allowed(param: click.Parameter | None, message: str) -> str:
    """What the parameter's kind lets through; the given is only used to find the nearest."""
    kind = param.type if param is not None else None
    if isinstance(kind, click.Choice):
        given = _QUOTED.search(message)
        names = list(map(str, kind.choices))
        return f"; được dùng: {list_names(names)}{did_you_mean(given[1], names) if given else ''}"
    if isinstance(kind, click.IntRange):
        bounds = (("từ", kind.min), ("đến", kind.max))
        return "; phải là số nguyên " + " ".join(f"{word} {bound}" for word, bound in bounds if bound is not None)
    if isinstance(kind, type(click.INT)):
        return "; phải là số nguyên, ghi như 12"
    if isinstance(kind, click.Path | click.File):
        return "; không dùng được đường dẫn này"
    return ""


def _params(context: click.Context | None) -> list[click.Parameter]:
    return context.command.get_params(context) if context is not None else []


def _name(param: click.Parameter | None) -> str:
    if param is None:
        return "giá trị"
    if isinstance(param, click.Argument):
        return f"tham số {param.human_readable_name}"
    return f"tùy chọn {max(param.opts, key=len)}"


def _translate(text: str) -> str:
    for english, vietnamese in WORDS.items():
        text = text.replace(english, vietnamese)
    return text


def _name_type(found: re.Match[str]) -> str:
    return _TYPES[found[1]]
