"""The three systems and the sandbox's own calls as one ASGI application."""

from fastapi import FastAPI

from sandbox.control import build_control_router
from sandbox.faults import habits as faults_habits
from sandbox.faults import listing as faults_listing
from sandbox.faults import refusal as faults_refusal
from sandbox.faults import rows as faults_rows
from sandbox.faults import transport as faults_transport
from sandbox.faults.gate import Gate
from sandbox.systems.documents_axis import build_axis_router
from sandbox.systems.documents_qlvb import build_documents_router
from sandbox.systems.igate_online_report import build_online_report_router
from sandbox.systems.lgsp import build_lgsp_router
from sandbox.systems.one_stop_igate import build_one_stop_router
from sandbox.systems.one_stop_opencps import build_opencps_router
from sandbox.systems.one_stop_tandan import build_tandan_router
from sandbox.systems.portal_dvcqg import build_portal_router
from sandbox.systems.portal_evaluation import build_evaluation_router
from sandbox.world.state import World

FAULT_MODULES = (faults_habits, faults_listing, faults_refusal, faults_rows, faults_transport)


def build_application(world: World) -> Gate:
    """The application behind its gate."""
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    app.include_router(build_documents_router(world))
    app.include_router(build_one_stop_router(world))
    app.include_router(build_portal_router(world))
    app.include_router(build_axis_router(world))
    app.include_router(build_evaluation_router(world))
    app.include_router(build_online_report_router(world))
    app.include_router(build_opencps_router(world))
    app.include_router(build_tandan_router(world))
    app.include_router(build_lgsp_router(world, app))
    app.include_router(build_control_router(world, lambda: gate))
    gate = Gate(app, world)
    return gate
