"""Who runs a command, as the machine knows them."""

import getpass
import os


def name_account() -> str:
    """The account; its number where it has no name, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid-{os.getuid()}"


def name_account_and_machine() -> str:
    return f"{name_account()}@{os.uname().nodename}"
