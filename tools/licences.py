"""The licence that each dependency states: ``python -m tools.licences`` writes docs/licences.md.

What is listed is what ``pip install 'citewell[all]'`` brings along here, found by walking the requirements of the
installed packages from those in pyproject.toml. A package that states no licence is listed as UNKNOWN.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "licences.md"
UNKNOWN = "UNKNOWN"
HEAD = """# Licences

citewell itself: Apache-2.0. What `pip install 'citewell[all]'` brings along, and the licence that each states in its
own metadata. `make licences` writes this page; a test fails where one states none.

| package | licence |
|---|---|
"""


def main() -> None:
    """Write the page."""
    rows = [f"| {name} | {licence(found)} |" for name, found in sorted(installed().items())]
    PAGE.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf8")


def installed() -> dict[str, Distribution]:
    """Every package that the extra `all` brings along, by its canonical name."""
    found: dict[str, Distribution] = {}
    waiting = list(_wanted())
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        asked = waiting.pop()
        name, extras = canonicalize_name(asked.name), frozenset(asked.extras)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue  # not for this platform
        needs = map(Requirement, found[name].requires or ())
        waiting += [need for need in needs if _applies(need, extras)]
    return found


def licence(package: Distribution) -> str:
    """What the metadata states: the SPDX expression, else the classifiers, else a short licence field."""
    stated = package.metadata
    if expression := stated.get("License-Expression"):
        return expression
    classifiers = [c.split(" :: ")[-1] for c in stated.get_all("Classifier") or () if c.startswith("License :: ")]
    names = [name for name in classifiers if name != "OSI Approved"]
    if names:
        return ", ".join(sorted(names))
    first = (stated.get("License") or "").strip().split("\n")[0]
    return first if first and first.upper() != UNKNOWN else UNKNOWN


def _wanted() -> Iterator[Requirement]:
    """The requirements of citewell with all its extras, as pyproject.toml states them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
    extras = project["optional-dependencies"]
    yield from map(Requirement, project["dependencies"])
    for extra in Requirement(extras["all"][0]).extras:
        yield from map(Requirement, extras[extra])


def _applies(need: Requirement, extras: frozenset[str]) -> bool:
    return need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in extras or {""})


if __name__ == "__main__":
    main()
