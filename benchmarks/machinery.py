"""What we wrote ourselves beside the plain way: `python -m benchmarks.machinery [records|decoding|asking|slots]…`.

The ways of one case take turns in one run and are told in processor time, so that a busy machine slows all of them
alike; memory is that of a process of its own for each way. docs/decisions.md says what was decided on these figures.
"""

import sys
from collections.abc import Callable, Mapping

from benchmarks.machinery_asking import compare_asking
from benchmarks.machinery_reading import compare_decoding, compare_records
from benchmarks.machinery_slots import compare_slots

CASES: Mapping[str, Callable[[], None]] = {
    "records": compare_records,
    "decoding": compare_decoding,
    "asking": compare_asking,
    "slots": compare_slots,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or CASES:
        print(f"\n{name}")
        CASES[name]()
