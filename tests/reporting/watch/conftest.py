"""The offices of the tests of alerts."""

from tests.reporting.alerting.conftest import home, office, small_office

__all__ = ["home", "office", "small_office"]
