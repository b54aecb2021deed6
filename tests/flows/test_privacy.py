"""Nothing personal and no secret is left anywhere by a run, be it a good one or one that fails."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import zstandard

from sandbox.credentials import ENVIRONMENT
from sandbox.server import RunningSandbox
from sandbox.world.ledger import PLANTED_PATTERNS
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.flows.conftest import Installation, apply_in_time, held_engine

SECRETS = {name: re.compile(re.escape(secret)) for name, secret in ENVIRONMENT.items()}
FORBIDDEN = {**PLANTED_PATTERNS, **SECRETS}
ZSTD_MARK = b"\x28\xb5\x2f\xfd"
ZIP_MARK = b"PK\x03\x04"
TYPED_SECRET = "S3cr3t-9f8e7d6c"
FAULTS = {
    "none": (),
    "an error that quotes rows": (("one_stop", "http_200_error", {}), ("portal", "login_page", {})),
    "a changed field": (("one_stop", "renamed_field", {"field": "code", "to": "maHoSo"}),),
    "a new field and a dead token": (("one_stop", "new_field", {}), ("documents", "token_dies", {})),
    "cut off": (("one_stop", "truncated", {"honest": True}), ("documents", "bare_500", {})),
}


def texts_of(path: Path) -> Iterator[tuple[str, str]]:
    """Everything readable in a file: as it is, unpacked, and row by row where it is a database."""
    content = path.read_bytes()
    yield str(path), content.decode("utf-8", "replace")
    yield f"{path} (UTF-16)", content.decode("utf-16-le", "replace")
    if content.startswith(ZSTD_MARK):
        yield f"{path} (unpacked)", zstandard.ZstdDecompressor().decompressobj().decompress(content).decode()
    if content.startswith(ZIP_MARK):
        yield from _parts_of(path)
    if content.startswith(b"SQLite format 3"):
        yield from _rows_of(path)


def _parts_of(path: Path) -> Iterator[tuple[str, str]]:
    import zipfile

    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            yield f"{path}!{name}", parts.read(name).decode("utf-8", "replace")


def _rows_of(path: Path) -> Iterator[tuple[str, str]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                yield f"{path}:{table}", " ".join(map(str, row))


def found_in(texts: Iterator[tuple[str, str]]) -> set[tuple[str, str]]:
    return {(where, name) for where, text in texts for name, pattern in FORBIDDEN.items() if pattern.search(text)}


@pytest.fixture(scope="module")
def engine_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """An engine of these runs alone, so that its database and logs are walked too; its folder and address."""
    home = tmp_path_factory.mktemp("private-engine")
    apply_in_time(home)
    with held_engine(home) as url:
        yield home, url


@pytest.mark.parametrize("faults", FAULTS)
def test_a_run_leaves_nothing_personal_and_no_secret(
    tiny: Installation, engine_home: tuple[Path, str], tiny_sandbox: RunningSandbox, faults: str
) -> None:
    for system, fault, options in FAULTS[faults]:
        tiny_sandbox.set_fault(system, fault, **options)
    engine, url = engine_home
    ended = tiny.report("2025-Q4", PREFECT_API_URL=url)
    assert ended.code in {0, 11, 12, 13, 20}, ended.err
    files = [path for home in (tiny.home, engine) for path in home.rglob("*") if path.is_file()]
    kinds = {path.suffix for path in files}
    assert {".zst", ".db", ".docx", ".pdf", ".xlsx"} <= kinds, "the walk must have met every kind of thing we write"
    assert any("prefect" in str(path) and path.suffix == ".db" for path in files)
    assert found_in(iter([("stdout", ended.out), ("stderr", ended.err)])) == set()
    assert {place for path in files for place in found_in(texts_of(path))} == set()


def test_a_secret_typed_as_a_units_key_is_in_nothing_prefect_keeps(
    tiny: Installation, engine_home: tuple[Path, str], tiny_sandbox: RunningSandbox
) -> None:
    """Nor in our own log and files: its log, artifacts, parameters and states are rows of its database.

    Only the configuration itself, which is kept with the figures, says what was typed.
    """
    config_dir = Path(shutil.copytree(ONE_FORM_CONFIG_DIR, tiny.home / "config"))
    units = config_dir / "units.yaml"
    before = units.read_text(encoding="utf-8")
    after = before.replace('documents_qlvb: "5101"', f"documents_qlvb: {TYPED_SECRET}")
    assert after != before
    units.write_text(after, encoding="utf-8")
    tiny_sandbox.set_fault("documents", "bare_500")
    engine, url = engine_home
    ended = tiny.report("2025-Q4", PREFECT_API_URL=url, BAOCAO_CONFIG_DIR=str(config_dir))
    assert ended.code == 11, ended.err
    assert "/switch/{unit}/" in ended.out
    shutil.rmtree(config_dir)
    files = [path for home in (tiny.home, engine) for path in home.rglob("*") if path.is_file()]
    told = [(where, text) for path in files for where, text in texts_of(path) if "source_keys:" not in text]
    for table in ("log", "artifact", "flow_run", "task_run_state"):
        assert any(where.endswith(f"prefect.db:{table}") for where, _ in told)
    assert any("/switch/{unit}/" in text for where, text in told if where.endswith("prefect.db:log"))
    assert [where for where, text in told if TYPED_SECRET in text] == []
    assert TYPED_SECRET not in ended.out + ended.err


def test_the_walk_finds_what_it_looks_for(tmp_path: Path) -> None:
    """A search that finds nothing must be known to be able to."""
    secret = f"{next(iter(ENVIRONMENT.values()))} 0999000001".encode()
    (tmp_path / "a.zst").write_bytes(zstandard.ZstdCompressor().compress(secret))
    (tmp_path / "b.log").write_bytes(secret)
    with closing(sqlite3.connect(tmp_path / "c.db")) as connection, connection:
        connection.execute("CREATE TABLE log (message BLOB)")
        connection.execute("INSERT INTO log VALUES (?)", (secret.decode(),))
    for path in tmp_path.iterdir():
        assert {name for _, name in found_in(texts_of(path))} >= {"phone", next(iter(ENVIRONMENT))}
