"""What Prometheus is told, from a real store on both databases, printed, in a file and over HTTP."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families

from baocao.settings import Settings
from baocao.store import open_store
from baocao.store.database.opening import open_database
from baocao.store.tables.incident_rows import IncidentRow, OutboxRow
from cli.main import cli
from reporting.upkeep.metrics_server import MetricsServer
from tests.baocao.store import samples
from tests.reporting.upkeep.conftest import fill
from tests.serving import POLL_S

Samples = dict[tuple[str, tuple[str, ...]], float]


def read(exposition: str) -> Samples:
    """By name and the values of its labels, in the order of their names."""
    families = text_string_to_metric_families(exposition)
    return {
        (sample.name.removeprefix("baocao_"), tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    with MetricsServer(settings, "127.0.0.1", 0) as server:
        thread = Thread(target=server.serve_forever, args=(POLL_S,))
        thread.start()
        try:
            yield server.url
        finally:
            server.shutdown()
            thread.join()


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=600) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_metrics_tell_of_runs_failures_leases_and_kept_answers(
    home: Path, settings: Callable[[], Settings], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAOCAO_DATABASE_URL", database_url)
    fill(settings())
    with open_store(database_url, str(home / "var" / "payloads")) as store, store.leases.hold(samples.FORM):
        found = read(CliRunner().invoke(cli, ["metrics"]).output)
    assert found["up", ()] == 1
    form = samples.FORM.form_code
    for unit in ("dac-khu", "xa"):
        assert found["last_success_timestamp_seconds", (form, unit)] == (samples.NOW + samples.HOUR).timestamp()
    assert found["last_success_age_seconds", (form,)] > 0
    assert {key[1][0]: value for key, value in found.items() if key[0] == "vintages"} == {
        "running": 0, "collected": 0, "checked": 4, "failed": 0,
    }  # fmt: skip
    assert found["source_failures_total", ("SourceUnavailableError", "portal")] == 2
    assert found["source_failures_total", ("SourceContractError", "igate")] == 1
    assert (found["leases", ("held",)], found["leases", ("lapsed",)]) == (1, 0)
    assert (found["payloads", ()], found["payload_bytes", ()]) == (2, 6)
    assert found["step_seconds", ("longest", "igate", "collect")] == samples.HOUR.total_seconds()
    assert found["health", ("state.database",)] == 0


def test_metrics_tell_of_open_incidents_and_of_letters_that_wait(
    home: Path, settings: Callable[[], Settings], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAOCAO_DATABASE_URL", database_url)
    message = {"bundle": "b", "body": "{}", "not_before": samples.NOW, "attempts": 0, "sent_by": "", "last_error": ""}
    with open_database(database_url) as database, database.writing() as session:
        for number, recovered_at in enumerate((None, samples.NOW)):
            given = {"opened_at": samples.NOW, "recovered_at": recovered_at, "body": '{"severity":"critical"}'}
            session.add(IncidentRow(number=number, fingerprint=str(number), **given))
            session.add(OutboxRow(message_key=str(number), queued_at=samples.NOW, sent_at=recovered_at, **message))
    found = read(CliRunner().invoke(cli, ["metrics"]).output)
    assert (found["incidents_open", ("critical",)], found["incidents_open", ("warning",)]) == (1, 0)
    assert found["outbox_messages", ()] == 1
    assert found["outbox_oldest_seconds", ()] > 0


def test_a_province_may_leave_the_series_of_its_units_out(settings: Callable[[], Settings], home: Path) -> None:
    fill(settings())
    found = read(CliRunner().invoke(cli, ["metrics", "--no-units"]).output)
    assert not any("dac-khu" in labels for _, labels in found)
    assert found["last_success_age_seconds", (samples.FORM.form_code,)] > 0


def test_no_label_holds_a_period_or_an_id(settings: Callable[[], Settings], home: Path) -> None:
    fill(settings())
    exposition = CliRunner().invoke(cli, ["metrics"]).output
    labels = {
        name for family in text_string_to_metric_families(exposition) for s in family.samples for name in s.labels
    }
    assert labels == {"unit", "form", "status", "source", "kind", "state", "step", "of", "check", "version", "severity"}


def test_a_scrape_makes_no_database(home: Path) -> None:
    assert read(CliRunner().invoke(cli, ["metrics"]).output)["up", ()] == 0
    assert not (home / "var" / "baocao.db").exists()


def test_the_file_for_node_exporter_is_whole(home: Path, settings: Callable[[], Settings]) -> None:
    fill(settings())
    path = home / "baocao.prom"
    assert CliRunner().invoke(cli, ["metrics", "--file", str(path)]).exit_code == 0
    assert read(path.read_text())["up", ()] == 1
    assert [one.name for one in home.glob("*.prom*")] == ["baocao.prom"]


def test_metrics_and_health_over_http_on_this_machine_only(home: Path, settings: Callable[[], Settings]) -> None:
    fill(settings())
    with serving(settings()) as url:
        assert url.startswith("http://127.0.0.1:")
        assert read(get(f"{url}/metrics")[1])["up", ()] == 1
        status, body = get(f"{url}/health")
        assert (status, json.loads(body)["healthy"]) == (200, True)
        assert get(f"{url}/anything")[0] == 404
        (home / "var" / "baocao.db").write_bytes(b"no database" * 1000)
        status, body = get(f"{url}/health")
        assert (status, json.loads(body)["healthy"]) == (503, False)
        assert read(get(f"{url}/metrics")[1])["up", ()] == 0


def test_a_port_that_is_taken_is_said(home: Path, settings: Callable[[], Settings]) -> None:
    from baocao.errors import ConfigError
    from cli.metrics import serve_metrics

    with serving(settings()) as url, pytest.raises(ConfigError, match="chọn cổng khác"):
        serve_metrics("127.0.0.1", int(url.rpartition(":")[2]), by_unit=True)
