"""The report a form is an annex of: the unit's Word template, or the shipped one, filled with figures and sentences."""

import io
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement

from baocao.catalogue import Indicator
from baocao.documents.files import rezip
from baocao.documents.placeholders import placeholder_values
from baocao.documents.printed import PrintedForm
from baocao.documents.sentences import EarlierPeriods, Sentence, comparison_values, tell_figures
from baocao.documents.template_docx import TemplateFilling

SHIPPED = Path(__file__).parent / "bao_cao.docx"
SENTENCES = "nhan_xet"


def comparison_name(key: str) -> str:
    """`4.3.2` → `so_sanh_4_3_2`."""
    return f"so_sanh_{key.replace('.', '_')}"


def render_covering(
    page: PrintedForm, indicators: Mapping[str, Indicator], earlier: EarlierPeriods, template: Path | None = None
) -> bytes:
    """The filled report's bytes. Raise ConfigError, naming it, for a placeholder out of place.

    `{{ nhan_xet }}` alone in its paragraph becomes a paragraph for each heading and row that has something to say.
    """
    filling = TemplateFilling.open(template or SHIPPED)
    values = {
        **placeholder_values(page),
        **{comparison_name(key): said for key, said in comparison_values(page, earlier)},
        "phu_luc": page.appendix,
        "don_vi_in_hoa": page.author.upper(),
        SENTENCES: "",
    }
    filling.check(values, frozenset())
    for paragraph in filling.alone(SENTENCES):
        _spread(paragraph, tell_figures(page, indicators, earlier))
    filling.fill(values)
    filling.mark(page)
    stream = io.BytesIO()
    filling.document.save(stream)
    return rezip(stream.getvalue())


def _spread(paragraph: Any, sentences: Sequence[Sentence]) -> None:
    """A paragraph for each sentence, of the looks of the one that holds their place; headings in bold."""
    for sentence in reversed(sentences):
        copy = deepcopy(paragraph)
        _say(copy, sentence)
        paragraph.addnext(copy)
    paragraph.getparent().remove(paragraph)


def _say(paragraph: Any, sentence: Sentence) -> None:
    """Put the sentence into the first stretch of text, and take the others away."""
    first, *others = list(paragraph.iter(qn("w:r")))
    for run in (*others, *first.findall(qn("w:br"))):
        run.getparent().remove(run)
    text, *more = first.findall(qn("w:t"))
    for one in more:
        first.remove(one)
    text.text = sentence.text
    text.set(qn("xml:space"), "preserve")
    if sentence.is_heading:
        first.get_or_add_rPr().append(OxmlElement("w:b"))
