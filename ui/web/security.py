"""Who may talk to the app: host, origin, credentials, size and rate, checked before anything else sees a request."""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
import secrets
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

MEGABYTE = 1024 * 1024
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
LOGIN_HOURS = 12
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    ("content-security-policy", CONTENT_POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
)
# Gradio serves far more than we use (pages of its own, file routes, proxies); what is not named here is not there.
GRADIO = tuple(
    f"/gradio_api/{route}"
    for route in (
        "info",
        "openapi.json",
        "call",
        "queue",
        "run",
        "api",
        "heartbeat",
        "cancel",
        "reset",
        "mcp",
        "app_id",
    )
)
OPEN_PREFIXES = ("/app/", "/page/", "/v1/", *GRADIO)
OPEN_PATHS = ("/", "/login", "/logout", "/config", "/favicon.ico")
COSTLY = (
    "/gradio_api/call",
    "/gradio_api/queue/join",
    "/gradio_api/run",
    "/gradio_api/api",
    "/gradio_api/mcp",
    "/v1/chat",
    "/page/library",
    "/login",
)


@dataclass(frozen=True, slots=True)
class Guard:
    """The rules. users: name to password; token: the bearer token of programs; hosts: names that Host may hold.

    Without users and token everybody who reaches the port is let in, which is why that is only for loopback.
    """

    users: Mapping[str, str] = field(default_factory=dict)
    token: str | None = None
    hosts: frozenset[str] = frozenset(LOOPBACK_NAMES)
    any_address: bool = False
    upload_megabytes: int = 20
    requests_a_minute: int = 600
    tries_a_minute: int = 10

    def host_allowed(self, header: str) -> bool:
        """Whether a Host header names this server; any IP address does where the app is exposed on purpose."""
        name = host_name(header)
        if name in self.hosts:
            return True
        return self.any_address and (is_address(name) or name == socket.gethostname().lower())

    def origin_allowed(self, origin: str | None, host: str) -> bool:
        """Whether the page that sends the request is ours: no Origin (no browser), or one of the same host and port."""
        return origin is None or origin.partition("://")[2].lower() == host.lower()

    def password_fits(self, name: str, password: str) -> bool:
        """Whether name and password belong together; takes the same time for an unknown name."""
        expected = self.users.get(name, secrets.token_hex(8))
        return hmac.compare_digest(expected.encode(), password.encode()) and name in self.users

    @property
    def demands(self) -> bool:
        """Whether one must sign in or send the token."""
        return bool(self.users) or self.token is not None


def host_name(header: str) -> str:
    """The name in a Host header, without the port and the brackets of IPv6."""
    header = header.strip().lower()
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.rpartition(":")[0] if header.count(":") == 1 else header


def is_address(name: str) -> bool:
    """Whether a host name is an IP address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


class Logins:
    """Who is signed in: unguessable cookies that expire."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    def add(self) -> str:
        """Sign somebody in: the value of the cookie."""
        now = self._clock()
        self._until = {cookie: until for cookie, until in self._until.items() if until > now}
        cookie = secrets.token_urlsafe(24)
        self._until[cookie] = now + LOGIN_HOURS * 3600
        return cookie

    def drop(self, cookie: str) -> None:
        """Sign out."""
        self._until.pop(cookie, None)

    def valid(self, cookie: str) -> bool:
        """Whether the cookie is one of ours and has not expired."""
        return self._until.get(cookie, 0) > self._clock()


class Rate:
    """A token bucket for each address."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_minute, self._clock = a_minute, clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, address: str, cost: float = 1) -> bool:
        """Whether one more request of this address is within the limit; with no cost it is only asked."""
        now = self._clock()
        if len(self._buckets) > 10_000:
            self._buckets = {a: b for a, b in self._buckets.items() if now - b[1] < 60}
        left, seen = self._buckets.get(address, (float(self._a_minute), now))
        left = min(float(self._a_minute), left + (now - seen) * self._a_minute / 60)
        self._buckets[address] = (left - cost if left >= 1 else left, now)
        return left >= 1


def permitted(guard: Guard, logins: Logins, authorization: str, login: str) -> bool:
    """Whether the credentials of a request let it in: a signed-in cookie, Basic, or the bearer token."""
    if not guard.demands or (login and logins.valid(login)):
        return True
    kind, _, value = authorization.partition(" ")
    if kind.lower() == "bearer" and guard.token is not None:
        return hmac.compare_digest(guard.token.encode(), value.strip().encode())
    if kind.lower() == "basic":
        try:
            name, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        return guard.password_fits(name, password)
    return False


def is_served(path: str) -> bool:
    """Whether the app has anything at a path."""
    return path in OPEN_PATHS or path.startswith(OPEN_PREFIXES)
