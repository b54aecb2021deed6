"""What the corpus asks of a document: the findings as (check id, cells)."""

from collections.abc import Callable

from baocao.catalogue import Catalogue
from baocao.documents.reading import read_content
from baocao.domain import CheckResult
from baocao.forms.handmade import check_handmade
from baocao.forms.recognise import ReadForm, recognise

Finding = tuple[str, tuple[str, ...]]
Check = Callable[[ReadForm, Catalogue], list[CheckResult]]

# Add the arithmetic checks (`form.*`) here once they judge a read form; the corpus then expects theirs too.
CHECKS: list[Check] = [check_handmade]


def findings_of(content: bytes, name: str, catalogue: Catalogue) -> set[Finding]:
    read = recognise(read_content(content, name), catalogue)
    return {(result.check, result.cells) for check in CHECKS for result in check(read, catalogue)}
