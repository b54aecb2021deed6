"""All played systems and the sandbox's own calls as one ASGI application."""

from importlib import import_module
from pkgutil import iter_modules

from fastapi import FastAPI

from sandbox import systems
from sandbox.control import build_control_router
from sandbox.faults import asking_habits, listing, paging_habits, refusal, rows, sites, transport, writing_habits
from sandbox.faults.gate import Gate
from sandbox.systems.lgsp import build_lgsp_router
from sandbox.world.state import World

FAULT_MODULES = (asking_habits, listing, paging_habits, refusal, rows, sites, transport, writing_habits)
SYSTEMS = tuple(import_module(f"{systems.__name__}.{module.name}") for module in iter_modules(systems.__path__))


def build_application(world: World) -> Gate:
    """Every module of `sandbox.systems` that has `build_router`, and the LGSP before them, behind the gate."""
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    for system in SYSTEMS:
        if hasattr(system, "build_router"):
            app.include_router(system.build_router(world))
    app.include_router(build_lgsp_router(world, app))
    app.include_router(build_control_router(world, lambda: gate))
    gate = Gate(app, world)
    return gate
