"""Files as people save them, told by what is in them and not by their ending, as tables of plain cells.

Workbooks (.xlsx, .xls, .ods), text in columns, and what vendors name .xls without being one: a web page with a table,
an XML spreadsheet of 2003, text with tabs.
"""

from connectors.files.sheets import DAMAGED, LOOKED_AT, Score, SourceSheet, UnreadableFileError
from connectors.files.text_tables import read_text
from connectors.files.web_tables import read_pages, read_xml_spreadsheet
from connectors.files.workbooks import read_workbook

TEXT_ENDINGS = (".csv", ".tsv", ".txt")
_ZIP_MARK = b"PK\x03\x04"
_OLE_MARK = b"\xd0\xcf\x11\xe0"
_WEB_ARCHIVE = b"mime-version:"
_PAGE_MARKS = (b"<html", b"<table", b"<!doctype html")
_XML_SPREADSHEET = b"urn:schemas-microsoft-com:office:spreadsheet"
_HEAD_BYTES = 4_096


def read_sheets(ending: str, content: bytes, score: Score) -> list[SourceSheet]:
    """The visible sheets of a workbook or page, or the text parted by the mark with which `score` finds most headers.

    Raise UnreadableFileError.
    """
    head = content[:_HEAD_BYTES].replace(b"\x00", b"").lower()
    if content.startswith((_ZIP_MARK, _OLE_MARK)):
        return read_workbook(content)
    if head.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n").startswith(_WEB_ARCHIVE):
        raise UnreadableFileError("đây là tệp lưu trữ web; hãy mở và lưu thành .xlsx")
    if _XML_SPREADSHEET in head:
        return read_xml_spreadsheet(content)
    if any(mark in head for mark in _PAGE_MARKS):
        return read_pages(content)
    if ending in TEXT_ENDINGS:
        return [read_text(content, score)]
    return [_read_misnamed_text(content, score)]


def _read_misnamed_text(content: bytes, score: Score) -> SourceSheet:
    """Text under a workbook's name is taken for a table only where it has our headers."""
    try:
        sheet = read_text(content, score)
    except UnreadableFileError as error:
        raise UnreadableFileError(DAMAGED) from error
    if not score(sheet.rows[:LOOKED_AT]):
        raise UnreadableFileError(DAMAGED)
    return sheet
