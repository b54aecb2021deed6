"""One look for handed-in forms: the folder, then the mailbox; one at a time over all machines."""

from baocao.catalogue.hand_in import read_hand_in
from baocao.errors import ConfigError
from reporting.intake.mailbox import take_from_mailbox
from reporting.intake.taking_in import LEASE, Intake
from reporting.intake.watched_folder import take_from_folder
from reporting.workspace import Workspace


def take_in(workspace: Workspace) -> Intake:
    """Raise ConfigError where nothing is watched; LeaseHeldError while another look is under way."""
    rules = read_hand_in(workspace.catalogue)
    if rules.folder is None and rules.mailbox is None:
        raise ConfigError("hand_in.yaml: chưa khai báo thư mục (folder) hay hộp thư (mailbox) nào để nhận biểu")
    with workspace.store.leases.hold(LEASE):
        return take_from_folder(workspace, rules).plus(take_from_mailbox(workspace, rules))
