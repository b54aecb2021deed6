"""Configuration at the desk: seen, held against everything, seen as a difference, written whole with its entry."""

import re
from html import unescape
from pathlib import Path

import httpx
import pytest

from baocao.people import Grant, PersonRole
from tests.desk.conftest import Browser, MakeDesk, RunningDesk
from tests.reporting.conftest import UNIT

R = PersonRole
FILE = "/quan-tri/cau-hinh/sources.yaml"


def text_of(desk: RunningDesk, name: str = "sources.yaml") -> str:
    return (desk.home / "config" / name).read_text(encoding="utf-8")


def fields_of(page: str) -> dict[str, str]:
    """What the form of a page carries, as a browser would send it back."""
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', page) for name in ("seen", "previewed")}
    text = re.search(r"<textarea[^>]*>\n(.*)</textarea>", page, re.DOTALL)
    assert text is not None
    given = {name: one[1] for name, one in found.items() if one}
    return {**given, "text": unescape(text[1]).replace("\r\n", "\n").replace("\n", "\r\n")}


def preview(browser: Browser, text: str, path: str = FILE) -> httpx.Response:
    return browser.change(path, text=text, step="xem", seen=fields_of(browser.get(FILE).text)["seen"])


def write(browser: Browser, page: str, path: str = FILE, reason: str = "đổi tên theo công văn") -> httpx.Response:
    return browser.change(path, **fields_of(page), reason=reason, step="ghi")


def relabelled(desk: RunningDesk) -> str:
    """The file with one label changed."""
    text = text_of(desk)
    label = re.search(r"label: (.*)", text)
    assert label is not None
    return text.replace(f"label: {label[1]}", "label: Một cửa của tỉnh", 1)


def test_a_change_is_seen_as_a_difference_then_written_with_who_why_and_what(running: RunningDesk) -> None:
    it, before, after = running.as_role(R.IT), text_of(running), relabelled(running)
    page = preview(it, after)
    assert page.status_code == 200
    assert re.search(r'class="added".*label: Một cửa của tỉnh', page.text)
    assert 'class="removed"' in page.text
    assert text_of(running) == before
    done = write(it, page.text)
    assert (done.status_code, "Đã ghi" in done.text) == (200, True)
    assert text_of(running) == after
    entry = running.store.journal.list(newest=1)[0]
    assert (entry.deed, entry.actor.person_code) == ("configuration.changed", "it.vi-du")
    assert (entry.said["file"], entry.said["reason"]) == ("sources.yaml", "đổi tên theo công văn")
    assert "+    label: Một cửa của tỉnh" in entry.said["difference"]
    assert "Một cửa của tỉnh" in it.get("/quan-tri").text


def test_every_mistake_is_told_with_file_and_line_and_nothing_is_written(running: RunningDesk) -> None:
    it, before = running.as_role(R.IT), text_of(running)
    lines = relabelled(running).splitlines()
    at = next(number for number, line in enumerate(lines) if line.strip().startswith("connector:"))
    lines[at] = re.sub(r"connector:.*", "conector: la", lines[at])
    lines.append("khoa_la: 1")
    page = preview(it, "\n".join(lines))
    assert page.status_code == 422
    said = unescape(page.text)
    assert f"sources.yaml: dòng {at + 1}" in said
    assert f"sources.yaml: dòng {len(lines)}" in said
    assert str(running.home) not in said
    assert "Ghi vào cấu hình" not in said
    assert write(it, page.text).status_code == 422
    assert text_of(running) == before


def test_what_another_file_says_is_held_against_it_too(running: RunningDesk) -> None:
    it, path = running.as_role(R.IT), "/quan-tri/cau-hinh/units.yaml"
    before = text_of(running, "units.yaml")
    page = preview(it, before.replace("one_stop_igate", "khong_co_nguon"), path)
    assert page.status_code == 422
    assert "units.yaml: dòng" in unescape(page.text)


def test_an_option_the_connector_does_not_have_is_refused(running: RunningDesk) -> None:
    it = running.as_role(R.IT)
    text = re.sub(
        r"(\n( +)connector: one_stop_igate)", r"\1\n\2options:\n\2  lua_chon_la: 1", text_of(running), count=1
    )
    page = preview(it, text)
    assert (page.status_code, "lua_chon_la" in page.text) == (422, True)


