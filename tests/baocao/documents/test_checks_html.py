"""The page of checks: which cells are wrong, what is wrong with them, who answers for it and what to do."""

import re
from dataclasses import replace

import pytest

from baocao.catalogue import Catalogue, Form
from baocao.documents.checks_html import render_checks_html
from baocao.documents.evidence import Evidence
from baocao.documents.printed import print_form
from baocao.domain import CellStatus, CheckResult, FilledForm, Outcome, Severity

from . import builder
from .test_form_html import Page

DESK, CLERK = "Bộ phận một cửa", "Văn thư"


def check(
    name: str,
    cells: tuple[str, ...],
    severity: Severity = Severity.WARNING,
    outcome: Outcome = Outcome.FAIL,
    **more: str,
) -> CheckResult:
    given = {"message_vi": f"{name} nói.", "message_en": name, "mend_vi": f"Sửa {name}.", "owner": DESK, **more}
    return CheckResult(name, severity, outcome, "dac-khu", cells, **given)


CHECKS = [
    check("form.one", ("4.3", "4.3.1"), Severity.INFO),
    check("form.two", ("4.3",), Severity.CRITICAL, owner=CLERK, observed="5", expected="6"),
    check("history.three", (), Severity.WARNING),
    check("history.four", ("4.4",), outcome=Outcome.NOT_EVALUABLE, reason="thiếu kỳ trước"),
    check("history.five", ("4.5",), outcome=Outcome.NOT_EVALUABLE, reason="thiếu kỳ trước"),
    check("balance.six", ("4.5",), outcome=Outcome.PASS),
]


def render(filled: FilledForm, form: Form, checks: list[CheckResult]) -> bytes:
    return render_checks_html(print_form(filled, form), Evidence(checks))


@pytest.fixture
def page(filled: FilledForm, form: Form) -> Page:
    return Page(render(filled, form, CHECKS))


def test_the_page_refers_to_nothing_outside_and_runs_nothing(filled: FilledForm, form: Form) -> None:
    content = render(filled, form, CHECKS)
    attributes = [(name, value or "") for _, given in Page(content).tags for name, value in given.items()]
    assert not {tag for tag, _ in Page(content).tags} & {"script", "link", "img", "iframe", "object", "base", "form"}
    assert not [name for name, _ in attributes if name.startswith("on") or name in {"src", "srcset", "style"}]
    assert not re.search(rb"https?:|//[a-z]|@import|url\(", content)


def test_every_link_leads_somewhere_and_every_finding_is_linked_from_its_cells(page: Page) -> None:
    anchors = {given["id"] for _, given in page.tags if given.get("id")}
    links = [given["href"] for tag, given in page.tags if tag == "a"]
    assert {str(link).removeprefix("#") for link in links} <= anchors
    assert {"#loi-1", "#loi-3"} <= set(links)
    assert links.count("#loi-3") == 2


def test_a_cell_has_the_colour_of_its_gravest_finding(filled: FilledForm, form: Form) -> None:
    text = render(filled, form, CHECKS).decode()
    colours = dict(re.findall(r'id="muc-([\d.]+)">.*?<td class="figure (\w*)">', text, re.DOTALL))
    assert {key: colour for key, colour in colours.items() if colour} == {
        "4.3": "critical", "4.3.1": "info", "4.4": "unclear",
    }  # fmt: skip


def test_findings_stand_under_their_owner_the_gravest_first_with_what_to_do(page: Page) -> None:
    text = " ".join(" ".join(page.texts).split())
    order = [text.index(said) for said in (f"{CLERK} (1)", "form.two", f"{DESK} (2)", "history.three", "form.one")]
    assert order == sorted(order)
    assert "Cần làm: Sửa form.two." in text
    assert "Thấy: 5. Phải là: 6." in text


def test_what_could_not_be_evaluated_is_told_once_per_reason_and_is_no_error(page: Page) -> None:
    text = " ".join(" ".join(page.texts).split())
    assert text.count("Thiếu kỳ trước") == 1
    assert "history.four nói." in text
    assert "history.five nói." in text
    assert "Chưa phát hành được: còn 1 lỗi nghiêm trọng phải sửa." in text


@pytest.mark.parametrize(
    ("checks", "says"),
    [
        ([CHECKS[5]], "Phát hành được: không kiểm tra nào không đạt."),
        ([CHECKS[2]], "Phát hành được; có 1 điểm cần người phụ trách xem lại."),
    ],
)
def test_the_verdict_comes_first(filled: FilledForm, form: Form, checks: list[CheckResult], says: str) -> None:
    assert says in Page(render(filled, form, checks)).texts


@pytest.mark.parametrize("text", [*builder.HOSTILE, '"><img src=x onerror=alert(1)>', "</style><script>"])
def test_hostile_text_stays_text(text: str, catalogue: Catalogue, filled: FilledForm, form: Form) -> None:
    plain = {tag for tag, _ in Page(render(filled, form, CHECKS)).tags}
    hostile = replace(CHECKS[1], message_vi=text, cells=("4.3", text), mend_vi=text, owner=text)
    unclear = replace(CHECKS[3], reason=text)
    page = Page(render(replace(filled, unit_name=text), form, [hostile, unclear]))
    assert {tag for tag, _ in page.tags} <= plain
    assert not [name for _, given in page.tags for name in given if name.startswith("on")]


def test_equal_input_gives_equal_bytes(filled: FilledForm, form: Form) -> None:
    assert render(filled, form, CHECKS) == render(filled, form, list(CHECKS))


def test_what_does_not_apply_is_counted_and_not_listed(filled: FilledForm, form: Form) -> None:
    other = next(key for key, cell in filled.cells.items() if cell.status is CellStatus.NOT_APPLICABLE)
    said = f"ô {other} không áp dụng cho đặc khu"
    one = check("form.blank", (other,), Severity.CRITICAL, Outcome.NOT_EVALUABLE, reason=said)
    page = Page(render(filled, form, [one]))
    assert not any("không áp dụng cho đặc khu" in text for text in page.texts)
    assert not any("thiếu điều kiện để kết luận" in text for text in page.texts)
    told = " ".join(page.texts)
    assert "Không áp dụng cho đơn vị này: 1" in " ".join(told.split())
