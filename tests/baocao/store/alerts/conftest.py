"""A server that takes alerts, and a home for the store."""

from tests.reporting.alerting.conftest import home, post_sink

__all__ = ["home", "post_sink"]
