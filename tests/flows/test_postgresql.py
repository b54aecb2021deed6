"""The same job with its state in PostgreSQL, by one setting."""

from tests.flows.conftest import Installation


def test_state_goes_to_postgresql_by_one_setting(tiny: Installation, postgres_url: str) -> None:
    first, second = (tiny.report("2025-Q4", BAOCAO_DATABASE_URL=postgres_url) for _ in range(2))
    assert (first.code, second.code) == (0, 0), first.err + second.err
    assert second.json["vintage"] == first.json["vintage"] + 1
    assert second.json["cells"] == first.json["cells"]
    told = tiny.run("explain", "2025-Q4", "4.2", "--json", BAOCAO_DATABASE_URL=postgres_url).json
    assert told["vintage"] == second.json["vintage"]
    assert not (tiny.home / "var" / "baocao.db").exists()
