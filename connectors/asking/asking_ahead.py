"""The next pages are asked while the last one is read: as many at once as the source's pace allows, taken in order.

Nothing is asked beyond the page the source's own total leads one to expect.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Generic, Self, TypeVar

AHEAD_BYTES = 2 * 1024 * 1024
Page = TypeVar("Page")


class PagesAhead(Generic[Page]):
    """Pages by number; use as a context manager. What is still being asked when it is left is left to itself."""

    def __init__(self, ask: Callable[[int], Page], at_once: int) -> None:
        self._ask = ask
        self._at_once = at_once
        self._asked: dict[int, Future[Page]] = {}
        self._wanted = threading.Condition()
        self._waiting: list[tuple[int, Future[Page]]] = []
        self._is_over = False
        self._threads = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._wanted:
            self._is_over = True
            self._waiting.clear()
            self._wanted.notify_all()

    def take(self, page: int, last: int, answer_bytes: int) -> Page:
        """The page; raise what asking for it raised. Those after it, up to `last`, are asked meanwhile.

        `answer_bytes` is the size of the page before: large ones are asked one at a time, not to hold them all.
        """
        at_once = min(self._at_once, last - page + 1, AHEAD_BYTES // max(answer_bytes, 1))
        if at_once <= 1 and not self._asked:
            return self._ask(page)
        for number in range(page, page + max(at_once, 1)):
            if number not in self._asked:
                self._asked[number] = self._submit(number)
        return self._asked.pop(page).result()

    def _submit(self, page: int) -> Future[Page]:
        future: Future[Page] = Future()
        with self._wanted:
            self._waiting.append((page, future))
            self._wanted.notify()
        if self._threads < self._at_once:
            self._threads += 1
            threading.Thread(target=self._work, name=f"baocao-ask-{self._threads}", daemon=True).start()
        return future

    def _work(self) -> None:
        while True:
            with self._wanted:
                self._wanted.wait_for(lambda: self._waiting or self._is_over)
                if self._is_over:
                    return
                page, future = self._waiting.pop(0)
            try:
                future.set_result(self._ask(page))
            except BaseException as error:  # noqa: BLE001 - raised where the page is taken
                future.set_exception(error)
