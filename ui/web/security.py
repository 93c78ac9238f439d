"""Who may talk to the app: host, origin, credentials, size and rate, checked before anything else sees a request."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import ipaddress
import re
import secrets
import socket
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

MEGABYTE = 1024 * 1024
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
TOKEN_HOLDER = "token"  # the name of whoever comes with the bearer token
PAUSE = 1.0  # seconds that each further try waits, one after the other, once there were too many wrong ones
LINE = 10  # tries that may wait so
HOST = re.compile(r"(?P<name>\[[0-9a-f:.]{2,45}\]|[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)(?::\d{1,5})?")
# Gradio's front end brings inline scripts and makes functions of its templates; no other host is ever let in.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self'; font-src 'self' data:; media-src 'self' blob:; "
    "worker-src 'self' blob:; manifest-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors {frames}"
)
# Gradio serves far more than we use (proxies, monitoring, recordings); what is not named here is not there.
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
        "upload",
        "upload_progress",
        "startup-events",
        "dev",
    )
)
PROGRAM = ("/assets/", "/static/", "/svelte/", "/theme.css", "/favicon.ico", "/manifest.json", "/pwa_icon")
OPEN_PATHS = ("/", "/login", "/login/", "/logout", "/config")
POSTS = ("call", "run", "api", "mcp", "queue/join", "upload")
COSTLY = ("/v1/chat", "/login", *(f"/gradio_api/{one}" for one in POSTS))


@dataclass(frozen=True, slots=True)
class Guard:
    """The rules. users: name to password; token: the bearer token of programs; hosts: names that Host may hold.

    Without users and token everybody who reaches the port is let in, which is why that is only for loopback.
    embed: whether pages of other sites may frame the chat.
    """

    users: Mapping[str, str] = field(default_factory=dict)
    token: str | None = None
    hosts: frozenset[str] = frozenset(LOOPBACK_NAMES)
    any_address: bool = False
    embed: bool = False
    upload_megabytes: int = 20
    requests_a_minute: int = 1200
    tries_a_minute: int = 10

    def host_allowed(self, header: str) -> bool:
        """Whether a Host header names this server; any IP address does where the app is exposed on purpose."""
        name = host_name(header)
        if name is None:
            return False
        return name in self.hosts or (self.any_address and (is_address(name) or name == socket.gethostname().lower()))

    def origin_allowed(self, origin: str | None, host: str) -> bool:
        """Whether the page that sends the request is ours: no Origin (no browser), or one of the same host and port."""
        return origin is None or origin.partition("://")[2].lower() == host.lower()

    def password_fits(self, name: str, password: str) -> bool:
        """Whether name and password belong together; takes the same time for an unknown name."""
        expected = self.users.get(name, secrets.token_hex(8))
        return hmac.compare_digest(expected.encode(), password.encode()) and name in self.users

    def token_fits(self, given: str) -> bool:
        """Whether it is the bearer token."""
        return self.token is not None and hmac.compare_digest(self.token.encode(), given.encode())

    @property
    def demands(self) -> bool:
        """Whether one must sign in or send the token."""
        return bool(self.users) or self.token is not None

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """What goes on every reply."""
        shared = (
            ("content-security-policy", CONTENT_POLICY.format(frames="*" if self.embed else "'none'")),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        )
        alone = (("x-frame-options", "DENY"), ("cross-origin-opener-policy", "same-origin"))
        return shared if self.embed else (*shared, *alone)


def host_name(header: str) -> str | None:
    """The name in a Host header, without the port and the brackets of IPv6; None where it is no such header."""
    found = HOST.fullmatch(header.lower())
    return found["name"].strip("[]") if found else None


def is_address(name: str) -> bool:
    """Whether a host name is an IP address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


class Rate:
    """A token bucket for each name."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_minute, self._clock = a_minute, clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, name: str, cost: float = 1) -> bool:
        """Whether one more is within the limit; with no cost it is only asked."""
        now = self._clock()
        if len(self._buckets) > 10_000:
            self._buckets = {a: b for a, b in self._buckets.items() if now - b[1] < 60}
        left, seen = self._buckets.get(name, (float(self._a_minute), now))
        left = min(float(self._a_minute), left + (now - seen) * self._a_minute / 60)
        self._buckets[name] = (left - cost if left >= 1 else left, now)
        return left >= 1


class TooMany(Exception):
    """So many tries wait already that this one is turned away."""


class Tries:
    """Slows guessing down, without locking anybody out.

    Wrong tries are counted by account and address. Once there were too many, each further try for that account from
    that address waits its turn and a pause; what is right is let in all the same, and other addresses notice nothing.
    """

    def __init__(self, a_minute: int, pause: float = PAUSE) -> None:
        self._wrong, self._pause = Rate(a_minute), pause
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waiting: defaultdict[str, int] = defaultdict(int)

    async def let(self, account: str, address: str, fits: Callable[[], bool]) -> bool:
        """Whether it fits; TooMany where too many wait. What fits where nothing was tried before never waits."""
        name = f"{account[:100]}@{address}"
        if not self._wrong.take(name, cost=0):
            await self._turn(name)
        if fits():
            return True
        self._wrong.take(name)
        return False

    async def _turn(self, name: str) -> None:
        if self._waiting[name] >= LINE:
            raise TooMany
        self._waiting[name] += 1
        try:
            async with self._turns[name]:
                await asyncio.sleep(self._pause)
        finally:
            self._waiting[name] -= 1
            if not self._waiting[name]:
                del self._waiting[name]
                self._turns.pop(name, None)


def basic_of(authorization: str) -> tuple[str, str] | None:
    """Name and password of HTTP Basic; None where it holds none."""
    kind, _, value = authorization.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return name, password


def bearer_of(authorization: str) -> str | None:
    """The token of a bearer; None where there is none."""
    kind, _, value = authorization.partition(" ")
    return value.strip() if kind.lower() == "bearer" else None


def is_served(path: str) -> bool:
    """Whether the app has anything at a path."""
    named = any(path == one or path.startswith(f"{one}/") for one in GRADIO)
    return named or path in OPEN_PATHS or path.startswith(("/v1/", "/gradio_api/file=", *PROGRAM))
