"""What a unit's three forms look like to who opens and prints them: pages a person expects, words before hashes."""

import json
import re
import shutil
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import pdfplumber
import pytest

from sandbox.credentials import ENVIRONMENT
from sandbox.server import start
from tests.baocao.documents.test_libreoffice import SMALLEST_PT, convert
from tests.reporting.conftest import PERIOD, UNIT, Office
from tests.reporting.test_shipped_forms import CHECKOUT_DIR, DIGITAL, II_06A, REFORM, make

MOST_PAGES = {II_06A: 4, REFORM: 5, DIGITAL: 6}
HASH = re.compile(r"\b[0-9a-f]{64}\b")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, sqlite_original: Path) -> Mapping[str, Path]:
    """The folders of the three."""
    home = tmp_path_factory.mktemp("pages")
    (home / "var").mkdir()
    shutil.copy(sqlite_original, home / "var" / "baocao.db")
    shutil.copytree(CHECKOUT_DIR / "config", home / "config")
    with pytest.MonkeyPatch.context() as patch, start("tiny") as running:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        with Office(home, home / "config", f"sqlite:///{home}/var/baocao.db", running.url).open() as workspace:
            codes = make(workspace)
    return {code: home / "out" / UNIT / PERIOD / code for code in codes}


def test_every_workbook_prints_on_the_pages_a_person_expects(made: Mapping[str, Path], tmp_path: Path) -> None:
    """The form on one page or two, what did not pass, and where figures come from, at a size that can be read."""
    for code, folder in made.items():
        shutil.copy(folder / "form.xlsx", tmp_path / f"{code}.xlsx")
    convert(sorted(tmp_path.glob("*.xlsx")), "pdf", tmp_path / "printed")
    assert set(made) == set(MOST_PAGES)
    for code, most in MOST_PAGES.items():
        with pdfplumber.open(tmp_path / "printed" / f"{code}.pdf") as pdf:
            texts = [page.extract_text() for page in pdf.pages]
            sizes = [max(letter["size"] for letter in page.chars) for page in pdf.pages]
        forms = [text for text in texts if "Chỉ tiêu, số đầu vào" not in text and not text.startswith("Kết quả")]
        assert (len(texts) <= most, len(forms) in (1, 2)) == (True, True), (code, len(texts), len(forms))
        assert min(sizes) > SMALLEST_PT, code
        assert not any(HASH.search(text) for text in texts), code


class Texts(HTMLParser):
    """What a person reads of a page, in order."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.all: list[str] = []
        self.folded = 0
        self.open_hashes = 0
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.folded += tag == "details"

    def handle_endtag(self, tag: str) -> None:
        self.folded -= tag == "details"

    def handle_data(self, data: str) -> None:
        if text := " ".join(data.split()):
            self.all.append(text)
            self.open_hashes += bool(HASH.search(text)) and not self.folded


@pytest.mark.parametrize("code", MOST_PAGES)
def test_a_cell_opens_on_words_first_and_hashes_last(made: Mapping[str, Path], code: str) -> None:
    content = (made[code] / "form.html").read_text(encoding="utf-8")
    assert Texts(content).open_hashes == 0
    opened = re.findall(r"<dl.*?</dl>", content, re.DOTALL)
    assert opened
    for passport in opened:
        texts = Texts(passport).all
        hashes = [at for at, text in enumerate(texts) if HASH.search(text)]
        words = [at for at, text in enumerate(texts) if not HASH.search(text)]
        assert not hashes or hashes[0] > words[-1], texts[:3]


@pytest.mark.parametrize("code", MOST_PAGES)
def test_the_page_of_checks_lists_nothing_that_does_not_apply(made: Mapping[str, Path], code: str) -> None:
    page = " ".join(Texts((made[code] / "checks.html").read_text(encoding="utf-8")).all)
    results = json.loads((made[code] / "checks.json").read_text(encoding="utf-8"))["checks"]
    reasons = {one["reason"] for one in results if one["outcome"] == "not_evaluable"}
    unlike = {reason for reason in reasons if "không áp dụng cho" in reason or "dòng của cấp khác" in reason}
    assert bool(unlike) == (code == DIGITAL)
    assert not [reason for reason in unlike if reason in page]
    assert [reason for reason in reasons - unlike if reason in page]
