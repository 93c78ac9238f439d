"""An HTTP client for a model's server: our time-outs, no redirects, and an end to what never ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from index.errors import BadResponse, InputError
from rag.llms.base import Limits, estimate_tokens

LOOPBACK = ("localhost", "127.0.0.1", "::1")
MOST_BYTES = 16 * 2**20  # of one response; an answer of a few hundred tokens takes some hundred KiB as events


def checked_url(url: str) -> str:
    """The address of a server as --llm-url gives it, without a slash at its end."""
    try:
        parts = urlsplit(url if "//" in url else f"http://{url}")
        usable = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port)
    except ValueError:  # half an IPv6 address, or a port that is none
        usable = False
    if not usable:
        raise InputError(
            f"--llm-url must be an address such as http://127.0.0.1:8080/v1, not {url.partition('?')[0]!r}"
        )
    if parts.username or parts.password or parts.query:
        raise InputError("--llm-url must hold no user or password, and no query: put the key into CITEWELL_LLM_KEY")
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))


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


class OverHttp:
    """What the backends share that open a connection of their own for each request; ``abort`` cuts it."""

    def __init__(self, base: str | None, limits: Limits) -> None:
        self._base, self._limits = base, limits
        self._http: Any = None

    def count_tokens(self, text: str) -> int:
        """An estimate on the high side."""
        return estimate_tokens(text)

    def abort(self) -> None:
        """Cut the connection."""
        if self._http is not None:
            self._http.close()

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        self._http = http = http_client(self._base, self._limits)
        with http:
            yield http
