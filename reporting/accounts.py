"""Who runs a command, as the machine knows them."""

import os
import pwd


def name_account() -> str:
    """The account, whatever the environment says; its number where it has no name, as in a container."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid-{os.getuid()}"


def name_account_and_machine() -> str:
    return f"{name_account()}@{os.uname().nodename}"
