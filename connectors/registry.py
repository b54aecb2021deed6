"""Which connector speaks which dialect: the names `connector:` in sources.yaml may take.

A dialect is a module of `connectors/dialects` or `connectors/files` that names its `CONNECTOR`; nothing else lists it.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from importlib import import_module
from pkgutil import iter_modules

from baocao.catalogue import Source, Unit
from baocao.catalogue.sites import say_not_declared
from baocao.domain import Window
from baocao.errors import ConfigError
from baocao.hints import hint
from baocao.messages import quote_given, say_unknown
from baocao.references import NO_SECRET, read_reference
from baocao.settings import Settings
from connectors import dialects, files
from connectors.contract import Assignment, Connector
from connectors.declaration import Declaration
from connectors.guarding import GuardedConnector

ROOMS = (dialects, files)
SANDBOX_SCHEME = "sandbox://"
OPTIONS = frozenset({"gateway", "page_size", "site"})
PAGE_SIZES = range(1, 10_001)


def connector_of(source: Source) -> Connector:
    """The source's connector, guarded; raise ConfigError, listing the dialects, where there is none of that name."""
    found = find_connector(source.connector)
    if found is None:
        where = source.place("connector")
        raise ConfigError(f"{where}: {say_unknown('giao thức', source.connector, list_connectors())}")
    return GuardedConnector(found)


@cache
def find_connector(code: str) -> Connector | None:
    """The CONNECTOR of the module of that name; None where there is no such module, or it is only a part of others."""
    for room in ROOMS:
        if code in (module.name for module in iter_modules(room.__path__)):
            found: Connector | None = getattr(import_module(f"{room.__name__}.{code}"), "CONNECTOR", None)
            return found
    return None


def declaration_of(source: Source) -> Declaration | None:
    """What the source's dialect declares of itself (`SITE`); None of files and views."""
    connector = find_connector(source.connector)
    found: Declaration | None = getattr(import_module(type(connector).__module__), "SITE", None)
    return found


def list_connectors() -> dict[str, Connector]:
    """All there are, by the name `connector:` takes."""
    names = (module.name for room in ROOMS for module in iter_modules(room.__path__))
    return {name: found for name in names if (found := find_connector(name))}


def assign(source: Source, unit: Unit, window: Window, settings: Settings) -> Assignment:
    """What to collect, with the address and the secret resolved.

    Raise ConfigError when one is missing, and for every option or difference of a site that does not
    fit the dialect.
    """
    check_options(source)
    return Assignment(
        source=source,
        base_url=resolve_address(source, settings),
        unit_code=unit.unit_code,
        unit_key=unit.source_keys[source.source_code],
        window=window,
        secret=resolve_secret(source, os.environ),
        clock=settings.now,
    )


def check_options(source: Source) -> None:
    """Raise ConfigError with every mistake in the source's options: a misspelt one would be as if it were not there."""
    if told := list(_find_mistakes(source)):
        raise ConfigError("\n".join(told))


def check_assignments(
    sources: Iterable[Source], unit: Unit, window: Window, settings: Settings, beside: Iterable[Source] = ()
) -> None:
    """Raise ConfigError with what is wrong with each of the sources, before any of them is asked.

    Of those `beside`, whose failing ends no run, only what is written wrongly: a missing password is such a failing.
    """
    told: dict[str, None] = {}
    checks: list[Callable[[], object]] = [partial(assign, source, unit, window, settings) for source in sources]
    checks += [partial(check_options, source) for source in beside]
    for check in checks:
        try:
            check()
        except ConfigError as error:
            told |= dict.fromkeys(str(error).splitlines())
    if told:
        raise ConfigError("\n".join(told))


def _find_mistakes(source: Source) -> Iterator[str]:
    from connectors.asking.gateway import read_gateway
    from connectors.asking.site import read_site
    from connectors.files.column_mapping import read_options

    connector = find_connector(source.connector)
    module = import_module(type(connector).__module__)
    declared, model = getattr(module, "SITE", None), getattr(module, "OPTIONS", None)
    checks = [partial(read_options, source, model)] if model else []
    if declared is not None:
        yield from _find_wrong_options(source, declared)
        checks = [partial(read_gateway, source), partial(read_site, source, declared)]
    for check in checks:
        try:
            check()
        except ConfigError as error:
            yield str(error)


def _find_wrong_options(source: Source, declared: Declaration) -> Iterator[str]:
    """A name the dialect does not have, a size that is no number, a word where one of few is wanted."""
    allowed, where = sorted(OPTIONS | declared.options), source.place("options")
    yield from (say_not_declared(where, name, allowed) for name in source.options if name not in allowed)
    size = source.options.get("page_size", 1)
    if not isinstance(size, int) or isinstance(size, bool) or size not in PAGE_SIZES:
        given = quote_given(size)
        yield f"{where.below('page_size')}: phải là số nguyên từ {PAGE_SIZES.start} đến {PAGE_SIZES.stop - 1}{given}"
    for name, choices in declared.choices.items():
        value = source.options.get(name, choices[0])
        if value not in choices or isinstance(value, bool) is not isinstance(choices[0], bool):
            words = [str(one).lower() for one in choices]
            yield f"{where.below(name)}: {say_unknown('giá trị', value, words)}"


def resolve_address(source: Source, settings: Settings) -> str:
    if not source.base_url.startswith(SANDBOX_SCHEME):
        return source.base_url
    if settings.sandbox_url is None:
        raise ConfigError(
            f"{source.place('base_url')} là {SANDBOX_SCHEME} (máy chủ tập huấn) mà ở đây "
            f"không có máy chủ tập huấn nào chạy. Thêm --sandbox vào lệnh, chạy `{hint('sandbox')}`, hoặc ghi địa chỉ "
            "https của hệ thống."
        )
    return settings.sandbox_url + source.base_url.removeprefix(SANDBOX_SCHEME)


def resolve_secret(source: Source, environment: Mapping[str, str]) -> str:
    """The secret behind the source's reference; the error names the reference, never the secret."""
    if source.auth.secret == NO_SECRET:
        return ""
    found = read_reference(source.auth.secret, environment)
    if found is None:
        raise ConfigError(
            f"{source.place('auth', 'secret')}: {source.auth.secret} chưa được đặt hoặc không đọc được; đặt cho tài "
            "khoản chạy baocao."
        )
    return found
