"""Sandboxes shared by the tests of one module."""

import pytest

from sandbox.server import start


@pytest.fixture(scope="module")
def dac_khu():
    with start("dac-khu-2025") as running:
        yield running


@pytest.fixture(scope="module")
def xa():
    with start("xa-2024") as running:
        yield running


@pytest.fixture(scope="module")
def shared_tiny():
    with start("tiny") as running:
        yield running


@pytest.fixture
def tiny(shared_tiny):
    yield shared_tiny
    shared_tiny.clear_faults()
    shared_tiny.requests.clear()
