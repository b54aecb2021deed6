"""Each trap of Prefect named in docs/scaling.md has its test, and each test named there exists."""

import re

from baocao.settings import CHECKOUT_DIR

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_every_test_the_table_of_traps_names_is_there() -> None:
    page = (CHECKOUT_DIR / "docs" / "scaling.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if "::test_" in line]
    assert len(rows) >= 15
    for path, name in [found for row in rows for found in NAMED.findall(row)]:
        assert f"\ndef {name}(" in (CHECKOUT_DIR / path).read_text(encoding="utf-8"), f"{path}::{name}"
