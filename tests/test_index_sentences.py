"""Sentence boundaries on the hard cases of scientific prose, and the property that offsets must keep."""

import json
import random
import time
from pathlib import Path

import pytest

from index.cut.sentences import split_sentences


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


# "|" marks the boundaries that are expected
CASES = [
    "We use tools, e.g., Llama 2.| The rest, i.e. GPT-4, vs. others.",
    "We beat i.e. the old one. | It holds.",
    "Smith et al. (2020) show it.| Done by Vaswani et al.| We follow Brown et al. Models differ.",
    "See Fig. 3 and Eq. 2.| Smith agrees.| Tab. 4, Sec. IV and No. 5 as well.",
    "The answer is no.| We ask why.",
    "It gains 3.5 points, 0.8% of all.| GPT-3.5.| The end.",
    "We tune Llama 2.| The score is 5.| Nothing else.",
    "v1.2.3 works.| mT5 is next.| vLLM too, etc. and so on, etc.| We stop.",
    "J. R. Smith and A. Jones agree.| In vitamin C.| The result holds.",
    "Prof. A. B. Smith has a Ph.D. degree from the U.S. Army.| Dr. Who too.",
    'He asks "why?" and goes.| "It is."| He said so.| Is it?| Yes!| Good.',
    "They judge `better' or `safer.'| We refer to it.",
    "It works.[12]| We go on.| So it is. [3, 4]| Then more [5].| End.",
    "Code is at https://github.com/x/y.git.| We use Node.js and Yahoo! is fine.",
    "We train models.| We test them.| The end...| And so on… and on.",
    "Steps: 1. First do it.| 2. Then that.| (3) Last.",
    "Intro:|\n- one thing|\n- two things.| And more.|\n\nEnd without a stop",
    "# A heading|\n\nIts text.|\n* a point|\n2) a numbered one",
    "Wrapped over\ntwo lines.| Next\nsentence.",
    "experimental work on a wing .| an a. b. smith test in the 12-in. tunnel at m=0 . 8 was made .| end .",
    "we do this.| we do that, e.g. this one.| is it?| yes",
    "What is it (see Appendix).| (It is this.)| Done.",
    "对齐很重要。|我们提出方法。|好！",
    "Accuracy is 5 pp.",
    "Of several models.| our findings hold, approx. the same, etc. the rest.| (ii) For others.| (b) So be it.",
    "a magazine by j. c. henneberger and j. m. lansinger.| it sold well.",
    "Held in Oct. 2023 by Google Inc. in Paris.| It was short.",
]


@pytest.mark.parametrize("marked", CASES)
def test_boundaries(marked: str) -> None:
    expected = [piece.strip() for piece in marked.split("|")]
    assert sentences(marked.replace("|", "")) == expected


def test_a_missing_space_is_seen_before_a_word_that_opens_sentences() -> None:
    assert sentences("We train models.We propose System.Out here.") == [
        "We train models.",
        "We propose System.Out here.",
    ]


@pytest.mark.parametrize("text", ["", "  \n ", "\t"])
def test_nothing_has_no_sentences(text: str) -> None:
    assert split_sentences(text) == ()


def assert_spans_hold(text: str) -> None:
    spans = split_sentences(text)
    covered = [False] * len(text)
    last = 0
    for start, end in spans:
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        covered[start:end] = [True] * (end - start)
        last = end
    missed = [character for character, seen in zip(text, covered, strict=True) if not seen]
    assert all(character.isspace() for character in missed)


def test_spans_are_ordered_and_cover_all_text() -> None:
    seeds = random.Random(7)
    pieces = [
        ". ",
        " ",
        "\n",
        "\n\n",
        "e.g.",
        "The",
        "we",
        "3.5",
        "- ",
        "[1]",
        "“",
        "”",
        "(",
        ")",
        "…",
        "。",
        "?",
        "A.",
        "\x00",
        "#",
    ]
    for _ in range(3000):
        assert_spans_hold("".join(seeds.choices(pieces, k=seeds.randrange(40))))


def test_long_hostile_text_takes_linear_time() -> None:
    started = time.perf_counter()
    for piece in ("a.", ". ", "A. ", "((((", "[1", "[1,", "\n", " \n \n", "e.g. ", '."', "1. "):
        assert_spans_hold(piece * 20_000)
    assert time.perf_counter() - started < 10


def test_the_saved_pages_and_cranfield_keep_the_property(shared: Path) -> None:
    texts = [line for page in sorted((shared / "pages").glob("*.txt")) for line in page.read_text("utf8").splitlines()]
    texts += [json.loads(line)["abstract"] for line in (shared / "bench/cranfield/papers.jsonl").open(encoding="utf8")]
    for text in texts:
        assert_spans_hold(text)
