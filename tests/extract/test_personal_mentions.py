from __future__ import annotations

import pytest

from penchant.extract.linking import Linker
from penchant.extract.personal_mentions import mentions, personal
from penchant.ontology import terms as t
from tests.extract.names_index import built

THINGS = {
    "Q1": ("Harbour Lights", "film", 9),
    "Q2": ("Ice hockey", "", 9),
    "Q3": ("Orla Quimby", "actor", 12),
    "Q4": ("Atlantis", "", 8),
    "Q5": ("Kettle Brothers", "band", 8),
}


@pytest.fixture(scope="module")
def linker(tmp_path_factory: pytest.TempPathFactory) -> Linker:
    return Linker(built(tmp_path_factory.mktemp("names"), THINGS))


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("My favourite sport is tiring", ["My favourite sport"]),
        ("That is my favorite kind of cake, really", ["my favorite kind of cake"]),
        ("my sister worked there", ["my sister"]),
        ("my phone didn't ring", ["my phone"]),
        ("We took our first car and my old bike to town", ["our first car", "my old bike"]),
        ("It is my favourite.", ["my favourite"]),
        ("Oh my! And mine too, tourist", []),
    ],
)
def test_what_is_called_ones_own(text: str, own: list[str]):
    assert [text[start:end] for start, end in mentions(text)] == own


@pytest.mark.parametrize(
    ("text", "context", "link"),
    [
        ("My favourite sport is ice hockey.", (), "Q2"),
        ("Ice hockey is my favourite sport.", (), "Q2"),
        ("I love Orla Quimby. She is one of my favorite actors", (), "Q3"),
        ("My favorite band would be Kettle Brothers", (), "Q5"),
        ("My favourite film: Harbour Lights", (), "Q1"),
        ("That is my favourite film!", ("Shall we watch Harbour Lights tonight?",), "Q1"),
        ("It's my favourite band.", ("Hello there", "Kettle Brothers play tonight", "Do you like them?"), "Q5"),
        ("My sister likes soup. Harbour Lights is long.", (), ""),  # another sentence, and no favourite
        ("My favourite colour is one that nobody knows", (), ""),
        ("That is my favourite film!", (), ""),
    ],
)
def test_what_it_is(linker: Linker, text: str, context: tuple[str, ...], link: str):
    [found] = personal(text, linker, context)
    assert (found.decision.link or "").removeprefix(t.WD) == link
    assert (found.named is None) == (not link or bool(context))


def test_a_text_without_any_costs_no_look_up():
    assert personal("Nothing of mine here", None) == []  # type: ignore[arg-type]
