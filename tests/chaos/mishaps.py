"""What befalls a command, and the reckoning afterwards: the next command works and the books balance."""

import random
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reporting.release.verifying import Damage
from tests.chaos.course import Leg
from tests.chaos.mail import PostOffice
from tests.chaos.place import Place
from tests.postgres import Cluster

REFUSED = 21
JUMPS_H = (-30.0, -2.0, 2.0, 30.0)
ROOM_KB = (8, 64, 256, 1024, 4096)
PLENTY = "512m"
UNFORESEEN = ("Traceback", "ngoài dự kiến", "an error, printed above")
TABLE = frozenset({0, 1, 2, 11, 12, 13, 14, 20, 21, 22, 30, 40})


@dataclass
class Count:
    """What became of one mishap: whether it hit, what did not balance, how many letters came again under their own id."""

    mishap: str
    hit: bool = False
    wrong: list[str] = field(default_factory=list)
    again: int = 0


@dataclass(frozen=True)
class Round:
    """What the mishaps of one round share; `cluster` is the PostgreSQL that may be restarted."""

    folder: Path
    chance: random.Random
    post: PostOffice
    cluster: Cluster | None

    def kill(self, leg: Leg, place: Place, count: Count) -> None:
        """SIGKILL at a random transition, or at a random moment."""
        answer = place.give(leg.command, **self._death(leg))
        count.hit = bool(answer["killed"])
        self._look_right_after(place, count)

    def kill_and_jump(self, leg: Leg, place: Place, count: Count) -> None:
        """The same, and before the command is given again the clocks jump."""
        self.kill(leg, place, count)
        place.jump_clock(self.chance.choice(JUMPS_H))

    def two_hosts(self, leg: Leg, place: Place, count: Count) -> None:
        """Two at once on hosts of one name that do not see each other's processes; one of them is killed."""
        self.post.is_closed = leg.command.mail == "refused"
        orders = [
            place.command_order(leg.command, elsewhere=True, after_s=self._moment(leg)),
            place.command_order(leg.command, elsewhere=True),
        ]
        dead, other = place.zygote.order(*orders)
        count.hit = bool(dead["killed"])
        if not other["killed"] and other["exit_code"] not in {leg.exit_code, REFUSED, *leg.command.passed}:
            count.wrong.append(f"the other host: {other['exit_code']} {other['says'][-300:]}")
        self._look_right_after(place, count)
        place.let_leases_run_out()
        place.jump_clock(1)

    def full_disk(self, leg: Leg, place: Place, count: Count) -> None:
        """The home lies on a disk that fills up on the way; then there is room again."""
        with mounted(place.home, self.chance.choice(ROOM_KB)) as make_room:
            answer = place.give(leg.command)
            count.hit = answer["exit_code"] != leg.exit_code or "No space" in answer["says"]
            if answer["exit_code"] not in TABLE or any(sign in answer["says"] for sign in UNFORESEEN):
                count.wrong.append(f"a full disk ends with {answer['exit_code']}: {answer['says'][-300:]}")
            make_room()
            self.reckon(leg, place, count)

    def stopped_database(self, leg: Leg, place: Place, count: Count) -> None:
        """The server of the database stops on the way and is started again."""
        assert self.cluster is not None
        timer = threading.Timer(self._moment(leg), self.cluster.restart)
        timer.start()
        answer = place.give(leg.command)
        timer.join()
        count.hit = answer["exit_code"] != leg.exit_code
        if answer["exit_code"] not in TABLE or any(sign in answer["says"] for sign in UNFORESEEN):
            count.wrong.append(f"a stopped database ends with {answer['exit_code']}: {answer['says'][-300:]}")

    def befall(self, mishap: str, leg: Leg, number: int) -> Count:
        """One mishap of one command in a copy of where it begins, the command again, and the reckoning."""
        count = Count(mishap)
        place = leg.before.copy(self.folder / f"dying-{number}")
        self.post.take()
        try:
            ACTS[mishap](self, leg, place, count)
            if mishap != "full disk":
                self.reckon(leg, place, count)
        finally:
            place.close()
        return count

    def reckon(self, leg: Leg, place: Place, count: Count) -> None:
        """Give the command again, and hold everything against the installation nothing happened to."""
        answer = place.give(leg.command)
        expected = {leg.exit_code, *leg.command.passed}
        if answer["killed"] or answer["exit_code"] not in expected:
            count.wrong.append(f"given again it ends with {answer['exit_code']}: {answer['says'][-300:]}")
            return
        count.wrong += _differences(leg, place)
        count.wrong += [f"verify: {damage}" for damage in place.damages()]
        count.wrong += [f"left over: {path.relative_to(place.home)}" for path in place.leftovers()]
        count.wrong += self._judge_letters(leg, count)

    def _judge_letters(self, leg: Leg, count: Count) -> list[str]:
        """Each letter once for each recipient; one whose sender died before noting it comes again under its own id."""
        posted = self.post.take()
        lost, new = set(leg.posted) - set(posted), set(posted) - set(leg.posted)
        count.again = sum(posted.values()) - len(posted)
        wrong = [f"letters lost: {len(lost)}"] if lost else []
        wrong += [f"letters nobody wrote: {len(new)}"] if new else []
        per_letter = Counter(letter for letter, _ in posted.elements()) - Counter(letter for letter, _ in posted)
        if count.again and (len(per_letter) > 1 or max(posted.values()) > 2 or not count.hit):
            wrong.append(f"letters doubled: {count.again}")
        return wrong

    def _look_right_after(self, place: Place, count: Count) -> None:
        """Before anybody mends anything a reader finds whole files, and nothing that was released is damaged."""
        if not place.set_is_whole():
            count.wrong.append("right after the death a set of files is not whole")
        damages = set(place.damages()) - {Damage.OUT_BEHIND}
        count.wrong += [f"right after the death: {damage}" for damage in damages]

    def _death(self, leg: Leg) -> dict[str, Any]:
        if leg.transitions and self.chance.random() < 2 / 3:
            return {"fatal": self.chance.randint(1, leg.transitions)}
        return {"after_s": self._moment(leg)}

    def _moment(self, leg: Leg) -> float:
        return self.chance.uniform(0.02, max(leg.seconds, 0.1))


