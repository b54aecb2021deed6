"""What tests use beside Python packages. Where it is missing they are skipped, here and nowhere else.

`BAOCAO_REQUIRE_ALL=1`, as `.ci/run` sets it, makes every skip a failure (`tests/conftest.py`).
"""

import os
import shutil
from typing import NoReturn

REQUIRE_ALL = "BAOCAO_REQUIRE_ALL"


def is_all_required() -> bool:
    return os.environ.get(REQUIRE_ALL) == "1"


def find_program(name: str, package: str) -> str:
    """Where a program is; `package` is Debian's name of what brings it."""
    found = shutil.which(name)
    if found is None:
        skip_without(name, f"apt-get install {package}")
    return found


def skip_without(what: str, remedy: str) -> NoReturn:
    """Skip the test that needs it, or the fixture."""
    import pytest

    pytest.skip(f"not installed: {what}. To have it: {remedy}")
