"""Every command of the course given undisturbed, once for each database: where it begins, where it ends, what it posts."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.commands import COURSE, RESTORE, Command
from tests.chaos.mail import PostOffice
from tests.chaos.place import Place
from tests.crash.installation import Sources
from tests.crash.zygote import Zygote
from tests.postgres import PostgresServer


@dataclass(frozen=True)
class Leg:
    """A command, the installation before it and after it, how it ends, how long it takes, what it posts."""

    command: Command
    database: str
    before: Place
    after: Place
    exit_code: int
    seconds: float
    transitions: int
    posted: Counter[tuple[str, str]]


class UndisturbedError(Exception):
    """A command of the course does not end as it should though nothing disturbs it."""


@contextmanager
def walked(
    folder: Path, database: str, sources: Sources, zygote: Zygote, post: PostOffice, postgres: PostgresServer | None
) -> Iterator[list[Leg]]:
    """All legs of one database; the installations are given back at the end."""
    places = [Place.new(folder / "start", sources, zygote, postgres)]
    try:
        legs = []
        for number, command in enumerate(COURSE):
            after = places[-1].copy(folder / f"{number}")
            places.append(after)
            legs.append(_walk(command, database, places[-2], after, post))
            if command.name == "backup":
                legs += [_restore(folder, database, after, places, post)]
        yield legs
    finally:
        for place in places:
            place.close()


def _restore(folder: Path, database: str, backed_up: Place, places: list[Place], post: PostOffice) -> Leg:
    """From an empty installation with the back-up beside it."""
    empty = Place.empty(folder / "empty", backed_up)
    restored = empty.copy(folder / "restored")
    places += [empty, restored]
    return _walk(RESTORE, database, empty, restored, post)


def _walk(command: Command, database: str, before: Place, after: Place, post: PostOffice) -> Leg:
    post.take()
    answer = after.give(command)
    posted = post.take()
    if answer.get("killed") or answer["exit_code"] not in command.ends or (posted and max(posted.values()) > 1):
        raise UndisturbedError(f"{command.name} on {database}: {answer}, {posted}")
    return Leg(command, database, before, after, answer["exit_code"], answer["seconds"], answer["transitions"], posted)
