"""Pages from a server, politely: one at a time, with pauses, patience and a name; each is kept until all are there."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from index.errors import ReadError

KEPT_HALF = 24 * 3600.0  # seconds for which the pages of an unfinished fetch are used again
KEPT_WHOLE = 3600.0
MAX_PAGE = 50 * 2**20
_PATIENT = (429, 500, 502, 503, 504)


class _Again(Exception):
    """The server was busy, or what came was cut: worth another try. wait: seconds that it asked for."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


class Http:
    """One source's pages. folder: where they are kept; pause: seconds between two requests.

    A page that is kept is not asked for again: a fetch that was killed goes on where it stood.
    """

    def __init__(
        self, folder: Path, pause: float, *, timeout: float = 30.0, tries: int = 5, backoff: float = 1.0
    ) -> None:
        self._folder, self._pause, self._tries, self._backoff = folder, pause, tries, backoff
        email = os.environ.get("CITEWELL_EMAIL", "")
        agent = f"citewell/{version('citewell')}" + (f" (mailto:{email})" if email else "")
        self._client = httpx.Client(
            timeout=timeout, headers={"user-agent": agent}, follow_redirects=True, max_redirects=5
        )
        self._last = 0.0
        self._prepare()

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def done(self) -> None:
        """All pages are there; they serve again for a while."""
        (self._folder / "whole").touch()

    def get(
        self,
        url: str,
        params: Mapping[str, str | int] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        whole: Callable[[str], bool] = bool,
    ) -> str:
        """The text of a page. ``whole`` tells a page that is complete; one that is not is asked for again."""
        request = self._client.build_request("GET", url, params=params, headers=headers)
        kept = self._folder / hashlib.sha256(str(request.url).encode()).hexdigest()
        if kept.is_file():
            return kept.read_text(encoding="utf8")
        retrying = Retrying(
            stop=stop_after_attempt(self._tries), wait=self._wait, reraise=True, retry=retry_if_exception_type(_Again)
        )
        try:
            text = retrying(self._ask, request, whole)
        except _Again as error:
            raise ReadError(f"{request.url.host}: {error}; what came so far is kept, run it again to go on") from error
        (self._folder / "whole").unlink(missing_ok=True)  # a wider fetch goes on from a narrower one
        unfinished = kept.with_suffix(".part")
        unfinished.write_text(text, encoding="utf8")
        unfinished.rename(kept)
        return text

    def _ask(self, request: httpx.Request, whole: Callable[[str], bool]) -> str:
        time.sleep(max(0.0, self._last + self._pause - time.monotonic()))
        try:
            with_body = self._client.send(request, stream=True)
            try:
                data = bytearray()
                for piece in with_body.iter_bytes():
                    data += piece
                    if len(data) > MAX_PAGE:
                        raise ReadError(f"{request.url.host} sent more than {MAX_PAGE / 2**20:.0f} MB for one page")
            finally:
                with_body.close()
        except httpx.TooManyRedirects as error:
            raise ReadError(f"{request.url.host} redirects without end") from error
        except httpx.TransportError as error:
            raise _Again(f"no answer ({type(error).__name__})") from error
        finally:
            self._last = time.monotonic()
        if with_body.status_code in _PATIENT:
            after = with_body.headers.get("retry-after", "")
            raise _Again(f"status {with_body.status_code}", float(after) if after.isdigit() else 0.0)
        text = data.decode(with_body.encoding or "utf-8", errors="replace")
        if with_body.status_code >= 400:
            raise ReadError(f"{request.url.host} refused the query: status {with_body.status_code}")
        if not whole(text):
            raise _Again("a page that is empty or cut")
        return text

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait if isinstance(error, _Again) else 0.0
        return float(min(60.0, max(asked, self._backoff * 2 ** (state.attempt_number - 1))))

    def _prepare(self) -> None:
        """The folder, without the pages of a fetch that is too old to be gone on with."""
        self._folder.mkdir(parents=True, exist_ok=True)
        pages = list(self._folder.iterdir())
        oldest = min((page.stat().st_mtime for page in pages), default=time.time())
        kept = KEPT_WHOLE if (self._folder / "whole").exists() else KEPT_HALF
        if time.time() - oldest > kept:
            for page in pages:
                page.unlink(missing_ok=True)
