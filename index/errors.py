"""The exceptions that citewell raises. Each message says what is wrong, where, and what to do.

CitewellError
├── InputError            what was given cannot be used: a path, a filter, a question, a gold set
│   └── ReadError         a file cannot be read as papers
├── IndexProblem          the index cannot serve
│   ├── IndexMissing      there is none at that place
│   ├── IndexBusy         another process is writing to it
│   ├── IndexMismatch     it was built with another model, chunking or version
│   ├── IndexDamaged      its file cannot be read
│   └── UnknownPaper      no paper of that id is in it
├── MissingExtra          an optional dependency is not installed; the message names the extra
├── UnknownName           a name that no provider, metric or setting has; the message lists the valid ones
└── ModelError            an embedding model, an LLM or a scorer failed
    ├── ModelUnavailable  it cannot be reached or loaded
    └── BadResponse       it answered what cannot be used
"""

from __future__ import annotations


class CitewellError(Exception):
    """Anything that citewell raises on purpose. The command line prints it as one line and exits with 1."""


class InputError(CitewellError):
    """What was given cannot be used."""


class ReadError(InputError):
    """A file cannot be read as papers."""


class IndexProblem(CitewellError):
    """The index cannot serve."""


class IndexMissing(IndexProblem):
    """There is no index at that place."""


class IndexBusy(IndexProblem):
    """Another process is writing to the index."""


class IndexMismatch(IndexProblem):
    """The index was built with another model, chunking or version."""


class IndexDamaged(IndexProblem):
    """The file of the index cannot be read."""


class UnknownPaper(IndexProblem):
    """No paper of that id is in the index."""


class MissingExtra(CitewellError):
    """An optional dependency is not installed."""


class UnknownName(CitewellError):
    """A name that no provider, metric or setting has."""

    def __init__(self, what: str, name: str, valid: list[str] | tuple[str, ...]) -> None:
        super().__init__(f"unknown {what} {name!r}; valid: {', '.join(sorted(valid))}")


class ModelError(CitewellError):
    """An embedding model, an LLM or a scorer failed."""


class ModelUnavailable(ModelError):
    """The model cannot be reached or loaded."""


class BadResponse(ModelError):
    """The model answered what cannot be used."""
