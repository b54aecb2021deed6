"""The tables of turns: when a source may next be asked, who is asking it now, and who waits to."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from baocao.store.tables.rows import Row


class TurnRow(Row):
    """The first moment of a source that nobody has reserved, and who waits for a place (`waiting.py`)."""

    __tablename__ = "turn"

    source_code: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[datetime]
    waiting: Mapped[str | None]


class TurnPlaceRow(Row):
    """One of the places for asking a source at once; `holder` is empty where it is free."""

    __tablename__ = "turn_place"

    source_code: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[str | None]
    expires_at: Mapped[datetime]
