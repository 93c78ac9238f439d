"""Every format, field by field, against the facts that its sample was written from, and against other readers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bibtexparser
import pytest
import rispy
from format_samples import BIBTEX, FACTS, OTHERWISE, RIS, SAMPLES, WOS, said

from index.readers import Entry, read_file


def read_sample(folder: Path, name: str) -> Entry:
    file, text, form = SAMPLES[name]
    (folder / file).write_text(text, encoding="utf8")
    content = read_file(folder / file)
    assert (content.format, content.rejects) == (form, ())
    (entry,) = content.entries
    return entry


@pytest.mark.parametrize("name", SAMPLES)
def test_every_field_that_is_there_is_kept_as_it_is(tmp_path: Path, name: str) -> None:
    found = said(read_sample(tmp_path, name))
    expected = FACTS | OTHERWISE.get(name, {})
    assert found == {field: expected[field] for field in found}
    _, text, _ = SAMPLES[name]
    stated = {"volume": "707", "doi": "10.5555", "venue": "Valley Eng", "pmid": "90000007", "keywords": "pumpery",
              "publisher": "Press", "issn": "1234-5678", "pages": "11-19"}  # fmt: skip
    missing = {field for field, sign in stated.items() if sign in text and field not in found}
    assert not missing, "a field that was there and is not kept"


@pytest.mark.parametrize("name", SAMPLES)
def test_the_content_tells_the_format_whatever_the_file_is_called(tmp_path: Path, name: str) -> None:
    _, text, form = SAMPLES[name]
    for ending in ("txt", "dat", "json", "ris", "csv"):
        (tmp_path / f"x.{ending}").write_text(text, encoding="utf8")
        assert read_file(tmp_path / f"x.{ending}").format == form


def test_other_readers_find_the_same(tmp_path: Path) -> None:
    (ris,) = rispy.loads(RIS)
    ours = read_sample(tmp_path, "ris")
    facts: dict[str, Any] = dict(ours.extra)
    assert (ris["title"], ris["secondary_title"], ris["doi"]) == (ours.title, ours.venue, ours.identifiers.doi)
    assert (ris["keywords"], ris["volume"], ris["publisher"]) == (
        list(ours.keywords),
        facts["volume"],
        facts["publisher"],
    )
    (wos,) = rispy.loads(WOS, implementation=rispy.WokParser)
    ours = read_sample(tmp_path, "wos")
    assert (wos["document_title"], wos["doi"]) == (ours.title, ours.identifiers.doi)
    assert (wos["abstract"], wos["publication_name"]) == (ours.abstract, ours.venue)
    (bib,) = bibtexparser.loads(BIBTEX).entries
    ours = read_sample(tmp_path, "bibtex")
    assert (bib["ID"], bib["doi"], bib["journal"]) == (ours.entry_id, ours.identifiers.doi, ours.venue)
