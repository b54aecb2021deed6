"""The floor: a page of the same framework with one question to the same database. `python -m benchmarks.desk_floor URL`

Nobody signs in, nothing is guarded, and the page says one name. It prints its port.
"""

import sys

import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from jinja2 import DictLoader, Environment
from sqlalchemy import select

from baocao.store.database.opening import Database, open_database
from baocao.store.tables.people_rows import PersonRow
from flows.engine.process import listen

PAGE = "<!doctype html><html lang='vi'><title>Sàn</title><p>{{ person.name }}</p></html>"


def make_floor(database: Database) -> FastAPI:
    app = FastAPI(openapi_url=None)
    templates = Environment(loader=DictLoader({"page": PAGE}), autoescape=True)

    @app.get("/{code}", response_class=HTMLResponse)
    def show(code: str) -> HTMLResponse:
        with database.reading() as session:
            person = session.scalars(select(PersonRow).where(PersonRow.person_code == code)).one()
            return HTMLResponse(templates.get_template("page").render(person=person))

    return app


def main() -> None:
    with open_database(sys.argv[1]) as database, listen("127.0.0.1", 0) as listener:
        print(listener.getsockname()[1], flush=True)
        config = uvicorn.Config(make_floor(database), log_config=None, access_log=False, server_header=False)
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
