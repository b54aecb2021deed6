"""How somebody proves to be who they say, and which step of it is still missing."""

from dataclasses import dataclass

from baocao.catalogue.desk import DeskRules
from baocao.store import Store
from baocao.store.people.sessions import PersonSession
from desk.people.keys import DeskKey

WAY = "/bao-ve-hai-lop"


@dataclass(frozen=True)
class SignIn:
    """The rules and the key everything about signing in goes by."""

    rules: DeskRules
    key: DeskKey

    def find_missing_step(self, store: Store, session: PersonSession) -> str:
        """The page to go on with; "" for whoever has proved all their roles need."""
        del store
        if session.person.needs_second_factor and not session.has_second_factor:
            return WAY
        return ""
