"""Every error a run can end with, and the exit code the command line gives for it.

BaocaoError                          1
├── ConfigError                      2   a person edits a file
├── SourceError                     10   one source system failed for one unit
│   ├── SourceUnavailableError      11   time may heal it: it answered with an error of its own, or has nothing yet
│   │   ├── SourceUnreachableError       no connection, or no answer in time
│   │   └── SourcePartialError           it answered with a part only
│   ├── SourceRejectedError         12   a person renews access
│   └── SourceContractError         13   a developer changes the connector
├── DamagedError (baocao.store)     14   something kept is missing or was changed
├── ChecksFailedError               20   the data's owner decides
├── ReleaseError                    21   locked, leased or not approved
├── UnreadableFormError             22   the document given is not a form we know
├── DeliveryError                   30   retry the delivery alone
├── EngineError                     40   of serve, deploy, worker: no workflow engine
└── ReaderGoneError                141   nobody reads what is shown any more
"""

from typing import Self


class BaocaoError(Exception):
    """Base of all errors raised on purpose; `exit_code` is what the command line returns."""

    exit_code = 1


class ConfigError(BaocaoError):
    """A file a person edits is wrong; the text names file, key and what is allowed."""

    exit_code = 2


class SourceError(BaocaoError):
    """One source system failed for one unit; the text never holds a row's content or a secret."""

    exit_code = 10

    def __init__(self, source_code: str, unit_code: str, reason: str) -> None:
        super().__init__(f"{source_code} ({unit_code}): {reason}")
        self.source_code = source_code
        self.unit_code = unit_code
        self.reason = reason

    def __reduce__(self) -> tuple[type["SourceError"], tuple[str, str, str]]:
        return type(self), (self.source_code, self.unit_code, self.reason)


class SourceUnavailableError(SourceError):
    """Time may heal it: 429, 5xx, an error in its answer, nothing there yet."""

    exit_code = 11


class SourceUnreachableError(SourceUnavailableError):
    """No connection, or no answer in time."""


class SourcePartialError(SourceUnavailableError):
    """It answered, and not with all: the connection was cut, or a list does not add up to its total."""


class SourceRejectedError(SourceError):
    """The source refuses our access: wrong password, revoked account, no right."""

    exit_code = 12


class SourceContractError(SourceError):
    """The answer is not of the shape the connector was written for."""

    exit_code = 13


class ChecksFailedError(BaocaoError):
    """A critical check failed: a draft was written, nothing may be released."""

    exit_code = 20


class ReleaseError(BaocaoError):
    """The release rules forbid it; the text names the rule, since when, and who can lift it."""

    exit_code = 21

    @classmethod
    def by_rule(cls, rule: str, said: str, since: str, lifted_by: str) -> Self:
        return cls(f"{said} Quy tắc: {rule}, có từ {since}. Người có quyền gỡ: {lifted_by}.")


class UnreadableFormError(BaocaoError):
    """The document given is not a form we know."""

    exit_code = 22


class DeliveryError(BaocaoError):
    """The form is made but was not handed over."""

    exit_code = 30


class EngineError(BaocaoError):
    """The workflow engine's server did not start or does not answer."""

    exit_code = 40


class ReaderGoneError(BaocaoError):
    """Nobody reads what is shown any more: 128 + SIGPIPE, as of any program whose reader went."""

    exit_code = 141
