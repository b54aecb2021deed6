"""The installations of the tests of what the commands call."""

from tests.reporting.alerting.conftest import home, post_sink, small_office
from tests.reporting.conftest import made, made_once, migrated_sqlite_url, sqlite_original

__all__ = ["home", "made", "made_once", "migrated_sqlite_url", "post_sink", "small_office", "sqlite_original"]
