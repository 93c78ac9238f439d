"""Broken, hostile and huge input: one reject with its reason, never a traceback, and the rest goes in."""

import json
import os
import random
import time
from pathlib import Path

import pytest
from test_index_readers import ABSTRACT
from test_index_readers_fields import ATOM, PUBMED

from index.merge.identity import merge
from index.readers import Entry, FileContent, find_files, read_file, read_paths
from index.readers.files import MAX_BYTES
from index.readers.scan import scan
from index.schema import Source

GOOD = json.dumps({"id": "g", "title": "Good", "abstract": ABSTRACT})


def write(folder: Path, name: str, data: bytes | str) -> Path:
    file = folder / name
    file.write_bytes(data.encode(errors="surrogatepass") if isinstance(data, str) else data)
    return file


def read(folder: Path, name: str, data: bytes | str) -> FileContent:
    return read_file(write(folder, name, data))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": "x", "title": "Ha', "broken JSON at its character 22"),
        ("null", "not an object of fields but null"),
        ("[1, 2]", "not an object of fields but an array"),
        ("7", "not an object of fields but a number"),
        ('"text"', "not an object of fields but a string"),
        ("{}", "record 2: neither title nor abstract"),
        ('{"abstract": "A."}', "record 2: no title"),
        ('{"title": "T"}', "no abstract: T"),
        ('{"title": " . ", "abstract": "A."}', "record 2: no title"),
        ('{"title": "T", "abstract": "  "}', "no abstract: T"),
        ('{"title": "T", "abstract": ["a"]}', "the abstract is no text but list: T"),
        ('{"title": {"a": 1}, "abstract": "A."}', "the title is no text but dict"),
        ('{"title": "T", "abstract": "\\ud800"}', "the abstract is not valid UTF-8"),
        ('{"title": "%s", "abstract": "A."}' % ("t" * 3000), "the title has 3,000 characters"),
        ("[" * 100_000, "broken JSON: nested too deeply"),
        ('{"n": %s}' % ("1" * 10_000), "broken JSON: a number is too long"),
    ],
)
def test_a_broken_line_is_reported_and_the_others_go_in(tmp_path: Path, line: str, reason: str) -> None:
    content = read(tmp_path, "a.jsonl", f"{GOOD}\n{line}\n{GOOD}\n")
    (reject,) = content.rejects
    assert (reject.file, reject.line) == (str(tmp_path / "a.jsonl"), 2)
    assert reject.reason.startswith(reason)
    assert str(reject).startswith(f"{tmp_path}/a.jsonl:2: ")
    assert [entry.source.position for entry in content.entries] == [1, 3]


