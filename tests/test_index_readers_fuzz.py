"""Random damage to every format: rejects, never an exception, and never long."""

import json
import random
import time
from pathlib import Path

import pytest
from corruption import corrupted
from format_samples import SAMPLES as FORMATS
from test_index_readers import ABSTRACT, PAGE
from test_index_readers_broken import GOOD, read
from test_index_readers_fields import ATOM, PUBMED

from index.cut import split_sentences

SAMPLES = {
    "a.txt": PAGE,
    "a.html": f"<html><body><article><h3>T</h3><p>{ABSTRACT}</p></article><pre>{PAGE}</pre><!-- x --></body></html>",
    "a.jsonl": f"{GOOD}\n{GOOD}\n",
    "a.csv": f'title,abstract,year\n"A, b","{ABSTRACT}",2020\nC,"x ""y"" z",1\n',
    "a.bib": f"@article{{k, title={{A {{B}} \\'e}}, month=jan, year=2020, abstract={{{ABSTRACT}}}}}\n" * 2,
    "a.ris": f"TY  - JOUR\nTI  - T\nAU  - A, B\nAB  - {ABSTRACT}\nKW  - k\nER  - \n" * 2,
    "atom.xml": ATOM,
    "pubmed.xml": PUBMED,
}


def mutate(tmp_path: Path, name: str, text: str, times: int) -> None:
    chance = random.Random(name)
    for _ in range(times):
        data = text.encode()
        for _ in range(chance.randrange(1, 4)):
            data = corrupted(data, chance) or b"x"
        content = read(tmp_path, name, data)
        assert content.records or content.rejects
        for entry in content.records:
            (entry.title + entry.abstract + repr(entry)).encode()
            assert entry.title and bool(entry.abstract) == (entry in content.entries)


@pytest.mark.parametrize("name", SAMPLES)
def test_no_corruption_raises(tmp_path: Path, name: str) -> None:
    mutate(tmp_path, name, SAMPLES[name], 120)


@pytest.mark.parametrize("sample", FORMATS)
def test_no_corruption_of_an_export_raises(tmp_path: Path, sample: str) -> None:
    name, text, _ = FORMATS[sample]
    mutate(tmp_path, name, text * (1 if name.endswith(("xml", "json")) else 2), 12)


@pytest.mark.long
@pytest.mark.parametrize("sample", FORMATS)
def test_no_corruption_of_an_export_raises_however_often(tmp_path: Path, sample: str) -> None:
    name, text, _ = FORMATS[sample]
    started = time.process_time()
    mutate(tmp_path, f"{sample}-{name}".replace("/", "-"), text, 120)  # 27 samples: over 3,000 in all
    assert time.process_time() - started < 120


MARKS = ["<", "<p>", "<!--", "{", "@a{b,", "@article{a,b={", "TY  - \n", '"', ",", "&a", "<article>", "\\'{"]


@pytest.mark.parametrize("piece", MARKS)
def test_long_runs_of_one_mark_take_little_time(tmp_path: Path, piece: str) -> None:
    started = time.process_time()
    heads = {"a.bib": "@article{k, title={x}, abstract={", "a.csv": "title,abstract\n", "a.html": "<html><body>"}
    for name in ("a.html", "a.bib", "a.ris", "a.csv", "a.jsonl", "a.xml", "a.md"):
        read(tmp_path, name, heads.get(name, "") + piece * 2000)
    assert time.process_time() - started < 10


@pytest.mark.parametrize("sample", sorted(FORMATS))
@pytest.mark.parametrize("run", ["\n", " ", "<br>", "[", "&nbsp;"])
def test_a_long_run_costs_what_its_length_is_in_every_field(tmp_path: Path, sample: str, run: str) -> None:
    """Twice as long takes about twice the time: white space before a word that a pattern looks for took the square."""
    name, text = FORMATS[sample][:2]
    words = ("Holm", "Slow", "pumps", "Pumps", "title", "abstract")
    places = {0, len(text), *(place for word in words if (place := text.find(word)) >= 0)}
    seconds = []
    for length in (4_000, 16_000):
        longer = text
        for place in sorted(places, reverse=True):
            longer = longer[:place] + run * length + longer[place:]
        began = time.process_time()
        read(tmp_path, name.replace("/", "-"), longer)
        seconds.append(time.process_time() - began)
    assert seconds[1] < 0.5 + 8 * seconds[0], seconds


RECORDS = (
    "@misc{evil,\n  title = {Evil}, year = 1}",
    "TY  - JOUR\nTI  - Evil\nER  - ",
    "PMID- 1\nTI  - Evil\nAB  - Evil.",
    "%0 Journal Article\n%T Evil\n%X Evil.",
    "FN Clarivate\nVR 1.0\nPT J\nTI Evil\nER",
    "title,abstract,authors,year\nEvil,Evil.,E,1",
)


@pytest.mark.parametrize("sample", sorted(FORMATS))
def test_a_record_quoted_in_an_abstract_does_not_make_the_file_one_of_its_format(tmp_path: Path, sample: str) -> None:
    """One author's abstract took all other papers of a CSV file out of the library: the file was read as RIS."""
    name, text = FORMATS[sample][:2]
    whole = read(tmp_path, name.replace("/", "-"), text)
    for record in RECORDS:
        there = f"\n{record}\nThey used"
        there = json.dumps(there)[1:-1] if text[0] in "[{" else there
        quoted = read(tmp_path, name.replace("/", "-"), text.replace("They used", there))
        assert quoted.format in (whole.format, ""), (record, quoted.format)
        own = {"@": "bibtex", "F": "wos"}.get(record[0]) == sample  # such an entry ends the one that it stands in
        assert own or not quoted.records or quoted.records[0].title == whole.records[0].title, record


def test_a_long_run_of_white_space_is_cut_into_sentences_in_linear_time() -> None:
    began = time.process_time()
    for space in (" ", "\t", " \n"):
        assert len(split_sentences("One ends here." + space * 40_000 + "Two ends here.")) == 2
    assert time.process_time() - began < 2
