"""`python -m sandbox DATA_SET --port PORT`: the sandbox in the foreground."""

import argparse
import sys
from datetime import datetime

from sandbox.server import DEFAULT_DATA_SET, DEFAULT_PORT, SandboxPortError, serve
from sandbox.world.data_sets import DATA_SETS, UnknownDataSetError
from sandbox.world.state import Options


def _read_arguments() -> argparse.Namespace:
    names = ", ".join([*DATA_SETS, "size:N", "province:UNITSxN", "years:UNITS", "quiet:UNITS"])
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Three source systems played locally.")
    parser.add_argument("data_set", nargs="?", default=DEFAULT_DATA_SET, help=names)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 for any free one")
    parser.add_argument("--now", type=datetime.fromisoformat, help="the systems' clock, with zone")
    parser.add_argument("--page-size-cap", type=int, default=1_000, help="rows a page at most (one-stop shop)")
    parser.add_argument("--honour-zone", action="store_true", help="the one-stop shop reads zones in date filters")
    parser.add_argument("--keep-pages", action="store_true", help="write each page once, for benchmarks")
    return parser.parse_args()


def main() -> int:
    """Serve until stopped; 2 when the order cannot be carried out."""
    given = _read_arguments()
    options = Options(
        honour_zone=given.honour_zone,
        keep_pages=given.keep_pages,
        page_size_cap=given.page_size_cap,
    )
    try:
        serve(given.data_set, given.port, now=given.now, options=options)
    except (UnknownDataSetError, SandboxPortError, ValueError) as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
