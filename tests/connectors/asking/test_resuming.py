"""A listing goes on where an interrupted run stopped, and comes to the same; where it has changed it starts over."""

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from baocao.catalogue import Catalogue
from baocao.domain import RawPayload
from baocao.errors import SourceUnavailableError
from baocao.settings import CHECKOUT_DIR
from sandbox.server import RunningSandbox, start
from tests.connectors.asking.one_collection import collect_once
from tests.connectors.suite import ENTRIES, Asked, Entry, assignment, connector

PAGES = {"one_stop_igate": "dossier/search", "documents_qlvb": "/lookupdocument"}
SYSTEMS = {"one_stop_igate": "one_stop", "documents_qlvb": "documents"}
PAGED = [entry for entry in ENTRIES if entry.source_code in PAGES]
BY_ID = pytest.mark.parametrize("entry", PAGED, ids=lambda entry: entry.source_code)
CASES = [("one_stop_igate", 25), ("documents_qlvb", 3)]
FAST = 1_000.0
Kept = Callable[[list[RawPayload]], list[RawPayload]]


@pytest.fixture(scope="module")
def big() -> Iterator[RunningSandbox]:
    with start("size:1500") as running:
        yield running


def asked_pages(sandbox: RunningSandbox, source_code: str) -> int:
    return sandbox.requests.count(SYSTEMS[source_code], PAGES[source_code])


def kill_at_page(sandbox: RunningSandbox, home: Path, source_code: str, page_size: int, page: int) -> None:
    """Start a run in a process of its own and kill it once it has asked for so many pages."""
    arguments = [str(home), sandbox.url, sandbox.now.isoformat(), source_code, str(page_size), "60"]
    sandbox.requests.clear()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.connectors.asking.one_collection", *arguments], cwd=CHECKOUT_DIR
    ) as run:
        limit = time.monotonic() + 600
        while asked_pages(sandbox, source_code) < page or count_kept(home) < 32:
            assert run.poll() is None, "the run ended before it could be killed"
            assert time.monotonic() < limit
            time.sleep(0.005)
        run.send_signal(signal.SIGKILL)
    assert run.returncode == -signal.SIGKILL


def count_kept(home: Path) -> int:
    """How many payloads the run has entered in its store so far."""
    with closing(sqlite3.connect(f"file:{home / 'var' / 'baocao.db'}?mode=ro", uri=True)) as connection:
        found = connection.execute("SELECT count(*) FROM collection_payload").fetchone()
    return int(found[0])


@pytest.mark.parametrize(("source_code", "page_size"), CASES)
def test_a_killed_run_is_gone_on_with_and_comes_to_the_same(
    big: RunningSandbox, tmp_path: Path, source_code: str, page_size: int
) -> None:
    big.requests.clear()
    unbroken = collect_once(tmp_path / "unbroken", big.url, big.now, source_code, page_size, FAST)
    pages = asked_pages(big, source_code)
    assert pages > 50
    kill_at_page(big, tmp_path / "broken", source_code, page_size, 40)
    big.requests.clear()
    gone_on = collect_once(tmp_path / "broken", big.url, big.now, source_code, page_size, FAST)
    assert gone_on["payloads"] == unbroken["payloads"]
    assert gone_on["records"] == unbroken["records"]
    assert (gone_on["vintage"], gone_on["failure"]) == (2, None)
    assert asked_pages(big, source_code) == pages - 32 + 1, "the kept pages, but for the last, are not asked again"


def test_a_listing_that_has_grown_meanwhile_is_read_from_its_beginning(big: RunningSandbox, tmp_path: Path) -> None:
    kill_at_page(big, tmp_path / "broken", "one_stop_igate", 25, 40)
    with start("size:1500", now=big.now + timedelta(hours=6)) as later:
        again = collect_once(tmp_path / "broken", later.url, big.now, "one_stop_igate", 25, FAST)
        fresh = collect_once(tmp_path / "fresh", later.url, big.now, "one_stop_igate", 25, FAST)
    assert again["payloads"] == fresh["payloads"]
    assert again["records"] == fresh["records"]


