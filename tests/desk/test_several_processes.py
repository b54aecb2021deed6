"""Several processes of one installation, on both databases: what two people do in one moment.

Each desk here has connections of its own, as a process has: they meet in the database alone.
"""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import httpx
import pytest

from baocao.domain import Period
from baocao.people import Actor, Grant, PersonRole
from baocao.settings import Settings
from desk.app import list_pages, make_app
from desk.office import open_desk
from desk.people.passwords import hash_password
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.desk.conftest import Browser, RunningDesk
from tests.desk.test_form_pages import CODE, FORM
from tests.reporting.conftest import NOW, PERIOD, UNIT

Answer = TypeVar("Answer")
WAIT_S = 600
GUESSERS = 12
PASSWORD = "cua-so-mo-ra-canh-dong"


@pytest.fixture
def desks(tmp_path: Path, database_url: str) -> Iterator[tuple[RunningDesk, RunningDesk]]:
    """Two, over one home and one database."""
    shutil.copytree(ONE_FORM_CONFIG_DIR, tmp_path / "config")
    alerts = "channels:\n  so: {kind: file, path: tin-bao.txt}\nroutes:\n  cntt: {channels: [so]}\n"
    (tmp_path / "config" / "alerts.yaml").write_text(alerts, encoding="utf-8")
    places = {"BAOCAO_HOME": str(tmp_path), "BAOCAO_CONFIG_DIR": str(tmp_path / "config")}
    settings = Settings.read({**places, "BAOCAO_DATABASE_URL": database_url, "BAOCAO_NOW": NOW.isoformat()})
    with ExitStack() as stack:
        opened = [stack.enter_context(open_desk(settings, list_pages())) for _ in range(2)]
        one, other = (RunningDesk(tmp_path, desk, make_app(desk)) for desk in opened)
        yield one, other


def at_once(*acts: Callable[[], Answer]) -> list[Answer]:
    """What each gives; none begins before all are ready."""
    ready = Barrier(len(acts))

    def act(one: Callable[[], Answer]) -> Answer:
        ready.wait(WAIT_S)
        return one()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


def save(browser: Browser, value: str, csrf: str) -> httpx.Response:
    """As the page's script does, upon the empty field both have before them."""
    fields = {"code": CODE, "based_on": "0", "value": value, "evidence": f"Sổ theo dõi, trang {value}"}
    return browser.post(f"{FORM}/so-lieu", data=fields, headers={"X-CSRF-Token": csrf})


def test_of_two_who_save_one_figure_in_one_moment_the_second_is_told_by_whom_and_neither_is_lost(
    desks: tuple[RunningDesk, RunningDesk],
) -> None:
    names = {"9": "lan", "8": "minh"}
    for name in names.values():
        desks[0].add_person(name, Grant(PersonRole.OFFICER, UNIT))
    browsers = {value: desk.sign_in(names[value]) for value, desk in zip(names, desks, strict=True)}
    tokens = {value: browser.csrf(FORM) for value, browser in browsers.items()}
    answers = at_once(*(lambda v=value: save(browsers[v], v, tokens[v]) for value in names))
    by_status = dict(zip([one.status_code for one in answers], names, strict=True))
    assert set(by_status) == {200, 409}
    kept, late = by_status[200], by_status[409]
    told = answers[list(names).index(late)].text
    assert f"{names[kept].title()} vừa ghi {kept} lúc" in told
    assert f"Số {late} của bạn chưa được lấy" in told
    assert f'id="gt-{CODE}"' in told
    assert f'value="{late}"' in told
    for browser in browsers.values():
        text = browser.get(FORM).text
        assert f"trang {kept}" in text
        history = browser.get(f"{FORM}/o/2").text
        assert f"trang {kept}" in history
        assert f"trang {late}" in history


def test_two_clicks_on_one_button_that_reach_two_processes_are_one_figure_and_no_conflict(
    desks: tuple[RunningDesk, RunningDesk],
) -> None:
    desks[0].add_person("lan", Grant(PersonRole.OFFICER, UNIT))
    browsers = [desk.sign_in("lan") for desk in desks]
    tokens = [browser.csrf(FORM) for browser in browsers]
    answers = at_once(*(lambda n=number: save(browsers[n], "9", tokens[n]) for number in (0, 1)))
    assert [one.status_code for one in answers] == [200, 200]
    assert len(desks[0].store.typed_entries.history(UNIT, Period.parse(PERIOD), CODE)) == 1


def test_many_guesses_in_one_moment_over_all_processes_are_no_more_than_one_by_one_and_it_is_told_once(
    desks: tuple[RunningDesk, RunningDesk],
) -> None:
    """Five are looked at, whatever process they come to; the right password is then of no use either."""
    one = desks[0]
    one.add_person("hang", Grant(PersonRole.OFFICER, UNIT))
    it, at = Actor("it", "may"), datetime.now(UTC)
    one.store.people.set_password("hang", hash_password(PASSWORD), it, at, must_change=False)
    browsers = [Browser(desk.app, address=f"10.0.0.{n}") for desk in desks for n in range(GUESSERS // 2)]
    tokens = [browser.csrf("/dang-nhap") for browser in browsers]

    def guess(number: int) -> str:
        fields = {"person": "hang", "password": f"sai-mat-khau-{number}", "csrf": tokens[number]}
        return browsers[number].post("/dang-nhap", data=fields).text

    texts = at_once(*(lambda n=number: guess(n) for number in range(GUESSERS)))
    assert sum("Tên đăng nhập hoặc mật khẩu không đúng" in text for text in texts) == 5
    assert sum("tạm khóa" in text for text in texts) == GUESSERS - 5
    for desk in desks:
        browser = Browser(desk.app, address="10.0.0.99")
        assert "tạm khóa" in browser.change("/dang-nhap", "/dang-nhap", person="hang", password=PASSWORD).text
    assert (one.home / "tin-bao.txt").read_text(encoding="utf-8").count("Tạm khóa đăng nhập của Hang") == 1
