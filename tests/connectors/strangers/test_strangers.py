"""Two systems written from public descriptions alone are connected by YAML, and the form's figures are their own."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import yaml

from baocao.catalogue import Catalogue
from baocao.domain import Window
from baocao.errors import ConfigError
from baocao.settings import Settings
from connectors.registry import assign, connector_of
from sandbox.credentials import ENVIRONMENT
from sandbox.server import RunningSandbox
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.connectors.strangers import documents, one_stop
from tests.connectors.strangers.serve import serve
from tests.flows.conftest import Ended, Installation

FIRST, LAST = date(2025, 9, 15), date(2025, 12, 14)
SITE = """
label: Miền Núi
dialects:
  one_stop_igate:
    paths: {{token: "{sign_in}/dang-nhap/realms/mien-nui/token", search: /motcua/ho-so/tra-cuu}}
    parameters: {{page: trang, size: so-dong}}
    pages: {{first: 1, most_rows: 40}}
    fields:
      code: soHoSo
      appliedDate: ngayNop
      acceptedDate: ngayTiepNhan
      completedDate: ngayXong
      procedure.code: thuTuc.ma
      procedureLevel.id: thuTuc.mucDo.ma
      applyMethod.id: kenh.ma
      dossierStatus.id: trangThai.ma
    codes:
      procedureLevel.id:
        TOAN_TRINH: 5f5b2c2b4e1bd312a6f3ae25
        MOT_PHAN: 5f5b2c4b4e1bd312a6f3ae24
        THONG_TIN: 5f5b2c2b4e1bd312a6f3ae23
      applyMethod.id: {{QUA_MANG: 0, TAI_QUAY: 1, BUU_DIEN: 2}}
      dossierStatus.id: {{DANG_GIAI_QUYET: 2}}
    dates: {{appliedDate: dd/MM/yyyy HH:mm:ss, acceptedDate: dd/MM/yyyy HH:mm:ss, completedDate: dd/MM/yyyy HH:mm:ss}}
    ignored: [khoa, ngayHenTra, donVi, nguoiNop]
  documents_qlvb:
    paths:
      login: /van-thu/dich-vu/dang-nhap
      search: /van-thu/dich-vu/tra-cuu
      pages: /van-thu/dich-vu/dem-trang
    fields: {{id: khoaVanBan, congVanDenDi: chieu, ngayVanBan: ngayKy, hinhThucGuiCode: cachGui, isSign: kySo}}
    codes:
      congVanDenDi: {{DEN: 1, DI: 2}}
      hinhThucGuiCode: {{TRUC: DT}}
      isSign: {{DA_KY: TRUE, CHUA_KY: FALSE}}
    stated: {{doMat: Thường}}
    pages: {{most_rows: 25}}
    ignored: [noiDung]
