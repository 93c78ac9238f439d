"""The rules of ``security`` as ASGI middleware around the whole app, Gradio's routes included."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from ui.web.security import COSTLY, HEADERS, MEGABYTE, Guard, Logins, Rate, is_served, permitted

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Refusal = tuple[int, str]
LOGIN_COOKIE = "citewell-login"


class TooLarge(Exception):
    """A body grew beyond the limit while it was read."""


class Gate:
    """Lets through what the guard allows, refuses the rest in one line of JSON, and puts our headers on every reply."""

    def __init__(self, app: App, guard: Guard, logins: Logins, sign_in: Callable[[], bytes]) -> None:
        self._app, self._guard, self._logins, self._sign_in = app, guard, logins, sign_in
        self._rate, self._tries = Rate(guard.requests_a_minute), Rate(guard.tries_a_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # nothing of ours speaks websocket
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        refused = self._refusal(scope, headers)
        if refused is not None:
            await self._refuse(scope, headers, send, *refused)
            return
        counted = _Counted(receive, self._guard.upload_megabytes * MEGABYTE)
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if counted.too_large and not started:
                raise TooLarge  # whatever the app made of the broken-off body
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = _with_ours(message.get("headers", []))
            await send(message)

        try:
            await self._app(scope, counted, sending)
        except TooLarge:
            if not started:
                await self._refuse(scope, headers, send, 413, self._too_large())

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> Refusal | None:
        address = (scope.get("client") or ("unknown", 0))[0]
        found = self._foreign(headers) or self._too_much(scope, headers, address)
        found = found or self._unknown(scope, headers, address)
        return found or (None if is_served(scope["path"]) else (404, "there is nothing here"))

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
        if not length.isdigit() or int(length) > self._guard.upload_megabytes * MEGABYTE:
            return 413, self._too_large()
        if scope["method"] == "POST" and scope["path"].startswith(COSTLY) and not self._rate.take(address):
            return 429, "too many requests; wait a moment and try again"
        return None

    def _unknown(self, scope: Scope, headers: dict[str, str], address: str) -> Refusal | None:
        """Whether nobody that we know asks; who guesses passwords or tokens is let try a few times a minute."""
        path, given = scope["path"], headers.get("authorization", "")
        signing_in = path == "/login" and scope["method"] == "POST"
        if self._guard.demands and (given or signing_in) and not self._tries.take(address, cost=int(signing_in)):
            return 429, "too many tries to sign in; wait a minute"
        if signing_in or path == "/app/login.css":
            return None
        if permitted(self._guard, self._logins, given, cookie_of(headers, LOGIN_COOKIE)):
            return None
        if given:
            self._tries.take(address)
        return 401, "sign in first, or send the bearer token"

    async def _refuse(self, scope: Scope, headers: dict[str, str], send: Send, status: int, why: str) -> None:
        body = json.dumps({"error": {"message": why, "code": status}, "detail": why}).encode()
        kind = b"application/json"
        if status == 401 and scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
            body, kind = self._sign_in(), b"text/html; charset=utf-8"
        extra = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        if status == 429:
            extra.append((b"retry-after", b"5"))
        if status == 401 and kind == b"application/json":
            extra.append((b"www-authenticate", b"Bearer"))
        await send({"type": "http.response.start", "status": status, "headers": _with_ours(extra)})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def _too_large(self) -> str:
        return f"at most {self._guard.upload_megabytes} MB can be sent at once"


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


def cookie_of(headers: dict[str, str], name: str) -> str:
    """The value of a cookie; "" where there is none."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def _with_ours(headers: Any) -> list[tuple[bytes, bytes]]:
    ours = [(name.encode(), value.encode()) for name, value in HEADERS]
    names = {name for name, _ in ours}
    return [(name, value) for name, value in headers if name.lower() not in names] + ours
