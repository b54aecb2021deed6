"""Column types that give back exactly what was put in, on SQLite as on PostgreSQL."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import DateTime, Dialect, Numeric, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from baocao.store.canonical import clean_text, write_decimal, write_instant


class NfcText(TypeDecorator[str]):
    """Text in NFC. What PostgreSQL cannot hold (U+0000, lone surrogates) is replaced: no reason to lose a run."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else clean_text(value).replace("\x00", "\ufffd")


class Instant(TypeDecorator[datetime]):
    """An aware datetime, in UTC when it comes back; ISO text of fixed width, hence in order, on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=True) if _is_postgresql(dialect) else Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        text = write_instant(value)
        return datetime.fromisoformat(text) if _is_postgresql(dialect) else text

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return instant.astimezone(UTC)


class ExactDecimal(TypeDecorator[Decimal]):
    """A finite Decimal with all its digits; text on SQLite, which would make a binary float of it."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Numeric() if _is_postgresql(dialect) else Text())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        digits = write_decimal(value)
        return Decimal(digits) if _is_postgresql(dialect) else digits

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        return None if value is None else Decimal(value)


def _is_postgresql(dialect: Dialect) -> bool:
    return dialect.name == "postgresql"
