"""Every text field of every form on every page, found by walking the pages as a browser has them.

What stands in a field is no list here: a form added to a page is tried with the others.
"""

import html
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from baocao.people import Grant, PersonRole
from tests.desk.conftest import Browser, MakeDesk, RunningDesk
from tests.desk.test_form_pages import FORM
from tests.reporting.conftest import UNIT

SCRIPT = "\"'><script>alert(7)</script>"
AS_WRITTEN = "<script>alert(7)"
ESCAPED = "&lt;script&gt;alert(7)&lt;/script&gt;"
ODD = "\u202eSố\u2066 liệu\u200b e\u0301\u0302 \U0001f468\u200d\U0001f469 \ufdfd \uff46\uff55 \u0301"
LONG = "dài " * 2_000
CONTROL = "một\x07hai\x1b[31m"
LAST_PAGE = 400
SENSIBLE = {
    "value": "9", "evidence": "Sổ số 3", "reason": "Hai hồ sơ giấy", "until": "20/12/2025", "unit": UNIT,
    "role": "officer", "person": "nguoi.moi", "name": "Người Mới", "expect": "7",
}  # fmt: skip
LEFT_OUT = ("/dang-xuat", "/doi-mat-khau", "/bao-ve-hai-lop", "/dang-nhap", "nguoi-dung/moi-viec")
"""Ways out of the desk: they have tests of their own."""
CELLS = ("/o/2", "/o/4.2")


@dataclass(frozen=True)
class PageForm:
    """A form that changes something. `fields` have what stands in them, `texts` are those a person writes in."""

    page: str
    action: str
    fields: Mapping[str, str]
    texts: tuple[str, ...]

    @property
    def kind(self) -> tuple[str, tuple[str, ...]]:
        """What the same form on many pages has in common."""
        return re.sub(r"\d+|[0-9a-f]{12,}", "#", self.action), self.texts


@pytest.fixture
def desk(make_desk: MakeDesk, made_once: Path, tmp_path: Path) -> RunningDesk:
    return make_desk(home=Path(shutil.copytree(made_once, tmp_path / "home")))


@pytest.fixture
def anybody(desk: RunningDesk) -> Browser:
    """Somebody who may do everything everywhere; the form was put forward by another."""
    desk.as_role(PersonRole.OFFICER).change(f"{FORM}/trinh-duyet/trinh", f"{FORM}/trinh-duyet", early="1", reason="sớm")
    desk.add_person("moi-viec", *(Grant(role, UNIT if role is not PersonRole.IT else "*") for role in PersonRole))
    return desk.sign_in("moi-viec")


def walk(browser: Browser) -> Iterator[tuple[str, str]]:
    """Every page a link leads to, each kind of address some times; of the cells two."""
    waiting, seen = ["/", FORM, f"{FORM}?ban=nhap", f"{FORM}/trinh-duyet"], set[str]()
    while waiting and len(seen) < LAST_PAGE:
        path = waiting.pop(0)
        if path in seen or ("/o/" in path and not path.partition("?")[0].endswith(CELLS)):
            continue
        seen.add(path)
        answer = browser.get(path)
        assert answer.status_code < 500, path
        if answer.headers.get("content-type", "").startswith("text/html"):
            yield path, answer.text
            waiting += [html.unescape(one).partition("#")[0] for one in re.findall(r'href="(/[^"#]*)', answer.text)]


def list_forms(pages: Mapping[str, str]) -> dict[tuple[str, tuple[str, ...]], PageForm]:
    found: dict[tuple[str, tuple[str, ...]], PageForm] = {}
    for page, text in pages.items():
        for attributes, body in re.findall(r"<form([^>]*)>(.*?)</form>", text, re.DOTALL):
            action = re.search(r'action="([^"]+)"', attributes)
            if 'method="post"' in attributes and action and not any(one in action[1] for one in LEFT_OUT):
                form = _read_form(page, html.unescape(action[1]), body)
                found.setdefault(form.kind, form)
    return {kind: form for kind, form in found.items() if form.texts}


def _read_form(page: str, action: str, body: str) -> PageForm:
    fields, texts = {}, []
    for tag, attributes in re.findall(r"<(input|textarea|select|button)([^>]*)>", body):
        name = re.search(r'name="([^"]+)"', attributes)
        kind = re.search(r'type="([^"]+)"', attributes)
        if name is None or (kind and kind[1] == "file"):
            continue
        value = re.search(r'value="([^"]*)"', attributes)
        fields.setdefault(name[1], html.unescape(value[1]) if value else "")
        if tag == "textarea" or (tag == "input" and (not kind or kind[1] in ("text", "search"))):
            texts.append(name[1])
    return PageForm(page, action, fields, tuple(texts))


def send(browser: Browser, form: PageForm, field: str, text: str, csrf: str) -> httpx.Response:
    """The form with a text in one field, and something sensible in the others."""
    given = {name: SENSIBLE.get(name, value) for name, value in form.fields.items()}
    return browser.post(form.action, data={**given, field: text, "csrf": csrf})


def test_nothing_written_into_any_field_comes_back_as_a_script_or_breaks_a_page(anybody: Browser) -> None:
    """What nobody writes by hand is refused before that."""
    csrf, failed = anybody.csrf(), list[tuple[str, str, int]]()
    for form in list_forms(dict(walk(anybody))).values():
        for field in form.texts:
            for text, refused in ((LONG, True), (CONTROL, True), (SCRIPT, False), (ODD, False)):
                answer = send(anybody, form, field, text, csrf)
                wrong = answer.status_code >= 500 or (refused and answer.status_code < 400)
                failed += [(form.action, field, answer.status_code)] if wrong or AS_WRITTEN in answer.text else []
    pages = dict(walk(anybody))
    failed += [(path, "", 200) for path, text in pages.items() if AS_WRITTEN in text or CONTROL in text]
    assert failed == []
    kept = {path.partition("?")[0] for path, text in pages.items() if ESCAPED in text}
    assert {FORM, f"{FORM}/o/2", f"{FORM}/trinh-duyet"} <= kept
    assert "/so-phat-hanh" in pages
