"""An HTTP client for a model's server: our time-outs, no redirects, and an end to what never ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from index.errors import BadResponse
from rag.llms.base import Limits

LOOPBACK = ("localhost", "127.0.0.1", "::1")
MOST_BYTES = 16 * 2**20  # of one response; an answer of a few hundred tokens takes some hundred KiB as events


def http_client(base: str | None, limits: Limits) -> Any:
    """A client for the server at ``base``. To this machine it goes straight, whatever proxy is set.

    It follows no redirect, so that questions and keys go to the named address alone.
    """
    import httpx

    direct = base is not None and urlsplit(base).hostname in LOOPBACK
    timeout = httpx.Timeout(limits.silence + 1, connect=limits.connect)
    return httpx.Client(
        timeout=timeout,
        trust_env=not direct,
        follow_redirects=False,
        headers={"accept-encoding": "identity"},
        event_hooks={"response": [_cap]},
    )


def _cap(response: Any) -> None:
    """Have the response end with an error when it has sent too much, or what would be more when unpacked."""
    from httpx import SyncByteStream

    if response.headers.get("content-encoding", "identity") != "identity":
        raise BadResponse(f"{response.url} sends packed what was asked for plain")

    class Capped(SyncByteStream):
        """The body, counted."""

        def __init__(self, body: Any) -> None:
            self._body = body

        def __iter__(self) -> Iterator[bytes]:
            seen = 0
            for piece in self._body:
                seen += len(piece)
                if seen > MOST_BYTES:
                    raise BadResponse(f"{response.url} sends without end")
                yield piece

        def close(self) -> None:
            self._body.close()

    response.stream = Capped(response.stream)
