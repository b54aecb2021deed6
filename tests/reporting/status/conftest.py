"""The province of the tests of its roll-up."""

from tests.reporting.roll_up.conftest import land, made_land, province_sandbox

__all__ = ["land", "made_land", "province_sandbox"]
