"""The list of faults: `faults/TOPIC.yaml`, each an edit of one file and the test that must turn red."""

from dataclasses import dataclass
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "faults"


@dataclass(frozen=True)
class Fault:
    """An edit: `old`, which stands in `file` exactly once, becomes `new`; `slip` says what somebody did there.

    `killed_by` is the test, by its pytest name, that turns red.
    """

    id: str
    topic: str
    file: str
    old: str
    new: str
    slip: str
    killed_by: str

    def plant(self, tree: Path) -> None:
        """Make the edit in a copy of the tree. Raise ValueError where the text is not there just once."""
        path = tree / self.file
        text = path.read_text(encoding="utf-8")
        if text.count(self.old) != 1:
            raise ValueError(f"{self.id}: its text stands {text.count(self.old)} times in {self.file}")
        path.write_text(text.replace(self.old, self.new), encoding="utf-8")


def read_faults() -> tuple[Fault, ...]:
    """Every fault of every topic, in the order of the files."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
        found.extend(Fault(topic=path.stem, **entry) for entry in entries)
    return tuple(found)