def test_lines_of_windows_are_read_and_what_is_no_text_is_reported(tmp_path: Path) -> None:
    other = json.dumps({"title": "Größe – “so”", "abstract": ABSTRACT}, ensure_ascii=False)
    lines = [
        GOOD.encode(),
        other.encode("cp1252"),
        other.encode(),
        other.encode() + b"\xff",
        b"\x81\x8d " + GOOD.encode(),
    ]
    content = read(tmp_path, "a.jsonl", b"\n".join(lines))
    assert [entry.title for entry in content.entries] == ["Good", "Größe – “so”", "Größe – “so”"]
    assert [reject.line for reject in content.rejects] == [4, 5]
    assert read(tmp_path, "a.txt", "Größe zählt hier auch.".encode("latin-1")).entries[0].abstract[:2] == "Gr"
    assert "not valid UTF-8" in read(tmp_path, "b.txt", "Größe zählt ".encode() + b"\xff hier.").rejects[0].reason


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.pdf", b"%PDF-1.7 ...", "a PDF"),
        ("a.docx", b"PK\x03\x04....", "a ZIP archive"),
        ("a.txt", bytes(range(256)) * 10, "binary data"),
        ("a.txt", "text".encode("utf-16-le") * 50, "not read: its content"),
        ("a.txt", b"", "the file is empty"),
        ("a.jsonl", b" \n\n", "the file is empty"),
        ("a.py", b"print('hello world')\n", "not read: its content"),
        ("a.xml", b"<?xml version='1.0'?><x/>", "not read: its content"),
        ("a.csv", b"year,name\n1,2\n", "no line names the columns of a table of papers"),
        ("a.csv", b"title,abstract\n", "no papers in this file"),
        ("a.bib", b"nothing", "no BibTeX entry"),
        ("a.ris", b"nothing", "no RIS record"),
        ("a.html", b"<html><body><p>Hello</p></body></html>", "no papers in this file"),
        ("a.json", b"null", "not an object of fields but null"),
    ],
)
def test_files_without_papers(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    content = read(tmp_path, name, data)
    assert content.entries == ()
    assert len(content.rejects) == 1 and content.rejects[0].reason.startswith(reason), content.rejects


def test_a_file_of_a_gigabyte_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "big.jsonl"
    with file.open("wb") as big:
        big.truncate(2**30)
    started = time.perf_counter()
    (reject,) = read_file(file).rejects
    assert time.perf_counter() - started < 0.5
    assert f"1,024 MB, more than the {MAX_BYTES // 2**20} MB" in reject.reason


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    inside = tmp_path / "inside"
    (inside / "sub").mkdir(parents=True)
    outside.mkdir()
    secret, kept = write(outside, "secret.txt", ABSTRACT), write(inside / "sub", "kept.txt", ABSTRACT)
    for name, target in {"file": secret, "folder": outside, "loop": inside / "loop", "within": kept}.items():
        (inside / name).symlink_to(target)
    (inside / "gone").symlink_to(tmp_path / "nothing")
    write(inside, ".hidden.txt", ABSTRACT)
    (inside / ".git").mkdir()
    write(inside / ".git", "config.txt", ABSTRACT)
    found = find_files([inside])
    assert found.files == (kept,)
    reasons = {Path(reject.file).name: reject.reason for reject in found.rejects}
    assert set(reasons) == {"file", "folder", "loop", "gone"}
    assert reasons["file"].startswith("a link out of the folder") and reasons["folder"].startswith("a link out")
    assert find_files([inside / "file"]).files == (secret,)
    assert find_files([inside, kept, inside / "sub"]).files == (kept,)


def test_paths_that_cannot_be_used(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    contents = list(read_paths([tmp_path / "nothing", tmp_path / "pipe", "a\x00b"]))
    reasons = sorted(reject.reason for content in contents for reject in content.rejects)
    assert reasons == ["cannot be read: embedded null byte", "no regular file", "no such file or folder"]
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/b\xff.txt")
    Path(odd).write_text(ABSTRACT)
    assert "not valid UTF-8" in find_files([tmp_path]).rejects[0].reason


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path, "a.txt", ABSTRACT)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("index.readers.files.open", refuse, raising=False)  # root may read any file
    assert read_file(file).rejects[0].reason == "no permission to read it"


def test_bibtex_that_is_broken_in_the_middle(tmp_path: Path) -> None:
    def good(key: str) -> str:
        return f"@article{{{key}, title={{Title {key}}}, abstract={{{ABSTRACT} {key}}}}}\n"

    broken = (
        "@article{open, title={Never closed, abstract={x}\n@article{bare title={T}}\n@misc{none, title={No Abstract}}\n"
    )
    content = read(tmp_path, "a.bib", good("a") + broken + good("b"))
    assert [entry.entry_id for entry in content.entries] == ["a", "b"]
    assert [reject.line for reject in content.rejects] == [2, 3, 4]
    assert content.rejects[2].reason == "no abstract: No Abstract"


def test_ris_and_tables_that_are_cut(tmp_path: Path) -> None:
    good = f"TY  - JOUR\nTI  - T\nAB  - {ABSTRACT}\nER  - \n"
    content = read(tmp_path, "a.ris", f"{good}TY  - JOUR\nTI  - T2\nAB  - cut")
    assert len(content.entries) == 1 and "ER line" in content.rejects[0].reason and content.rejects[0].line == 5
    table = f'title,abstract\nA,"{ABSTRACT}"\nB,"never closed\nC,"{ABSTRACT}"\nD,{ABSTRACT},x,y\nE,\nF,ok then\n'
    content = read(tmp_path, "a.csv", table)
    assert [entry.title for entry in content.entries] == ["A", "C", "F"]
    assert [reject.line for reject in content.rejects] == [3, 5, 6]


def test_xml_that_is_cut_keeps_what_was_whole(tmp_path: Path) -> None:
    entry = ATOM[ATOM.index("<entry>") : ATOM.index("</feed>")]
    content = read(tmp_path, "a.xml", ATOM.replace("</feed>", entry[:200]))
    assert len(content.entries) == 1
    assert "broken or cut XML" in content.rejects[0].reason and "begins at line 12" in content.rejects[0].reason


def test_entity_bombs_are_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    leak = '<!DOCTYPE x [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
    for entities in (bomb, leak):
        for document in (ATOM, PUBMED):
            start = document.index("<feed") if "<feed" in document else document.index("<PubmedArticleSet>")
            text = entities + document[start:].replace("Ada", "&b;")
            (reject,) = read(tmp_path, "a.xml", text).rejects
            assert "defines entities" in reject.reason


def test_hostile_text_stays_data(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script> \u202eevil\u202c ' OR 1=1; -- ${x} {{y}} \u0000 end."
    entry = read(tmp_path, "a.jsonl", json.dumps({"title": "<b>T", "abstract": hostile})).entries[0]
    assert (entry.title, entry.abstract) == ("<b>T", hostile.replace("\x00", "\ufffd"))


def test_a_path_that_the_system_cannot_follow_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    kept = write(tmp_path / "papers", "a.jsonl", GOOD)
    (tmp_path / "one").symlink_to(tmp_path / "two")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    folder = os.open(tmp_path / "papers", os.O_RDONLY)
    for _ in range(25):  # 25 folders of 200 letters: longer than a path may be
        os.mkdir("d" * 200, dir_fd=folder)
        folder, above = os.open("d" * 200, os.O_RDONLY, dir_fd=folder), folder
        os.close(above)
    os.close(os.open("deep.txt", os.O_CREAT, dir_fd=folder))
    os.close(folder)
    paths = [tmp_path / "papers", tmp_path / "one", "/" + "x/" * 3000, "x" * 5000, "~nobody-here/x"]
    found = scan(paths, prune=False, leave_out=tmp_path / "index")
    assert list(found.files) == [str(kept)]
    assert len(found.rejects) == 5
    assert all("\n" not in reject.reason for reject in found.rejects)


@pytest.mark.parametrize("name", ["a.html", "a.json", "a.csv"])
def test_unclosed_tags_cost_what_their_number_is(tmp_path: Path, name: str) -> None:
    def seconds(piece: str, count: int) -> float:
        head = {"a.html": "<html><body>", "a.json": '{"title": "T", "abstract": "', "a.csv": "title,abstract\nT,"}[name]
        tail = '"}' if name == "a.json" else ""
        started = time.process_time()
        read(tmp_path, name, head + piece * count + tail)
        return time.process_time() - started

    for piece in ("<a ", "<!-- ", "<![CDATA[", "<i ", "<math>", "&lt;"):
        base = max(seconds(piece, 10_000), 0.02)
        assert seconds(piece, 40_000) < 12 * base, (
            piece
        )  # four times as much; sixteen times where each looks to the end


def test_strings_that_double_each_other_fill_no_memory(tmp_path: Path) -> None:
    strings = "".join(f"@string{{s{n + 1} = s{n} # s{n}}}\n" for n in range(31))
    content = read(
        tmp_path, "a.bib", f"@string{{s0 = {{xxxxxxxxxx}}}}\n{strings}@misc{{k, title={{T}}, abstract=s31}}\n"
    )
    assert len(content.entries[0].abstract) < 5_000


@pytest.mark.parametrize(
    "words", ["cool reeds", "{{R}eed} {\\'e}", "$x_{%d}^{2}$ \\textit{v%d}", "\\cite{a%d} <i>x</i> 5\\%%"]
)
def test_bibtex_grows_as_ris_does_and_takes_a_few_times_as_long(tmp_path: Path, words: str) -> None:
    def seconds(name: str, count: int) -> float:
        write_one = {
            "a.bib": "@article{{k{0},\n  title = {{T {0}}},\n  year = 2020,\n  abstract = {{{1}}},\n}}\n",
            "a.ris": "TY  - JOUR\nTI  - T {0}\nPY  - 2020\nAB  - {1}\nER  - \n",
        }[name]
        said = [" ".join(words.replace("%d", f"{one}{place}") for place in range(40)) for one in range(count)]
        file = write(tmp_path, name, "".join(write_one.format(one, text) for one, text in enumerate(said)))
        read_file(file)  # what is imported and remembered once
        started = time.process_time()
        assert len(read_file(file).records) == count
        return time.process_time() - started

    once, twice, four_times = (seconds("a.bib", count) for count in (40, 80, 160))
    assert four_times < 8 * max(once, 0.02) and four_times < 4 * max(twice, 0.02), (once, twice, four_times)
    assert four_times < 10 * max(seconds("a.ris", 160), 0.02)  # a hundred times where every formula went to the library


def test_a_million_bad_lines_make_a_short_report(tmp_path: Path) -> None:
    content = read(tmp_path, "a.jsonl", '{"\n' * 300_000)
    assert len(content.rejects) == 501 and sum(reject.count for reject in content.rejects) == 300_000
    assert content.rejects[-1].reason == "299,500 more that cannot be used, not listed"


def test_deep_xml_is_one_line(tmp_path: Path) -> None:
    heads = ("<?xml version='1.0'?><xml><records><record><titles>", ATOM[: ATOM.index("<entry>")])
    for text in (head + "<a>" * 300_000 for head in heads):
        content = read(tmp_path, "a.xml", text)
        assert content.entries == () and "nested deeper" in content.rejects[0].reason


def test_long_abstracts_under_one_title_are_compared_by_samples(tmp_path: Path) -> None:
    chance, words = random.Random(4), [f"word{number}" for number in range(800)] * 3
    texts = [" ".join(chance.sample(words, len(words))) for _ in range(120)]
    edited = texts[5].replace(texts[5].split()[1000], "other", 1)
    entries = [Entry(Source("/a", place), "Editorial", text) for place, text in enumerate([*texts, edited], 1)]
    started = time.process_time()
    assert len(merge(entries)) == 120
    assert time.process_time() - started < 10  # every pair measured letter by letter would be minutes
