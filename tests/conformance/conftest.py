"""A clean form, and `lint` of what a clerk made of it, as if read on one day."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from baocao.catalogue import Catalogue
from baocao.forms.recognise import Wishes
from reporting.intake.linting import LintResult, lint_files
from tests.conformance.made import NEW_FORM, MadeForm, make_clean

Lint = Callable[..., list[LintResult]]
TODAY = date(2026, 2, 1)


@pytest.fixture
def lint(catalogue: Catalogue, tmp_path: Path) -> Lint:
    def of(content: bytes, name: str = "form.docx", **wishes: Any) -> list[LintResult]:
        path = tmp_path / name
        path.write_bytes(content)
        return lint_files([path], catalogue, Wishes(today=TODAY, **wishes))

    return of


@pytest.fixture
def made(catalogue: Catalogue) -> MadeForm:
    return make_clean(catalogue, NEW_FORM)
