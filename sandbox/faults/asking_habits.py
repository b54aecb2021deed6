"""What a system may make of what it is asked: filters, days, units."""

# ruff: noqa: ARG001 - every fault is called alike, whether it needs both arguments or not

import re
from datetime import datetime
from http import HTTPStatus

from sandbox.faults.exchange import Exchange, SandboxAnswer
from sandbox.faults.registry import Options, fault

_DAYS = (("%Y-%m-%d", r"\d{4}-\d\d-\d\d"), ("%d/%m/%Y", r"\d\d/\d\d/\d{4}"))


@fault()
async def empty_dates_dropped(exchange: Exchange, options: Options) -> SandboxAnswer:
    """A filter by the day of receipt leaves out what has none, as a plain range filter of a document database does."""
    exchange.hints.drops_empty_dates = True
    return await exchange.proceed()


@fault(parameters=(), how="ignored")
async def filter_unknown(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Filters nobody promised: they are `ignored`, or the question is `refused`."""
    if all(exchange.find_value(name) is None for name in options["parameters"]):
        return await exchange.proceed()
    if options["how"] == "refused":
        return SandboxAnswer(400, {"content-type": "application/json"}, b'{"status":400,"error":"Bad Request"}')
    for name in options["parameters"]:
        exchange.drop_value(name)
    return await exchange.proceed()


@fault(hidden="", heeds=True)
async def statuses_hidden(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Dossiers of some statuses do not come unless their statuses are asked for; or never, where it heeds none."""
    if not options["heeds"]:
        exchange.drop_value("dossier-status")
    if exchange.find_value("dossier-status") is None and exchange.path.endswith("/search"):
        exchange.query += f"&remove-status={options['hidden']}"
    return await exchange.proceed()


@fault()
async def undated_filter_gives_nothing(exchange: Exchange, options: Options) -> SandboxAnswer:
    """The filter for dossiers without a day of receipt finds none."""
    answer = await exchange.proceed()
    if exchange.find_value("coNgayTiepNhan") is None or answer.status != HTTPStatus.OK:
        return answer
    nothing = {"data": [], "totalCount": 0, "totalPages": 0, "hasNextPage": False}
    return answer.with_content({**answer.content, **nothing})


@fault(values={})
async def parameters_unheeded(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Whatever is asked, these parameters stand for the same; None is as if they were not sent."""
    for name, value in options["values"].items():
        if exchange.find_value(name) is None:
            continue
        if value is None:
            exchange.drop_value(name)
        else:
            exchange.set_value(name, value)
    return await exchange.proceed()


@fault()
async def post_of_account(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Whoever acts for a post last, in whichever session, acts for it in all sessions of the account."""
    exchange.hints.post_is_the_accounts = True
    return await exchange.proceed()


@fault(parameters=(), days=-20)
async def another_date_chooses(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Days choose by another date than the one they are asked for, so many days away from it in every record."""
    for name in options["parameters"]:
        _move_day(exchange, name, options["days"])
    return await exchange.proceed()


@fault(parameter="", days=-1)
async def bound_moved(exchange: Exchange, options: Options) -> SandboxAnswer:
    """A day asked for is left out: the bound is taken for the day before or after."""
    _move_day(exchange, options["parameter"], options["days"])
    return await exchange.proceed()


def _move_day(exchange: Exchange, parameter: str, days: int) -> None:
    from datetime import timedelta

    given = exchange.find_value(parameter) or ""
    for form, pattern in _DAYS:
        if (found := re.search(pattern, given)) and not found[0].endswith("1990") and not found[0].startswith("1990"):
            day = datetime.strptime(found[0], form) + timedelta(days=days)  # noqa: DTZ007 - a day only
            exchange.set_value(parameter, given.replace(found[0], day.strftime(form)))


@fault()
async def months_counted(exchange: Exchange, options: Options) -> SandboxAnswer:
    """OpenCPS counts all days of the months its bounds are in."""
    from calendar import monthrange

    for name, is_last in (("fromStatisticDate", False), ("toStatisticDate", True)):
        day, month, year = map(int, (exchange.find_value(name) or "1/1/1990").split("/"))
        day = monthrange(year, month)[1] if is_last else 1
        exchange.set_value(name, f"{day:02d}/{month:02d}/{year}")
    return await exchange.proceed()


@fault()
async def hours_counted(exchange: Exchange, options: Options) -> SandboxAnswer:
    """OpenCPS holds dossiers against the hour they were promised for, not the day."""
    exchange.hints.to_the_hour = True
    return await exchange.proceed()


@fault(unit="")
async def switch_unheeded(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Whatever post it is asked to act for, the document system goes on for the same."""
    exchange.path = re.sub(r"/switch/[^/]+", f"/switch/{options['unit']}", exchange.path)
    return await exchange.proceed()


@fault(parameter="", like="")
async def value_refused(exchange: Exchange, options: Options) -> SandboxAnswer:
    """A question with a value like this one is refused."""
    if re.search(options["like"], exchange.find_value(options["parameter"]) or ""):
        return SandboxAnswer(400, {"content-type": "application/json"}, b'{"status":400,"error":"Bad Request"}')
    return await exchange.proceed()
