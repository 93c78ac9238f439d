"""The rules of ``security`` as ASGI middleware around the whole app, Gradio's routes included."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from contextvars import ContextVar
from typing import Any

from ui.web.security import (
    COSTLY,
    MEGABYTE,
    PROGRAM,
    TOKEN_HOLDER,
    Guard,
    Rate,
    TooMany,
    Tries,
    basic_of,
    bearer_of,
    is_served,
)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Refusal = tuple[int, str]
ADDRESS: ContextVar[str] = ContextVar("address", default="unknown")  # of whoever signs in, for Gradio's auth function
WRONG_CALL = b'"duration"', b"enough input values"  # in the JSON of a gr.Error of ours, and of a call of too few values
TOO_MANY = 429, "too many wrong tries; wait a minute"


class TooLarge(Exception):
    """A body grew beyond the limit while it was read."""


class Gate:
    """Lets through what the guard allows, refuses the rest in one line of JSON, and puts our headers on every reply.

    signed_in: whether a Cookie header is of somebody who signed in; cookie_for: makes such a header for a name, so
    that who comes with a password or the token is known to Gradio too.
    """

    def __init__(
        self,
        app: App,
        guard: Guard,
        tries: Tries,
        signed_in: Callable[[str], bool] = lambda cookies: False,
        cookie_for: Callable[[str], str] = lambda name: "",
    ) -> None:
        self.app, self._guard, self._tries = app, guard, tries
        self._signed_in, self._cookie_for = signed_in, cookie_for
        self._rate = Rate(guard.requests_a_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # nothing of ours speaks websocket
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        refused = self._refusal(scope, headers) or await self._unknown(scope, headers)
        if refused is not None:
            await self._refuse(scope, send, *refused)
            return
        counted = _Counted(receive, self._guard.upload_megabytes * MEGABYTE)
        answering, started = _Told(send), False

        async def sending(message: Message) -> None:
            nonlocal started
            if counted.too_large and not started:
                raise TooLarge  # whatever the app made of the broken-off body
            if message["type"] == "http.response.start":
                started = True
                if scope.get("citewell.stranger") and scope["path"] == "/":
                    message["status"] = 401  # Gradio's page to sign in at
                message["headers"] = self._with_ours(message.get("headers", []))
            await answering(message)

        try:
            await self.app(scope, counted, sending)
        except TooLarge:
            if not started:
                await self._refuse(scope, send, 413, self._too_large())

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> Refusal | None:
        address = str((scope.get("client") or ("unknown", 0))[0])
        ADDRESS.set(address)
        found = self._foreign(headers) or self._too_much(scope, headers, address)
        return found or (None if is_served(scope["path"]) else self._nothing(scope, headers))

    def _nothing(self, scope: Scope, headers: dict[str, str]) -> Refusal | None:
        """404 for what is not there; who has not signed in is not told which that is."""
        known = not self._guard.demands or self._signed_in(headers.get("cookie", "")) or headers.get("authorization")
        return (404, "there is nothing here") if known else (401, "sign in first, or send the bearer token")

    def _foreign(self, headers: dict[str, str]) -> Refusal | None:
        """Whether it comes by a name that is not ours, or from a page that is not ours."""
        host = headers.get("host", "")
        if not self._guard.host_allowed(host):
            return 421, "this server is not known by that name"
        if not self._guard.origin_allowed(headers.get("origin"), host):
            return 403, "requests from pages of other origins are refused"
        elsewhere = headers.get("sec-fetch-site") in ("cross-site", "same-site")  # the same site is another port
        if elsewhere and headers.get("sec-fetch-mode") != "navigate":
            return 403, "requests from pages of other sites are refused"
        return None

    def _too_much(self, scope: Scope, headers: dict[str, str], address: str) -> Refusal | None:
        """Whether the body is too large, or the address asks too often."""
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()) or int(length) > self._guard.upload_megabytes * MEGABYTE:
            return 413, self._too_large()
        if scope["method"] == "POST" and scope["path"].startswith(COSTLY) and not self._rate.take(address):
            return 429, "too many requests; wait a moment and try again"
        return None

    async def _unknown(self, scope: Scope, headers: dict[str, str]) -> Refusal | None:
        """Whether nobody that we know asks."""
        if not self._guard.demands or self._signed_in(headers.get("cookie", "")):
            return None
        try:
            name = await self._named(headers.get("authorization", ""), ADDRESS.get())
        except TooMany:
            return TOO_MANY
        if name is not None:
            scope["headers"] = [*scope["headers"], (b"cookie", self._cookie_for(name).encode())]
            return None
        path = scope["path"]
        scope["citewell.stranger"] = True
        signing_in = path in ("/login", "/login/") and scope["method"] == "POST"
        reading = scope["method"] in ("GET", "HEAD") and (path == "/" or path.startswith(PROGRAM))
        return None if signing_in or reading else (401, "sign in first, or send the bearer token")

    async def _named(self, authorization: str, address: str) -> str | None:
        """Who sends the credentials; None where they are nobody's."""
        token, pair, guard = bearer_of(authorization), basic_of(authorization), self._guard
        if token is not None and guard.token_fits(token):
            return TOKEN_HOLDER
        if token is not None:
            await self._tries.let("", address, lambda: False)
        if pair is not None and await self._tries.let(pair[0], address, lambda: guard.password_fits(*pair)):
            return pair[0]
        return None

    async def _refuse(self, scope: Scope, send: Send, status: int, why: str) -> None:
        body = json.dumps({"error": {"message": why, "code": status}, "detail": why}).encode()
        extra = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        if status == 429:
            extra.append((b"retry-after", b"5"))
        if status == 401:
            extra.append((b"www-authenticate", b"Bearer"))
        if status == 413:
            extra.append((b"connection", b"close"))  # nothing more of the body is read
        await send({"type": "http.response.start", "status": status, "headers": self._with_ours(extra)})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def _too_large(self) -> str:
        return f"at most {self._guard.upload_megabytes} MB can be sent at once"

    def _with_ours(self, headers: Any) -> list[tuple[bytes, bytes]]:
        ours = [(name.encode(), value.encode()) for name, value in self._guard.headers]
        names = {name for name, _ in ours}
        return [(name, value) for name, value in headers if name.lower() not in names] + ours


class _Counted:
    """The body of a request, broken off where it grows beyond the limit."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._left = receive, limit
        self.too_large = False

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.too_large = True
            raise TooLarge
        return message


class _Told:
    """Sends a reply on. What an event of Gradio's says was wrong with the call has status 400, where Gradio has 500."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 500:
            self._start = message
            return
        if self._start is not None:
            start, self._start = self._start, None
            said = any(one in message.get("body", b"") for one in WRONG_CALL)
            await self._send({**start, "status": 400} if said else start)
        await self._send(message)