@pytest.mark.parametrize(
    ("old", "new", "typed"),
    [
        (r"secret: .*", "secret: Matkhau#2025x}", "Matkhau#2025x"),
        (r"secret: .*", "secret: Matkhau#2025x", "Matkhau#2025x"),
        (r"label: .*", "label: >\n      mật khẩu là\n      Abc123xyz", "Abc123xyz"),
        (r"label: .*", "label: mật khẩu là Abc123xyz", "Abc123xyz"),
        (r"base_url: .*", "base_url: https://quantri:Abc123xyz@may.vn", "Abc123xyz"),
        (r"label: .*", "label: [hong\n    password: Abc123xyz", "Abc123xyz"),
    ],
)
def test_a_secret_in_plain_words_is_refused_and_never_shown(
    running: RunningDesk, old: str, new: str, typed: str
) -> None:
    it, before = running.as_role(R.IT), text_of(running)
    assert re.search(old, before)
    page = preview(it, re.sub(old, lambda _: new, before, count=1))
    assert page.status_code == 422
    assert typed not in unescape(page.text)
    assert write(it, page.text).status_code == 422
    assert text_of(running) == before


def test_a_file_changed_meanwhile_is_not_written_over(running: RunningDesk) -> None:
    it = running.as_role(R.IT)
    page = preview(it, relabelled(running))
    file = running.home / "config" / "sources.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "# người khác vừa ghi\n", encoding="utf-8")
    again = write(it, page.text)
    assert (again.status_code, "vừa có người khác sửa" in again.text) == (409, True)
    assert re.search(r'class="removed".*người khác vừa ghi', again.text)
    assert "người khác vừa ghi" in text_of(running)
    assert write(it, again.text).status_code == 200
    assert "người khác vừa ghi" not in text_of(running)


def test_only_the_text_that_was_seen_is_written(running: RunningDesk) -> None:
    it, before = running.as_role(R.IT), text_of(running)
    given = fields_of(preview(it, relabelled(running)).text)
    given["text"] += "# thêm sau khi xem\r\n"
    answer = it.change(FILE, **given, reason="x", step="ghi")
    assert "thêm sau khi xem" in answer.text
    assert text_of(running) == before
    straight = it.change(FILE, text=relabelled(running), seen=given["seen"], reason="x", step="ghi")
    assert straight.status_code == 200
    assert text_of(running) == before


def test_without_a_reason_nothing_is_written(running: RunningDesk) -> None:
    it, before = running.as_role(R.IT), text_of(running)
    answer = write(it, preview(it, relabelled(running)).text, reason=" ")
    assert (answer.status_code, "Ghi lý do" in answer.text) == (422, True)
    assert text_of(running) == before


def test_without_its_entry_in_the_journal_the_file_is_as_it_was(
    running: RunningDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.orm.session import SessionTransaction

    it, before = running.as_role(R.IT), text_of(running)
    given = fields_of(preview(it, relabelled(running)).text)
    token, entries, commit = it.csrf("/"), len(running.store.journal.list()), SessionTransaction.commit
    seen: list[str] = []

    def fail(self: SessionTransaction, *args: bool) -> None:
        if text_of(running) != before:
            seen.append(text_of(running))
            raise OSError(28, "full")
        commit(self, *args)

    monkeypatch.setattr(SessionTransaction, "commit", fail)
    answer = it.post(FILE, data={**given, "csrf": token, "reason": "x", "step": "ghi"})
    monkeypatch.undo()
    assert answer.status_code >= 400
    assert seen == [relabelled(running)]
    assert text_of(running) == before
    assert len(running.store.journal.list()) == entries
    assert not list((running.home / "config").glob(".*.tmp"))


def test_a_new_file_may_come_but_none_outside_the_configuration(running: RunningDesk) -> None:
    it = running.as_role(R.IT)
    page = it.change("/quan-tri/cau-hinh/backfill.yaml", text="late_records_days: 10\n", step="xem")
    assert page.status_code == 200
    for name in ("../var/x.yaml", "manual/dac-khu/2025-Q4.yaml", "la.yaml", "forms/../../x.yaml", "forms/.x.yaml"):
        assert it.change(f"/quan-tri/cau-hinh/{name}", text="a: 1\n", step="xem").status_code == 404
    assert not Path(running.home / "x.yaml").exists()


def test_it_of_one_unit_does_not_change_what_is_everybody_s(running: RunningDesk) -> None:
    running.add_person("it-xa", Grant(R.IT, UNIT))
    it = running.sign_in("it-xa")
    assert it.change(FILE, text="x", step="xem").status_code == 403


def test_the_training_server_shows_a_change_and_writes_none(make_desk: MakeDesk) -> None:
    desk = make_desk(is_training=True)
    it, before = desk.as_role(R.IT), text_of(desk)
    answer = write(it, preview(it, relabelled(desk)).text)
    assert (answer.status_code, "tập huấn" in answer.text) == (409, True)
    assert text_of(desk) == before


def test_a_file_keeps_its_permissions_and_its_ends_of_lines(running: RunningDesk) -> None:
    it, file = running.as_role(R.IT), running.home / "config" / "sources.yaml"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    file.chmod(0o640)
    write(it, preview(it, relabelled(running)).text)
    assert file.stat().st_mode & 0o777 == 0o640
    content = file.read_bytes()
    assert ("Một cửa của tỉnh".encode() in content, content.count(b"\n")) == (True, content.count(b"\r\n"))
