"""Checks only a hand-made document can fail, as results of the suite `document`."""

from datetime import date, datetime

from baocao.catalogue import Catalogue
from baocao.domain import VIETNAM, CheckResult, Severity
from baocao.forms.handmade.earlier import Released, check_earlier
from baocao.forms.handmade.figures import check_figures
from baocao.forms.handmade.head import check_head
from baocao.forms.handmade.labels import check_labels
from baocao.forms.handmade.lines import check_lines
from baocao.forms.handmade.number_styles import check_number_styles
from baocao.forms.handmade.rows import check_rows
from baocao.forms.handmade.scales import check_scales
from baocao.forms.handmade.scanned import check_scanned, without_misread_letters
from baocao.forms.handmade.unseen import check_unseen
from baocao.forms.recognise import ReadForm

_GRAVITY = (Severity.CRITICAL, Severity.WARNING, Severity.INFO)


def check_handmade(
    read: ReadForm,
    catalogue: Catalogue,
    *,
    with_misprints: bool = False,
    today: date | None = None,
    released: Released | None = None,
) -> list[CheckResult]:
    """The checks that failed, the gravest first, then in the order of the form.

    Official misprints on request; a column of an earlier period is held against what was `released` for it.
    """
    results = [
        *check_figures(read, catalogue),
        *check_number_styles(read),
        *check_scales(read),
        *(check_lines(read) if read.form.matrix else check_rows(read)),
        *(() if read.form.matrix else check_labels(read, catalogue, with_misprints=with_misprints)),
        *check_head(read, catalogue, today or datetime.now(VIETNAM).date()),
        *check_unseen(read),
        *check_scanned(read),
        *(check_earlier(read, catalogue, released) if released else ()),
    ]
    results = without_misread_letters(read, results)
    positions = {row.key: at for at, row in enumerate(read.form.rows)}
    return sorted(
        results,
        key=lambda result: (
            _GRAVITY.index(result.severity),
            min((positions[key] for key in result.cells), default=len(positions)),
            result.check,
        ),
    )


__all__ = ["Released", "check_handmade"]
