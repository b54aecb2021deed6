"""The invented province's procedures, made to the catalogue plan."""

# ruff: noqa: S311 - generated data must be the same every time; nothing here is a secret

from dataclasses import replace
from datetime import date
from random import Random

from sandbox.world.ledger import Level, Payment, Procedure
from sandbox.world.plans import CataloguePlan

_LONG_AGO = date(2015, 1, 1)
_LOWER = {Level.FULL: Level.PARTIAL, Level.LEVEL_4: Level.LEVEL_3}
_RAISED = {lower: first for first, lower in _LOWER.items()}
SECTORS = ("Hộ tịch", "Chứng thực", "Đất đai", "Xây dựng", "Bảo trợ xã hội", "Hộ kinh doanh", "Môi trường", "Giáo dục")
_ACTIONS = ("Đăng ký", "Cấp mới", "Cấp lại", "Điều chỉnh", "Xác nhận", "Chấm dứt", "Gia hạn")
_FEES = (("8.000",), ("0", "15000"), ("50000", "25.000"), ("1.200.000",), ("0", "3000", "5.000"))
_FREE: tuple[tuple[str, ...], ...] = ((), ("0",), (), ("0", "0"))


def build_procedures(plan: CataloguePlan) -> list[Procedure]:
    """All procedures, by level in the plan's order; then the one whose level changes, then those added later."""
    levels = [level for level, count in plan.offered.items() for _ in range(count)]
    procedures = [_describe_procedure(number, level) for number, level in enumerate(levels, start=1)]
    _raise_eligible(procedures, plan.upgradable)
    if plan.changes_on is not None:
        changing = _describe_procedure(len(levels) + 1, Level.FULL)
        history = ((_LONG_AGO, Level.PARTIAL), (plan.changes_on, Level.FULL))
        procedures.append(replace(changing, levels=history))
    for listed_on, level in plan.added:
        added = _describe_procedure(len(procedures) + 1, level)
        procedures.append(replace(added, levels=((listed_on, level),)))
    rng = Random(f"catalogue/{len(procedures)}/{plan.fee}")
    _set_fees(procedures, plan, rng)
    _set_published(procedures, plan, rng)
    return procedures


def changing_procedure(procedures: list[Procedure]) -> Procedure | None:
    """The procedure whose level changes, if there is one."""
    return next((procedure for procedure in procedures if len(procedure.levels) > 1), None)


def steady_procedures(procedures: list[Procedure], level: Level) -> list[Procedure]:
    """The procedures that have always been at a level, in catalogue order."""
    return [p for p in procedures if len(p.levels) == 1 and p.levels[0][1] is level]


def _describe_procedure(number: int, level: Level) -> Procedure:
    sector = SECTORS[number % len(SECTORS)]
    return Procedure(
        code=f"{1 + number % 2}.{1000 + 37 * number:06d}",
        name=f"{_ACTIONS[number % len(_ACTIONS)]} {sector.lower()} (thủ tục thử số {number:03d})",
        sector=sector,
        levels=((_LONG_AGO, level),),
        eligible=level,
        amounts=_FREE[number % len(_FREE)],
        has_fee=False,
        payment=Payment.NONE,
        published=level is Level.INFORMATION and number % 3 > 0,
    )


def _raise_eligible(procedures: list[Procedure], count: int) -> None:
    lower = [place for place, p in enumerate(procedures) if p.eligible in _RAISED]
    for place in lower[-count:] if count else []:
        procedures[place] = replace(procedures[place], eligible=_RAISED[procedures[place].eligible])


def _set_fees(procedures: list[Procedure], plan: CataloguePlan, rng: Random) -> None:
    places = rng.sample(range(len(procedures)), len(procedures))
    for rank, place in enumerate(places[: plan.fee]):
        provincial_until = plan.payment_national + plan.payment_provincial
        payment = Payment.PROVINCIAL if rank < provincial_until else Payment.NONE
        payment = Payment.NATIONAL if rank < plan.payment_national else payment
        amounts = _FEES[rank % len(_FEES)]
        procedures[place] = replace(procedures[place], amounts=amounts, has_fee=True, payment=payment)
    for place in places[plan.fee : plan.fee + plan.free_with_payment]:
        procedures[place] = replace(procedures[place], payment=Payment.NATIONAL)


def _set_published(procedures: list[Procedure], plan: CataloguePlan, rng: Random) -> None:
    online = [place for place, p in enumerate(procedures) if p.levels[-1][1] is not Level.INFORMATION]
    for place in rng.sample(online, plan.published_online):
        procedures[place] = replace(procedures[place], published=True)
