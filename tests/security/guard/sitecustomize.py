"""Imported by every Python below the one under test: writes down whom it tries to reach, and stops what is not here."""

import ipaddress
import os
import sys
from pathlib import Path

CALLS = os.environ.get("PYTHON_CALLS_FILE")
WATCHED = {"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}


def is_here(host: object) -> bool:
    if host in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host)).is_loopback
    except ValueError:
        return False


def watch(event: str, arguments: tuple) -> None:
    if event not in WATCHED:
        return
    target = arguments[1] if event in {"socket.connect", "socket.sendto"} else arguments[0]
    host = target[0] if isinstance(target, tuple) else target
    if event in {"socket.connect", "socket.sendto"} and not isinstance(target, tuple):
        return  # a Unix socket
    write_down(f"{'here' if is_here(host) else 'AWAY'} {event} {host}")
    if not is_here(host):
        raise PermissionError(f"{host} is not this machine")


def write_down(line: str) -> None:
    with Path(str(CALLS)).open("a") as calls:
        calls.write(f"{line} {sys.orig_argv}\n")


if CALLS:
    write_down("watching")
    sys.addaudithook(watch)
