"""A token is renewed before it expires, and once when the source says it is dead."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any

from baocao.references import remember_secret
from connectors.asking.http import SourceClient
from connectors.asking.request import Answer, Request

EARLY_S = 30.0


@dataclass(frozen=True)
class Token:
    """A credential the source lent us; `lasts_s` is None where it does not say."""

    value: str = field(repr=False)
    lasts_s: float | None = None


class TokenSession:
    """Asks with a token that is always fresh.

    `sign_in` fetches a token; `is_refused` recognises, in a decoded answer, that the token is dead.
    """

    def __init__(
        self,
        client: SourceClient,
        sign_in: Callable[[], Token],
        is_refused: Callable[[Any, Answer], bool],
    ) -> None:
        self._client = client
        self._sign_in = sign_in
        self._is_refused = is_refused
        self._token: Token | None = None
        self._stale_at = 0.0
        self._lock = Lock()

    def ask(self, make_request: Callable[[str], Request]) -> tuple[Any, Answer, Request]:
        """Ask with the token; on a refusal sign in once more and ask again; raise SourceRejectedError after that."""
        for _ in range(2):
            token = self._fresh_token()
            request = make_request(token.value)
            content, answer = self._client.ask(request)
            if not self._is_refused(content, answer):
                return content, answer, request
            self._drop(token)
        raise self._client.rejected("hệ thống từ chối mã truy cập (token) vừa cấp")

    def _fresh_token(self) -> Token:
        """Threads that find the token dead wait for the one that signs in."""
        with self._lock:
            if self._token is None or monotonic() >= self._stale_at:
                self._token = self._sign_in()
                remember_secret(self._token.value)
                lasts_s = self._token.lasts_s
                early_s = min(EARLY_S, lasts_s / 5) if lasts_s else 0.0
                self._stale_at = monotonic() + lasts_s - early_s if lasts_s else float("inf")
            return self._token

    def _drop(self, refused: Token) -> None:
        """Unless another thread has signed in since."""
        with self._lock:
            if self._token is refused:
                self._token = None
