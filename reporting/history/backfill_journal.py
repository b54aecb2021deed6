"""What a `--only all` backfill remembers of itself: since when it goes on, so that one that was stopped is resumed."""

import hashlib
from datetime import datetime
from pathlib import Path

import orjson

from baocao.documents.files import write_file


class Journal:
    """A small file under `var/backfill/`, named by what was asked; gone once all of it is done."""

    def __init__(self, var_dir: Path, asked: str) -> None:
        name = hashlib.sha256(asked.encode()).hexdigest()[:16]
        self._path = var_dir / "backfill" / f"{name}.json"
        self._asked = asked

    def begun_at(self) -> datetime | None:
        """When the interrupted backfill of the same request began; None where there is none."""
        if not self._path.is_file():
            return None
        return datetime.fromisoformat(orjson.loads(self._path.read_bytes())["begun_at"])

    def begin(self, now: datetime) -> datetime | None:
        """Since when an interrupted one goes on; None where this is a new one, which is noted."""
        begun_at = self.begun_at()
        if begun_at is None:
            write_file(self._path, orjson.dumps({"asked": self._asked, "begun_at": now.isoformat()}))
        return begun_at

    def end(self) -> None:
        """Forget it."""
        self._path.unlink(missing_ok=True)
