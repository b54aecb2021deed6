"""dlt's `rest_api` source on the same pages: `collect_dlt.py DESTINATION URL PAGE_SIZE …`, in its own environment.

At its best: rows cut down to the same eight fields before dlt normalises them, nothing nested into further tables. A
destination named with `*2` has them extracted into files of 20 000 rows and normalised by two processes.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

KEPT = (
    "code",
    "procedure",
    "procedureLevel",
    "applyMethod",
    "dossierStatus",
    "appliedDate",
    "acceptedDate",
    "completedDate",
)


def cut(row: dict[str, Any]) -> dict[str, Any]:
    """The eight fields this project keeps, flat."""
    kept = {name: row[name] for name in KEPT}
    for name in ("procedureLevel", "applyMethod", "dossierStatus"):
        kept[name] = (kept[name] or {}).get("id")
    kept["procedure"] = kept["procedure"]["code"]
    return kept


def run(destination: str, url: str, page_size: int, token: str, asked: dict[str, str], folder: str) -> int:
    """One load into an empty destination; returns the rows."""
    import dlt
    from dlt.sources.rest_api import rest_api_source

    targets = {
        "sqlite": lambda: dlt.destinations.sqlalchemy(f"sqlite:///{folder}/load.db"),
        "duckdb": lambda: dlt.destinations.duckdb(f"{folder}/load.duckdb"),
        "parquet": lambda: dlt.destinations.filesystem(f"file://{folder}/files"),
    }
    source = rest_api_source(
        {
            "client": {
                "base_url": url,
                "auth": {"type": "bearer", "token": token},
                "paginator": {"type": "page_number", "base_page": 0, "page_param": "page", "total_path": "totalPages"},
            },
            "resources": [
                {
                    "name": "dossiers",
                    "endpoint": {
                        "path": "/igate/pa/dossier/search",
                        "params": {"size": page_size, **asked},
                        "data_selector": "content",
                    },
                    "processing_steps": [{"map": cut}],
                }
            ],
        },
        max_table_nesting=0,
    )
    destination, _, workers = destination.partition("*")
    if workers:
        os.environ.update(NORMALIZE__WORKERS=workers, NORMALIZE__START_METHOD="spawn")
        os.environ["SOURCES__DATA_WRITER__FILE_MAX_ITEMS"] = "20000"
    pipeline = dlt.pipeline("bench", destination=targets[destination](), dataset_name="bench", pipelines_dir=folder)
    pipeline.run(source, loader_file_format="parquet" if destination != "sqlite" else None)
    return int(pipeline.last_trace.last_normalize_info.row_counts["dossiers"])


def main() -> None:
    destination, url, page_size, token, asked = sys.argv[1:]
    os.environ.update(RUNTIME__DLTHUB_TELEMETRY="false", RUNTIME__LOG_LEVEL="CRITICAL")
    with tempfile.TemporaryDirectory(prefix="bench-dlt-", dir=os.environ.get("BENCH_DIR")) as folder:
        os.environ["DLT_DATA_DIR"] = folder
        import dlt.sources.rest_api  # noqa: F401 - start-up is not counted, here as for the others

        started, started_cpu = time.perf_counter(), time.process_time()
        rows = run(destination, url, int(page_size), token, json.loads(asked), folder)
        took_s, cpu_s = time.perf_counter() - started, time.process_time() - started_cpu
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    peak_mb = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    print(json.dumps({"rows": rows, "s": took_s, "cpu_s": cpu_s, "peak_mb": peak_mb}))


if __name__ == "__main__":
    main()
