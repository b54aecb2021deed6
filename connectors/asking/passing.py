"""Failures of one exchange that are worth another try now."""

from baocao.errors import SourcePartialError, SourceUnavailableError, SourceUnreachableError


class PassingError(SourceUnavailableError):
    """A failure worth another try now; `retry_after_s` is what the source asked for."""

    def __init__(self, source_code: str, unit_code: str, reason: str, retry_after_s: float | None = None) -> None:
        super().__init__(source_code, unit_code, reason)
        self.retry_after_s = retry_after_s


class NoConnectionError(PassingError, SourceUnreachableError):
    """Nobody answered."""


class CutAnswerError(PassingError, SourcePartialError):
    """The answer did not come to its end."""


class NotJsonError(PassingError):
    """The answer ended early or was a web page; after the last try it is a broken contract."""
