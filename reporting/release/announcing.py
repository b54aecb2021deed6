"""After a release: whoever keeps letters is told, and the authority of time stamps is asked."""

from reporting.alerting.run_alerts import tell_all
from reporting.release.stamps import stamp_releases
from reporting.workspace import Workspace


def announce_releases(workspace: Workspace) -> None:
    """What cannot be told or stamped now waits for the next time."""
    stamp_releases(workspace)
    tell_all(workspace, tuple)
