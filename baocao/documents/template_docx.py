"""A province's own Word template: every `{{ o_4_3_2 }}` replaced by what it stands for, or nothing printed at all."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement

from baocao.catalogue import Form
from baocao.documents.files import rezip, write_file
from baocao.documents.placeholders import placeholder_values, required_names
from baocao.documents.printed import PrintedForm, print_form
from baocao.domain import FilledForm
from baocao.errors import ConfigError

_PLACEHOLDER = re.compile(r"\{\{\s*(.*?)\s*\}\}")
_UNFINISHED = re.compile(r"\{\{|\}\}|\{%|%\}")
_SHOWN_LIMIT = 60


@dataclass(frozen=True)
class TemplateFilling:
    """A Word template being filled: only its placeholders and its properties change."""

    template: Path
    document: Document

    @classmethod
    def open(cls, template: Path) -> "TemplateFilling":
        """Raise ConfigError where the file is no Word document."""
        return cls(template, _open(template))

    def check(self, values: Mapping[str, str], required: frozenset[str]) -> None:
        """Raise ConfigError for a placeholder that is unknown, missing, unfinished or where nobody fills it."""
        _refuse_wrong_names(self.template, [_text_of(one) for one in _paragraphs(self.document)], values, required)
        _refuse_hidden_placeholders(self.template, self.document)

    def alone(self, name: str) -> list[Any]:
        """The paragraphs that hold this placeholder and nothing else."""
        whole = re.compile(r"\s*\{\{\s*" + name + r"\s*\}\}\s*")
        return [one for one in _paragraphs(self.document) if whole.fullmatch(_text_of(one))]

    def fill(self, values: Mapping[str, str]) -> None:
        for paragraph in list(_paragraphs(self.document)):
            _fill(paragraph, values)

    def mark(self, page: PrintedForm) -> None:
        """A draft and a restatement say so on every page; title, author and time are the form's."""
        for line in filter(None, (page.revision_line, page.draft_line)):
            _mark_in_header(self.document, line)
        _set_properties(self.document, page)


def write_template_docx(filled: FilledForm, form: Form, template: Path, path: Path, *, draft: bool = False) -> str:
    """Write the filled template; give its SHA-256. Raise ConfigError, naming it, for a placeholder out of place."""
    return write_file(path, render_template_docx(print_form(filled, form, draft=draft), template))


def render_template_docx(page: PrintedForm, template: Path) -> bytes:
    """The filled template's bytes; nothing but the placeholders and the document's properties is changed."""
    filling = TemplateFilling.open(template)
    values = placeholder_values(page)
    filling.check(values, required_names(page))
    filling.fill(values)
    filling.mark(page)
    stream = io.BytesIO()
    filling.document.save(stream)
    return rezip(stream.getvalue())


def _open(template: Path) -> Document:
    try:
        return docx.Document(str(template))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ConfigError(f"{template}: không phải tệp Word (.docx); lưu mẫu lại dạng Word") from error


def _story_parts(document: Document) -> Iterator[Any]:
    """The document's body, headers, footers and notes: every part a reader of the page sees."""
    for part in document.part.package.iter_parts():
        if str(part.partname).startswith("/word/") and hasattr(part, "element"):
            yield part


def _paragraphs(document: Document) -> Iterator[Any]:
    for part in _story_parts(document):
        yield from part.element.iter(qn("w:p"))


def _texts_of(paragraph: Any) -> list[Any]:
    """The text elements of a paragraph, without those of text boxes anchored in it."""
    return [text for text in paragraph.iter(qn("w:t")) if next(text.iterancestors(qn("w:p"))) is paragraph]


def _text_of(paragraph: Any) -> str:
    return "".join(text.text or "" for text in _texts_of(paragraph))


def _refuse_wrong_names(template: Path, texts: list[str], values: Mapping[str, str], required: frozenset[str]) -> None:
    found = {name for text in texts for name in _PLACEHOLDER.findall(text)}
    unknown = sorted(found - set(values))
    if unknown:
        allowed = ", ".join(values)
        raise ConfigError(f"{template}: không có chỗ điền {_list(unknown)}; được dùng: {allowed}")
    missing = sorted(required - found)
    if missing:
        raise ConfigError(f"{template}: thiếu chỗ điền {_list(missing)}; mọi số liệu của biểu mẫu phải có chỗ")
    for text in texts:
        if _UNFINISHED.search(_PLACEHOLDER.sub("", text)):
            raise ConfigError(f"{template}: chỗ điền chưa đóng trong “{text[:_SHOWN_LIMIT]}”")


def _refuse_hidden_placeholders(template: Path, document: Document) -> None:
    """A placeholder in a part nobody fills (a chart, a comment) would be printed as it stands."""
    filled = {part.partname for part in _story_parts(document)}
    for part in document.part.package.iter_parts():
        if part.partname not in filled and str(part.partname).endswith(".xml") and b"{{" in part.blob:
            raise ConfigError(f"{template}: có chỗ điền ở {part.partname}, nơi không điền được")


def _list(names: list[str]) -> str:
    return ", ".join(f"{{{{ {name} }}}}" for name in names)


def _fill(paragraph: Any, values: Mapping[str, str]) -> None:
    """Replace the placeholders of one paragraph, the last first; each takes the looks of its first letter."""
    for match in reversed(list(_PLACEHOLDER.finditer(_text_of(paragraph)))):
        _replace(_texts_of(paragraph), match.start(), match.end(), values[match[1]])


def _replace(texts: list[Any], start: int, end: int, value: str) -> None:
    """Put `value` in place of the letters from `start` to `end`, which may lie in several text elements."""
    at = 0
    for text in texts:
        content = text.text or ""
        cut_from, cut_to = max(start - at, 0), min(end - at, len(content))
        at += len(content)
        if cut_from >= cut_to:
            continue
        _set_text(text, content[:cut_from] + value + content[cut_to:])
        value = ""


def _set_text(text: Any, content: str) -> None:
    """Set a text element's content; a line feed becomes a line break."""
    first, *others = content.split("\n")
    text.text = first
    text.set(qn("xml:space"), "preserve")
    for line in reversed(others):
        more = OxmlElement("w:t")
        more.text = line
        more.set(qn("xml:space"), "preserve")
        text.addnext(more)
        text.addnext(OxmlElement("w:br"))


def _mark_in_header(document: Document, line: str) -> None:
    """Put the line on top of every header a page can show."""
    for index, section in enumerate(document.sections):
        headers = (
            (section.header, True),
            (section.first_page_header, section.different_first_page_header_footer),
            (section.even_page_header, document.settings.odd_and_even_pages_header_footer),
        )
        for header, is_shown in headers:
            if is_shown and (index == 0 or not header.is_linked_to_previous):
                header.paragraphs[0].insert_paragraph_before().add_run(line).bold = True


def _set_properties(document: Document, page: PrintedForm) -> None:
    properties = document.core_properties
    properties.title = page.document_title
    properties.author = properties.last_modified_by = page.author
    properties.created = properties.modified = page.made_at.replace(tzinfo=None)
    properties.language = "vi-VN"
