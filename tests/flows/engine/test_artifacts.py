"""What Prefect's page shows of a run: the figure first, in Vietnamese, with the files and what to do next."""

import unicodedata

from reporting.release.files import read_report
from tests.reporting.conftest import PERIOD, UNIT, Office, form_key, made, plan_of

__all__ = ["made"]


def test_the_figure_stands_first_and_the_summary_leads_on(made: Office, api_url: str) -> None:
    from flows.engine.artifacts import form_table, summarise

    with made.open() as workspace:
        plan = plan_of(workspace)
        latest = workspace.store.vintages.find_latest(form_key(workspace))
        assert latest is not None
        report = read_report(workspace.store, latest.key)
    rows = form_table(plan, report)
    assert all(next(iter(row)) == "Số liệu" for row in rows)
    files = {path.name: str(path) for path in made.out.iterdir()}
    told = summarise(plan, report, files)
    assert f"`baocao release prepare {PERIOD} --unit {UNIT} --form 2025-bieu-mau-7`" in told
    assert "sẵn sàng trình ký" in told
    assert f"`{made.out}`" in told
    for name, path in files.items():
        assert f"[{name}](file://{path})" in told


def test_names_of_steps_are_readable_where_only_base_letters_are_drawn(api_url: str) -> None:
    from flows.quarterly_report import check, collect, compare, count, write

    for step in (collect, compare, count, check, write):
        name = str(step.task_run_name)
        assert all(letter.isascii() or unicodedata.combining(letter) for letter in name), name
        assert any(unicodedata.combining(letter) for letter in name), "Vietnamese"
