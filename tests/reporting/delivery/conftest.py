"""The servers that take alerts, as those of the runs that raise them."""

from tests.reporting.alerting.conftest import authority, home, mail_sink, post_sink

__all__ = ["authority", "home", "mail_sink", "post_sink"]
