"""The province's configuration, read once for all tests of documents."""

from pathlib import Path

import pytest

from baocao.catalogue import Catalogue, Form
from baocao.domain import FilledForm
from tests.configuration import ONE_FORM_CONFIG_DIR

from . import builder

ROOT_DIR = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue.read(ONE_FORM_CONFIG_DIR)


@pytest.fixture
def form(catalogue: Catalogue) -> Form:
    return catalogue.form("2025-bieu-mau-7")


@pytest.fixture
def filled(catalogue: Catalogue) -> FilledForm:
    return builder.form_2025(catalogue)


@pytest.fixture
def old_form(catalogue: Catalogue) -> Form:
    return catalogue.form("2024-phu-luc-8")


@pytest.fixture
def old_filled(catalogue: Catalogue) -> FilledForm:
    return builder.form_2024(catalogue)
