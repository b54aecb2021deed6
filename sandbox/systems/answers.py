"""Ready-made HTTP answers in JSON, the same bytes for the same content."""

from typing import Any

import orjson
from fastapi import Request, Response

JSON = "application/json;charset=UTF-8"


def answer_json(content: Any, status: int = 200) -> Response:
    """Content as JSON."""
    return Response(orjson.dumps(content), status_code=status, headers={"content-type": JSON})


def answer_bytes(content: bytes) -> Response:
    """JSON that is already bytes."""
    return Response(content, headers={"content-type": JSON})


async def read_json(request: Request) -> dict[str, Any] | None:
    """The request's JSON object, or None when it is none."""
    try:
        body = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        return None
    return body if isinstance(body, dict) else None
