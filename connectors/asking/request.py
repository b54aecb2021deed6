"""A question to a source, and the answer that came."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from connectors.reading.minimising import Body


@dataclass(frozen=True)
class Request:
    """One question to a source. `noted` is what the payload's evidence says was asked: never a secret.

    `{unit}` in a path is where `unit` is sent; whatever is said or kept of a path has the mark, for a key may be a
    secret typed into the wrong place.
    `decode` makes of the answer's bytes what the caller reads, or raises orjson.JSONDecodeError.
    """

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: Any = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    noted: Mapping[str, Any] = field(default_factory=dict)
    unit: str = ""
    decode: Callable[[Body], Any] = field(default=orjson.loads, repr=False)

    @property
    def evidence(self) -> dict[str, Any]:
        return {"method": self.method, "path": self.path, **self.noted}


@dataclass(frozen=True)
class Answer:
    """What came back, decoded from its transfer encoding only."""

    status: int
    body: Body