ACTS: dict[str, Callable[[Round, Leg, Place, Count], None]] = {
    "kill": Round.kill,
    "kill, clocks jump": Round.kill_and_jump,
    "two hosts, one killed": Round.two_hosts,
    "full disk": Round.full_disk,
    "stopped database": Round.stopped_database,
}
KILLS = ("kill", "kill", "kill", "kill, clocks jump", "two hosts, one killed")


def _differences(leg: Leg, place: Place) -> list[str]:
    found, wanted = place.books(), leg.after.books()
    wrong = [f"{name}: {_short(found[name])} instead of {_short(wanted[name])}" for name in wanted
             if found[name] != wanted[name]]  # fmt: skip
    here, there = place.count_rows(), leg.after.count_rows()
    extra = here["whole"] - there["whole"]
    if extra not in ((0, 1, 2) if leg.command.makes_forms else (0,)):
        wrong.append(f"{extra} vintages more than undisturbed")
    if here["filled_form"] - there["filled_form"] != extra:
        wrong.append("a whole vintage without its form, or a form without its vintage")
    if here["open"]:
        wrong.append(f"{here['open']} vintages under way for ever")
    return wrong


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) < 300 else f"{text[:300]}…"


@contextmanager
def mounted(home: Path, room_kb: int) -> Iterator[Callable[[], None]]:
    """The folder on a disk of its own with so little room left; gives what makes room."""
    used_kb = sum(-(-path.stat().st_size // 4096) * 4 + 4 for path in home.rglob("*"))
    aside = home.with_name(f"{home.name}-full")
    home.rename(aside)
    home.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={used_kb + 64}k", "tmpfs", str(home)], check=True)
    try:
        subprocess.run(["cp", "-a", f"{aside}/.", str(home)], check=True)
        free_kb = int(subprocess.run(["df", "--output=avail", "-k", str(home)], check=True, capture_output=True,
                                     text=True).stdout.split()[-1])  # fmt: skip
        _remount(home, f"{used_kb + 64 - free_kb + room_kb}k")
        yield lambda: _remount(home, PLENTY)
    finally:
        time.sleep(0.05)
        subprocess.run(["umount", "-l", str(home)], check=True)
        home.rmdir()
        aside.rename(home)


def _remount(home: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(home)], check=True)
