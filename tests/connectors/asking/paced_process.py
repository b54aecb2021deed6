"""One process that asks a source at its pace and prints when it did: `python -m tests.connectors.asking.paced_process …`."""

import sys
import time

from baocao.store.database.opening import open_database
from baocao.store.leasing.rate_limits import StoredRateLimits
from connectors.asking.pace import Pace


def main() -> None:
    url, per_s, at_once, times, takes_s = sys.argv[1:]
    with open_database(url) as database:
        pace = Pace("one_stop", float(per_s), int(at_once), StoredRateLimits(database), ttl_s=5)
        print("ready", flush=True)
        sys.stdin.readline()
        for _ in range(int(times)):
            with pace:
                begun = time.monotonic()
                time.sleep(float(takes_s))
                print(begun, time.monotonic(), flush=True)
        pace.rest()


if __name__ == "__main__":
    main()
