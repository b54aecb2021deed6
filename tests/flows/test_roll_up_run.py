"""The province's form by the command line, on the configuration as it is shipped."""

from tests.flows.conftest import Installation


def test_the_province_is_rolled_up_by_the_same_command_and_refused_while_a_unit_is_missing(tiny: Installation) -> None:
    refused = tiny.run("run", "2025-Q4", "--unit", "tinh", "--missing", "refuse", "--json")
    assert (refused.code, "còn thiếu 1/1 đơn vị: UBND đặc khu Sao Mẫu" in refused.err) == (21, True)
    unit = tiny.report("2025-Q4").json
    whole = tiny.run("run", "2025-Q4", "--unit", "tinh", "--json")
    assert whole.code == 20, whole.err
    for cell in ("3.2.2", "4.2.1", "4.3", "4.3.1"):
        assert whole.json["cells"][cell]["display"] == unit["cells"][cell]["display"]
    assert whole.json["cells"]["3.1.1"]["status"] == "blank"
