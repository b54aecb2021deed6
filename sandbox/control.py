"""The sandbox's own calls, which no real system has: health, clock, truth, faults, requests served."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from sandbox.faults.gate import Gate
from sandbox.faults.registry import FAULTS, UnknownFaultError
from sandbox.systems.answers import answer_json, read_json
from sandbox.world.periods import read_clock
from sandbox.world.state import World
from sandbox.world.truth import true_cells, true_figures


def build_control_router(world: World, gate: Callable[[], Gate]) -> APIRouter:
    """Everything below /_sandbox."""
    router = APIRouter(prefix="/_sandbox")
    control = _Control(world, gate)
    router.add_api_route("/health", control.tell_health, methods=["GET"], response_model=None)
    router.add_api_route("/clock", control.move_clock, methods=["POST"], response_model=None)
    router.add_api_route("/truth", control.tell_truth, methods=["GET"], response_model=None)
    router.add_api_route("/faults", control.list_faults, methods=["GET"], response_model=None)
    router.add_api_route("/faults", control.switch_fault, methods=["POST"], response_model=None)
    router.add_api_route("/faults", control.clear_faults, methods=["DELETE"], response_model=None)
    router.add_api_route("/requests", control.count_requests, methods=["GET"], response_model=None)
    return router


class _Control:
    def __init__(self, world: World, gate: Callable[[], Gate]) -> None:
        self._world = world
        self._gate = gate

    def tell_health(self) -> Response:
        chosen = self._world.data_set
        return answer_json(
            {
                "status": "ok",
                "data_set": chosen.name,
                "now": self._world.clock.isoformat(),
                "period": chosen.period_code,
                "units": list(chosen.unit_codes),
            }
        )

    async def move_clock(self, request: Request) -> Response:
        """{"now": "2025-07-20T07:00+07:00"}: from now on the systems tell what was entered by then."""
        body = await read_json(request) or {}
        try:
            self._world.move_clock(read_clock(datetime.fromisoformat(str(body.get("now")))))
        except ValueError as error:
            return answer_json({"error": str(error)}, 400)
        return self.tell_health()

    def tell_truth(self, request: Request) -> Response:
        """?unit=&period=&form= ; by default the first unit, the data set's period, and figures rather than cells."""
        asked, chosen = request.query_params, self._world.data_set
        unit, period = asked.get("unit", chosen.unit_code), asked.get("period", chosen.period_code)
        try:
            if asked.get("form"):
                return answer_json(true_cells(chosen.name, unit, asked["form"], period, self._world.clock))
            figures = true_figures(chosen.name, unit, period, self._world.clock)
        except (LookupError, ValueError) as error:
            return answer_json({"error": str(error)}, 404)
        return answer_json({code: None if value is None else str(value) for code, value in figures.items()})

    def list_faults(self) -> Response:
        known: list[dict[str, Any]] = [
            {"fault": f.name, "summary": f.summary, "on": f.on, "options": dict(f.options)} for f in FAULTS.values()
        ]
        active = [{"system": a.system, "fault": a.fault.name, "played": a.played} for a in self._gate().faults]
        return answer_json({"active": active, "known": known})

    async def switch_fault(self, request: Request) -> Response:
        """{"system": …, "fault": …, "options": {…}}."""
        body = await read_json(request) or {}
        try:
            self._gate().set_fault(str(body.get("system")), str(body.get("fault")), body.get("options") or {})
        except UnknownFaultError as error:
            return answer_json({"error": str(error)}, 400)
        return self.list_faults()

    def clear_faults(self) -> Response:
        self._gate().clear_faults()
        return self.list_faults()

    def count_requests(self) -> Response:
        counts = Counter((served.system, served.path) for served in self._gate().requests)
        rows = [{"system": s, "path": p, "count": n} for (s, p), n in sorted(counts.items())]
        return answer_json({"total": len(self._gate().requests), "by_path": rows})