"""
DOSSIERS = one_stop.open_desk(date(2025, 9, 10), date(2025, 12, 20))
PAPERS = documents.open_register(date(2025, 9, 10), date(2025, 12, 20))


@pytest.fixture
def units() -> tuple[str, ...]:
    """Whose dossiers the desk has."""
    return (one_stop.UNIT,)


@pytest.fixture
def most_shown() -> int | None:
    """How many records each system counts and shows of any question; None: all."""
    return None


@pytest.fixture
def addresses(units: tuple[str, ...], most_shown: int | None) -> Iterator[dict[str, str]]:
    desk, register = one_stop.Desk(DOSSIERS, units, most_shown), documents.Register(PAPERS, most_shown)
    with ExitStack() as stack:
        yield {
            "sign_in": stack.enter_context(serve(desk.sign_in)),
            "one_stop_igate": stack.enter_context(serve(desk.answer)),
            "documents_qlvb": stack.enter_context(serve(register.answer)),
        }


@pytest.fixture
def config_dir(tmp_path: Path, addresses: dict[str, str]) -> Path:
    """The shipped configuration, of which only YAML is changed."""
    folder = copytree(ONE_FORM_CONFIG_DIR, tmp_path / "config")
    (folder / "sites" / "mien-nui.yaml").write_text(SITE.format(**addresses), encoding="utf-8")
    sources = yaml.safe_load((folder / "sources.yaml").read_text(encoding="utf-8"))
    for code in ("one_stop_igate", "documents_qlvb"):
        sources["sources"][code] |= {"base_url": addresses[code], "site": "mien-nui"}
    sources["sources"]["documents_qlvb"]["options"]["switch"] = False
    _write(folder / "sources.yaml", sources)
    return folder


def _write(path: Path, content: Any) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


@pytest.fixture
def environment(tmp_path: Path, config_dir: Path, tiny_sandbox: RunningSandbox) -> dict[str, str]:
    return {
        **os.environ,
        **ENVIRONMENT,
        "BAOCAO_SANDBOX_URL": tiny_sandbox.url,
        "BAOCAO_HOME": str(tmp_path / "home"),
        "BAOCAO_CONFIG_DIR": str(config_dir),
        "BAOCAO_NOW": "2025-12-15T08:00",
        "BAOCAO_UNIT": "dac-khu",
    }


def run(environment: dict[str, str], *words: str) -> Ended:
    return Installation(Path(environment["BAOCAO_HOME"]), environment).run(*words)


def test_a_run_gives_the_strangers_own_figures(environment: dict[str, str]) -> None:
    done = run(environment, "run", "2025-Q4", "--json")
    shown = json.loads(done.out)
    cells = {key: cell["display"].replace(".", "") for key, cell in shown["cells"].items()}
    desk, register = one_stop.count_true(DOSSIERS, FIRST, LAST), documents.count_true(PAPERS, FIRST, LAST)
    assert desk["TOAN_TRINH"] > desk["TOAN_TRINH online"] > 0
    for key, name in {
        "4.3.1": "TOAN_TRINH",
        "4.3.2": "TOAN_TRINH online",
        "4.4.1": "MOT_PHAN",
        "4.4.2": "MOT_PHAN online",
        "4.2.1": "services used",
        "4.2.2": "services used online",
    }.items():
        assert cells[key] == str(desk[name]), (key, done.err)
    share = (Decimal(100 * register["electronic"]) / register["sent"]).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert cells["3.2"] == f"{share}".replace(".", ",")


@pytest.mark.parametrize("units", [(one_stop.UNIT, "don-vi-08")])
def test_a_desk_that_shows_all_units_whatever_is_asked_gives_no_figure(environment: dict[str, str]) -> None:
    """Its codes name no unit, so nothing in the records could tell."""
    done = run(environment, "run", "2025-Q4", "--json")
    assert done.code == 13
    assert json.loads(done.out)["cells"]["4.3.1"]["display"] == ""
    assert "hệ thống không lọc theo đơn vị, số liệu sẽ lẫn đơn vị khác (parameters.ancestor-agency-id)" in done.out


@pytest.mark.parametrize("most_shown", [100, 200])
def test_systems_that_count_no_further_than_they_show_give_no_figure(environment: dict[str, str]) -> None:
    """Its count and its list agree, and both are wrong."""
    done = run(environment, "run", "2025-Q4", "--json")
    assert done.code == 13
    cells = json.loads(done.out)["cells"]
    assert {cells[key]["display"] for key in ("3.2", "4.3.1", "4.4.2")} == {""}
    assert done.out.count("nguồn chỉ đếm và cho xem tối đa") >= len(("documents", "dossiers"))


def test_a_draft_names_every_difference_and_no_person(
    environment: dict[str, str], config_dir: Path, tmp_path: Path
) -> None:
    sources = yaml.safe_load((config_dir / "sources.yaml").read_text(encoding="utf-8"))
    site = yaml.safe_load((config_dir / "sites" / "mien-nui.yaml").read_text(encoding="utf-8"))
    igate = site["dialects"]["one_stop_igate"]
    igate.pop("codes")
    igate.pop("ignored")
    _write(config_dir / "sites" / "mien-nui.yaml", site)
    _write(config_dir / "sources.yaml", sources)
    done = run(environment, "probe", "one_stop_igate", "--draft", "--days", "10")
    assert "Mã lạ ở applyMethod.id: " in done.out, done.err
    assert "QUA_MANG" in done.out
    assert "Trường mới: donVi, khoa, ngayHenTra, nguoiNop" in done.out
    (draft,) = (tmp_path / "home" / "var" / "drafts").iterdir()
    written = draft.read_text(encoding="utf-8")
    assert "'QUA_MANG': ?" in written
    assert yaml.safe_load(written)["dialects"]["one_stop_igate"]["fields"]["code"] == "soHoSo"
    for text in (done.out, done.err, written):
        assert "0900000000" not in text
        assert "Giả Định" not in text
    run(environment, "probe", "one_stop_igate", "--draft", "--days", "10")
    assert draft.read_text(encoding="utf-8") == written
    assert len(list(draft.parent.iterdir())) == 2


def test_a_path_that_is_not_there_is_named_with_what_was_expected(
    environment: dict[str, str], config_dir: Path
) -> None:
    site = yaml.safe_load((config_dir / "sites" / "mien-nui.yaml").read_text(encoding="utf-8"))
    site["dialects"]["one_stop_igate"]["paths"]["search"] = "/motcua/khong-co"
    _write(config_dir / "sites" / "mien-nui.yaml", site)
    done = run(environment, "probe", "one_stop_igate", "--draft", "--days", "10")
    assert done.code == 13
    assert "/motcua/khong-co: HTTP 404; ở đó cần có câu trả lời chứa content" in done.out


def test_a_wrong_word_in_a_site_file_names_file_key_and_the_nearest(
    environment: dict[str, str], config_dir: Path
) -> None:
    path = config_dir / "sites" / "mien-nui.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("  parameters:", "  parametrs:"), encoding="utf-8")
    with pytest.raises(
        ConfigError, match=r"sites/mien-nui\.yaml:\n.*parametrs: không có khóa này.* ý bạn là “parameters”"
    ):
        Catalogue.read(config_dir)


@pytest.mark.parametrize(
    ("wrong", "says"), [("mien-nuy", "ý bạn là “mien-nui”"), ("xa-la", "được dùng: mien-nui, tinh-a")]
)
def test_a_site_that_is_no_file_names_those_there_are(config_dir: Path, wrong: str, says: str) -> None:
    path = config_dir / "sources.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("site: mien-nui", f"site: {wrong}"), encoding="utf-8")
    with pytest.raises(ConfigError, match=says):
        Catalogue.read(config_dir)


def ask_one_day(config_dir: Path, environment: dict[str, str], source_code: str) -> None:
    catalogue, settings = Catalogue.read(config_dir), Settings.read(environment)
    source = catalogue.source(source_code)
    list(connector_of(source).fetch(assign(source, catalogue.unit("dac-khu"), Window(FIRST, FIRST), settings)))


@pytest.mark.parametrize(
    ("dialect", "change", "says"),
    [
        ("one_stop_igate", {"parameters": {"sise": "x"}}, "ý bạn là “size”"),
        ("one_stop_igate", {"dates": {"acceptedDate": "ngay"}}, "không phải dạng ngày"),
        ("one_stop_igate", {"pages": {"fist": 1}}, "ý bạn là “first”"),
        ("documents_qlvb", {"zone": "utc"}, "không có thời điểm theo giờ"),
        ("documents_qlvb", {"stated": {"doMatt": "x"}}, "ý bạn là “doMat”"),
    ],
)
def test_a_site_file_is_held_against_its_dialect(
    config_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    dialect: str,
    change: dict[str, Any],
    says: str,
) -> None:
    path = config_dir / "sites" / "mien-nui.yaml"
    site = yaml.safe_load(path.read_text(encoding="utf-8"))
    site["dialects"][dialect] |= change
    _write(path, site)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=says) as caught:
        ask_one_day(config_dir, environment, dialect)
    assert "sites/mien-nui.yaml" in str(caught.value)
