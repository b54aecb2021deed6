"""Where at the desk something is done: the paths of its pages, and whole addresses for what is sent to people."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from baocao.incidents import CauseKind, Incident
from baocao.store import FormKey

MOST_LINKS = 5


def path_of(key: FormKey) -> str:
    return f"/bieu-mau/{key.unit_code}/{key.period.code}/{key.form_code}"


@dataclass(frozen=True)
class DeskLinks:
    """Addresses below `public_url` of desk.yaml; none where it is not named: nobody else could open them."""

    public_url: str = ""

    def to(self, path: str) -> str:
        return f"{self.public_url.rstrip('/')}{path}"

    def to_incident(self, incident: Incident) -> str:
        return self.to(f"/su-co#so-{incident.number}")

    def to_cells(self, incident: Incident) -> Iterator[tuple[FormKey, str, str]]:
        """Of each report concerned the first cell it blocks, "" where it blocks none, and where it is looked at.

        A figure nobody has given is typed in at its row of the form.
        """
        found: dict[FormKey, str] = {}
        for claim in incident.claims:
            key = FormKey(claim.scope.unit_code, claim.scope.form_code, claim.scope.period)
            found[key] = found.get(key) or (claim.cells[0] if claim.cells else "")
        for key, cell in list(found.items())[:MOST_LINKS]:
            place = "#o-" if incident.kind is CauseKind.MISSING else "/o/"
            yield key, cell, self.to(path_of(key) + (f"{place}{quote(cell)}" if cell else ""))
