"""python -m tests.chaos [--kills N] [--seed S] [--only NAME]

Kills every command that writes, over and over, on SQLite and on PostgreSQL; ends with 1 where a book does not balance.
Wants PostgreSQL and, for hosts of one name and full disks, root.
"""

import argparse
import random
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import make_url

from sandbox.server import start
from tests.chaos.commands import COMMANDS
from tests.chaos.course import Leg, walked
from tests.chaos.mail import PostOffice
from tests.chaos.mishaps import KILLS, Count, Round
from tests.chaos.place import Place
from tests.crash.installation import LATER, NOW, Sources
from tests.crash.zygote import start_zygote
from tests.postgres import Cluster, PostgresServer, find_programs, running_cluster
from tests.reporting.alerting.sinks import PostSink

Found = dict[tuple[str, str], list[Count]]
BESIDES = 10
"""One full disk and one stopped database for so many kills."""


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what it has started and mounted goes with it
    given = read_arguments()
    began = time.monotonic()
    found: Found = defaultdict(list)
    chance = random.Random(given.seed)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="baocao-chaos-")))
        post = Place.post = stack.enter_context(PostOffice.running())
        cluster = stack.enter_context(_cluster())
        legs = list(_walk_all(stack, folder, post, cluster))
        if given.only:
            legs = [leg for leg in legs if given.only in leg.command.name]
        print(f"{len(legs)} commands on their databases, undisturbed: {time.monotonic() - began:.0f} s", flush=True)
        for number, (mishap, leg) in enumerate(schedule(legs, given.kills, chance)):
            count = Round(folder, chance, post, cluster).befall(mishap, leg, number)
            found[leg.command.name, leg.database].append(count)
            _say(number, leg, count)
    return report(found, time.monotonic() - began, given.seed)


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20_261_130)
    parser.add_argument("--only", default="", help="only commands whose name holds this")
    return parser.parse_args()


@contextmanager
def _cluster() -> Iterator[Cluster | None]:
    programs = find_programs()
    if programs is None:
        print("PostgreSQL is not installed: only SQLite is tried (Debian: apt-get install postgresql)")
        yield None
        return
    with running_cluster(programs) as (address, control, options):
        url = address.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        yield Cluster(Path(str(address.query["host"])), url, control, options)


def _walk_all(stack: ExitStack, folder: Path, post: PostOffice, cluster: Cluster | None) -> Iterator[Leg]:
    zygote = stack.enter_context(start_zygote("tests.chaos.work"))
    servers = [stack.enter_context(start("tiny", now=now)) for now in (NOW, NOW, NOW + LATER)]
    servers[0].set_fault("one_stop", "forbidden_403")
    sink = stack.enter_context(PostSink.running())
    sources = Sources(*(server.url for server in servers), sink)
    postgres = PostgresServer(make_url(cluster.url)) if cluster else None
    for database in ("sqlite", "postgresql") if postgres else ("sqlite",):
        server = postgres if database == "postgresql" else None
        yield from stack.enter_context(walked(folder / database, database, sources, zygote, post, server))


def schedule(legs: list[Leg], kills: int, chance: random.Random) -> Iterator[tuple[str, Leg]]:
    """So many kills, every command of every database equally often; and full disks and stopped databases besides."""
    order: list[Leg] = []
    while len(order) < kills:
        order += chance.sample(legs, len(legs))
    for number, leg in enumerate(order[:kills]):
        yield chance.choice(KILLS), leg
        if number % BESIDES == 0:
            yield "full disk", chance.choice([one for one in legs if one.command.name not in ("lint", "metrics")])
            on_server = [one for one in legs if one.database == "postgresql"]
            if on_server:
                yield "stopped database", chance.choice(on_server)


def _say(number: int, leg: Leg, count: Count) -> None:
    became = "; ".join(count.wrong) or ("balances" if count.hit else "balances (it was through already)")
    print(f"{number + 1:4} {leg.command.name} · {leg.database} · {count.mishap}: {became}", flush=True)


def report(found: Found, seconds: float, seed: int) -> int:
    table = Table("command", "database", "kills", "hit", "disk", "database stopped", "letters again", "wrong")
    every = [count for counts in found.values() for count in counts]
    places = {command.name: place for place, command in enumerate(COMMANDS)}
    for (name, database), counts in sorted(found.items(), key=lambda pair: (places[pair[0][0]], pair[0][1])):
        table.add_row(name, database, *_numbers(counts))
    table.add_section()
    table.add_row("together", "", *_numbers(every))
    Console(width=120).print(table)
    print(f"seed {seed}, {seconds:.0f} s")
    return int(any(count.wrong for count in every))


def _numbers(counts: list[Count]) -> list[str]:
    kills = [count for count in counts if count.mishap in KILLS]
    return [
        str(len(kills)),
        str(sum(count.hit for count in kills)),
        str(sum(count.mishap == "full disk" for count in counts)),
        str(sum(count.mishap == "stopped database" for count in counts)),
        str(sum(count.again for count in counts)),
        str(sum(bool(count.wrong) for count in counts)),
    ]


if __name__ == "__main__":
    sys.exit(main())
