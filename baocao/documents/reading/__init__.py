"""From a file somebody made to a form understood: Word, Excel, PDF, HTML and text, told apart by content."""

from baocao.documents.reading.files import (
    detect_kind,
    markable_kind,
    read_content,
    read_document,
    read_form_file,
    read_form_files,
)

__all__ = ["detect_kind", "markable_kind", "read_content", "read_document", "read_form_file", "read_form_files"]