def test_what_was_kept_yesterday_is_not_gone_on_with(big: RunningSandbox, tmp_path: Path) -> None:
    kill_at_page(big, tmp_path, "one_stop_igate", 25, 40)
    big.requests.clear()
    collect_once(tmp_path, big.url, big.now + timedelta(hours=25), "one_stop_igate", 25, FAST)
    assert asked_pages(big, "one_stop_igate") > 50


def test_a_source_that_went_away_is_gone_on_with(big: RunningSandbox, tmp_path: Path) -> None:
    whole = collect_once(tmp_path / "whole", big.url, big.now, "one_stop_igate", 25, FAST)
    big.set_fault("one_stop", "unavailable_503", after=50, path="search")
    with pytest.raises(SourceUnavailableError):
        collect_once(tmp_path / "broken", big.url, big.now, "one_stop_igate", 25, FAST)
    big.clear_faults()
    big.requests.clear()
    again = collect_once(tmp_path / "broken", big.url, big.now, "one_stop_igate", 25, FAST)
    assert again["payloads"] == whole["payloads"]
    assert asked_pages(big, "one_stop_igate") < 30


@pytest.fixture
def asked(catalogue: Catalogue, tiny_sandbox: RunningSandbox) -> Callable[..., Asked]:
    def make(entry: Entry, already: list[RawPayload]) -> Asked:
        given = assignment(catalogue, entry, tiny_sandbox.url)
        options = {**given.source.options, "page_size": 5}
        source = given.source.model_copy(update={"options": options})
        return Asked(entry, connector(catalogue, entry), replace(given, source=source, already=lambda: already))

    return make


@BY_ID
def test_only_the_pages_that_are_missing_are_asked_for(
    asked: Callable[..., Asked], entry: Entry, tiny_sandbox: RunningSandbox
) -> None:
    whole = asked(entry, []).fetch()
    tiny_sandbox.requests.clear()
    gone_on = asked(entry, whole[:6]).fetch()
    assert [payload.body for payload in gone_on] == [payload.body for payload in whole]
    assert gone_on[:5] == whole[:5]
    beside = {"documents_qlvb": 2}.get(entry.source_code, 1)  # of the last week; there also of a session begun anew
    assert asked_pages(tiny_sandbox, entry.source_code) == count_listed(whole, entry) - 5 + beside


def count_listed(payloads: list[RawPayload], entry: Entry) -> int:
    """How many of the answers came from the search itself."""
    return sum(PAGES[entry.source_code] in payload.request["path"] for payload in payloads)


def of_another_size(payloads: list[RawPayload]) -> list[RawPayload]:
    return [replace(p, request={**p.request, "total": p.request["total"] + 1}) for p in payloads[:6]]


def of_another_question(payloads: list[RawPayload]) -> list[RawPayload]:
    return [replace(p, request={**p.request, "query": "size=7", "body": {}}) for p in payloads[:6]]


def with_other_rows(payloads: list[RawPayload]) -> list[RawPayload]:
    content = orjson.loads(payloads[5].body)
    return [*payloads[:5], replace(payloads[5], body=orjson.dumps({**content, "rows": content["rows"][::-1]}))]


def read_to_the_end(payloads: list[RawPayload]) -> list[RawPayload]:
    return payloads


@BY_ID
@pytest.mark.parametrize("kept", [of_another_size, of_another_question, with_other_rows, read_to_the_end])
def test_pages_that_no_longer_fit_are_left_alone(
    asked: Callable[..., Asked], entry: Entry, tiny_sandbox: RunningSandbox, kept: Kept
) -> None:
    whole = asked(entry, []).fetch()
    tiny_sandbox.requests.clear()
    assert [p.body for p in asked(entry, kept(whole)).fetch()] == [p.body for p in whole]
    assert asked_pages(tiny_sandbox, entry.source_code) >= count_listed(whole, entry)
