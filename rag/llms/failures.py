"""What went wrong with a model, in one line that a person can act on and that holds no key."""

from __future__ import annotations

import os
import re

from index.errors import BadResponse, CitewellError, ModelError, ModelUnavailable

TRANSIENT = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
REASONS = {
    400: "refused the request",
    401: "refused the key",
    402: "wants to be paid first",
    403: "refused access",
    404: "knows no such model or address",
    413: "found the prompt too long",
    429: "is asked too often or out of quota",
}
CONTEXT = re.compile(r"context|too (?:long|many tokens)|maximum.*tokens", re.IGNORECASE)
SECRET = re.compile(r"\b(sk|pk|key|gsk|hf|xai)[-_][A-Za-z0-9_\-*.]{6,}|Bearer\s+\S+", re.IGNORECASE)


class Transient(ModelUnavailable):
    """A failure that may pass: worth another try. after: the seconds that the server asks to wait, if it does."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


def redact(text: str) -> str:
    """The text without anything that looks like a key, and without the value of any key in the environment."""
    for name, value in os.environ.items():
        if len(value) >= 6 and re.search(r"KEY|TOKEN|SECRET|PASSWORD", name):
            text = text.replace(value, "***")
    return SECRET.sub("***", text)


def translate(name: str, error: BaseException) -> ModelError:
    """The error of any client library as one of ours. Transient where another try may help."""
    chain = _chain(error)
    own = next((e for e in chain if isinstance(e, CitewellError)), None)
    if own is not None:
        return own if isinstance(own, ModelError) else ModelUnavailable(f"{name}: {own}")
    status = next((s for e in chain if (s := _status(e)) is not None), None)
    if status is not None:
        return _by_status(name, status, error, chain)
    kinds = " ".join(type(e).__name__ for e in chain)
    if re.search("Timeout", kinds):
        return Transient(f"{name} did not answer in time")
    if re.search(r"RemoteProtocol|IncompleteRead|ReadError|StreamClosed", kinds):
        return Transient(f"{name} broke off the connection")
    if re.search(r"Connect|Connection|gaierror|SSL|Network", kinds):
        return Transient(f"{name} cannot be reached: is it running?")
    if re.search(r"JSONDecode|ResponseValidation|UnicodeDecode|DecodingError|ValidationError", kinds):
        return BadResponse(f"{name} answered what is not the protocol")
    if " at http" in name and re.search(r"TypeError|KeyError|AttributeError|IndexError", kinds):
        return BadResponse(f"{name} answered what is not the protocol")
    if isinstance(error, MemoryError):
        return ModelUnavailable(f"{name} needs more memory than there is")
    detail = one_line(_told(error, chain))
    return ModelUnavailable(f"{name} failed: {type(error).__name__}" + (f": {detail}" if detail else ""))


def _by_status(name: str, status: int, error: BaseException, chain: list[BaseException]) -> ModelError:
    if status < 400:
        return ModelUnavailable(f"{name} sends the question elsewhere (HTTP {status}): name that address instead")
    reason = REASONS.get(status, "failed" if status >= 500 else "refused the request")
    if status in TRANSIENT:
        after = _retry_after(chain)
        asks = f": it asks to wait {after:g} s" if after else ""
        return Transient(f"{name} {reason} (HTTP {status}){asks}", after)
    detail = "" if status in (401, 403) else one_line(_told(error, chain))
    if CONTEXT.search(detail):
        reason = "found the prompt too long for its context, whose size --llm-context tells"
    return ModelUnavailable(f"{name} {reason} (HTTP {status})" + (f": {detail}" if detail else ""))


def _told(error: BaseException, chain: list[BaseException]) -> str:
    """What the server itself said of the error; else what the client says of it."""
    for step in chain:
        body = getattr(step, "body", None)
        if body is None and (response := getattr(step, "response", None)) is not None:
            try:
                body = response.json()
            except (ValueError, RuntimeError):  # no JSON; or a body that was not read
                body = ""
        while isinstance(body, dict):
            body = body.get("error") or body.get("message") or ""
        if body is not None:
            return body if isinstance(body, str) else ""
    return str(error)


def _chain(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    step: BaseException | None = error
    while step is not None and step not in found:
        found.append(step)
        step = step.__cause__ or step.__context__
    return found


def _status(error: BaseException) -> int | None:
    for holder in (error, getattr(error, "response", None)):
        value = getattr(holder, "status_code", None)
        if isinstance(value, int) and value >= 300:
            return value
    return None


def _retry_after(chain: list[BaseException]) -> float | None:
    for error in chain:
        headers = getattr(getattr(error, "response", None), "headers", None)
        value = headers.get("retry-after", "") if headers is not None else ""
        if re.fullmatch(r"\d+(\.\d+)?", value or ""):
            return float(value)
    return None


def one_line(text: str, longest: int = 160) -> str:
    """The text as one line without markup and keys, cut where it is long."""
    text = re.sub(r"<[^>]*>", " ", redact(text))
    text = "".join(c if c.isprintable() else " " for c in text)
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"
