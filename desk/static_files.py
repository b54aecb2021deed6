"""The stylesheet and the script of the desk: ours, few, read once, named by what is in them."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from fastapi import Response

from desk.guarding import Visiting
from desk.mistakes import MissingPageError
from desk.pages import PageSet
from desk.rules import EVERYBODY

FOLDER = Path(__file__).parent / "static"
MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FOR_EVER = "public, max-age=31536000, immutable"
PAGES = PageSet()


@dataclass(frozen=True)
class StaticFiles:
    """Bodies by name."""

    bodies: dict[str, bytes]

    @classmethod
    def read(cls) -> "StaticFiles":
        return cls({path.name: path.read_bytes() for path in FOLDER.iterdir() if path.suffix in MEDIA_TYPES})

    def url_of(self, name: str) -> str:
        """With a piece of its hash: a browser keeps it until it has changed."""
        return f"/tep-tinh/{hashlib.sha256(self.bodies[name]).hexdigest()[:12]}/{name}"


@PAGES.get("/tep-tinh/{digest}/{name}", may=EVERYBODY)
def send_file(visit: Visiting, digest: str, name: str) -> Response:
    files = visit.desk.files
    if name not in files.bodies or files.url_of(name) != f"/tep-tinh/{digest}/{name}":
        raise MissingPageError
    headers = {"Cache-Control": FOR_EVER}
    return Response(files.bodies[name], media_type=MEDIA_TYPES[Path(name).suffix], headers=headers)
