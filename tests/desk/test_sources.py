"""A source asked from its page: what came, how fresh, when it last answered; no row, no secret."""

import shutil
from pathlib import Path

import pytest

from baocao.people import PersonRole
from sandbox.credentials import ENVIRONMENT
from sandbox.server import start
from tests.desk.conftest import Browser, MakeDesk, RunningDesk
from tests.reporting.conftest import UNIT

R = PersonRole
PAGE = "/quan-tri/nguon/one_stop_igate"


def probe(it: Browser) -> str:
    place = it.change(PAGE, unit=UNIT).headers["location"]
    page, _, job_key = place.partition("?job=")
    assert it.get(f"{page}/{job_key}/dong").text.endswith("event: end\ndata: xong\n\n")
    return it.get(place).text


def test_a_source_says_what_came_and_how_fresh_it_is(make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with start("tiny") as sandbox:
        desk = make_desk(sandbox_url=sandbox.url)
        text = probe(desk.as_role(R.IT))
        assert ("Kết nối được" in text, "hồ sơ; mới nhất: " in text) == (True, True)
        assert not [value for name, value in ENVIRONMENT.items() if value in text and "USER" not in name]
        sandbox.set_fault("one_stop", "wrong_password")
        text = probe(desk.as_role(R.IT))
        assert ("Không lấy được" in text, "Phần mềm gặp lỗi" in text) == (True, False)
    entries = desk.store.journal.list(deed="source.probed")
    assert [(one.said["source"], one.unit_code) for one in entries] == [("one_stop_igate", UNIT)] * 2


def test_it_says_when_the_source_last_answered_a_run(
    make_desk: MakeDesk, made_once: Path, tmp_path: Path, running: RunningDesk
) -> None:
    assert "chưa lần nào" in running.as_role(R.IT).get(PAGE).text
    desk = make_desk(home=Path(shutil.copytree(made_once, tmp_path / "home")))
    (last,) = {at for code, at in desk.store.collections.last_successes().items() if code == "one_stop_igate"}
    from baocao.figures import print_instant

    assert print_instant(last) in desk.as_role(R.IT).get(PAGE).text


def test_a_unit_or_source_there_is_not_has_no_page(running: RunningDesk) -> None:
    it = running.as_role(R.IT)
    assert it.get("/quan-tri/nguon/khong-co").status_code == 404
    assert it.change(PAGE, unit="xa-khong-co").status_code == 404
