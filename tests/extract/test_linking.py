from __future__ import annotations

import csv
import gzip
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from penchant.extract.linking import LEAST_SHARE, LinkDecision, Linker
from penchant.kg.embedded import EmbeddedStore
from penchant.kg.label_build import build
from penchant.kg.label_index import LabelIndex
from penchant.kg.store import Change
from penchant.ontology import terms as t

BASE = "https://shop.example/"
WORLD = NamedNode(BASE + "world/wikidata")
TYPES = {"film": "Q11424", "actor": "Q33999", "director": "Q2526255", "genre": "Q201658"}
THINGS = {
    # name: (kind, facts that make it better known, year)
    "Q1": ("The Silver Kettle", "film", 9, 2013),
    "Q2": ("The Silver Kettle", "film", 2, 2015),
    "Q3": ("Horror Film", "genre", 30, None),
    "Q4": ("Scary Movie", "film", 3, None),
    "Q5": ("Science Fiction", "genre", 20, None),
    "Q6": ("Science Fiction Film", "genre", 20, None),
    "Q7": ("Orla Quimby", "director", 30, None),
    "Q8": ("Ned Quimby", "actor", 1, None),
    "Q9": ("Mercury", "film", 5, None),
    "Q10": ("Mercury", "genre", 5, None),
    "Q11": ("It", "film", 5, 2017),
    "Q12": ("The Thing", "film", 5, 1982),
    "Q13": ("Harbour Lights 2", "film", 5, None),
    "Q14": ("Shrubland Redemption", "film", 8, None),
    "Q15": ("Saga Nine: The Dawn", "film", 5, None),
    "Q16": ("Saga Nine: The Noon", "film", 5, None),
    "Q17": ("Saga Nine: The Dusk", "film", 5, None),
    "Q18": ("Saga Nine: The Night", "film", 5, None),
    "Q19": ("The Killer", "film", 5, None),
    "Q20": ("Diner", "film", 5, None),
    "Q21": ("Dinner With Orla", "film", 5, None),
    "Q22": ("comedy", "genre", 20, None),
    "Q23": ("family film", "genre", 5, None),
}


def quads() -> list[Quad]:
    made = []
    for name, (label, kind, degree, year) in THINGS.items():
        iri = NamedNode(t.WD + name)
        made.append(Quad(iri, t.LABEL, Literal(label, language="en"), WORLD))
        made.append(Quad(iri, NamedNode(t.WDT + "P31"), NamedNode(t.WD + TYPES[kind]), WORLD))
        made += [Quad(iri, NamedNode(t.WDT + "P1"), NamedNode(t.WD + f"x{i}"), WORLD) for i in range(degree)]
        if year:
            made.append(Quad(iri, NamedNode(t.WDT + "P577"), Literal(f"{year}-01-01T00:00:00Z"), WORLD))
    return made


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LabelIndex:
    store = EmbeddedStore.memory()
    store.apply(Change(insert=tuple(quads())))
    path = tmp_path_factory.mktemp("index") / "labels.sqlite"
    build(store, path, BASE)
    return LabelIndex.open(path)


@pytest.fixture
def linker(index: LabelIndex) -> Linker:
    return Linker(index)


def link(linker: Linker, marked: str) -> LinkDecision:
    """Link the part of ``marked`` in square brackets."""
    before, _, rest = marked.partition("[")
    quote, _, after = rest.partition("]")
    return linker.link(quote, before + quote + after, len(before), len(before) + len(quote))


def name_of(decision: LinkDecision) -> str:
    return decision.link.removeprefix(t.WD) if decision.link else "NIL"


@pytest.mark.parametrize(
    ("marked", "name"),
    [
        ("I adore [The Silver Kettle].", "Q1"),  # the better known of two
        ("I adore [the silver kettle (2015)].", "Q2"),
        ("I adore [the silver kettle] (2015).", "Q2"),  # a reader may stop before the year
        ("I adore [the silver kettle] (all 2015 of them).", "Q1"),
        ("[silver ketle] made me cry", "Q1"),
        ("[horror movies] are not for me", "Q3"),
        ("some [horror] please", "Q3"),
        ("i hate [scary movies]", "Q3"),
        ("[Scary Movie] made me laugh", "Q4"),
        ("more [sci-fi movies]", "Q6"),
        ("a [gritty horror film]", "Q3"),
        ("[the latest Silver Kettle movie]", "Q1"),
        ("any [family movies]?", "Q23"),
        ("[comedies] cheer me up", "Q22"),
        ("everything by [Quimby]", "Q7"),
        ("[Quimby's films] are odd", "Q7"),
        ("anything with [Ned Quimby]", "Q8"),
        ("[films directed by Orla Quimby]", "Q7"),
        ("the film [Mercury]", "Q9"),
        ("[mercury movies]", "Q10"),
        ("[It (2017)] scared me", "Q11"),
        ("We saw [The Thing] twice", "Q12"),
        ("[Shrubland] is a classic", "Q14"),
        ("[Harbour Lights II] was fine", "Q13"),
    ],
)
def test_what_is_meant(linker: Linker, marked: str, name: str):
    decision = link(linker, marked)
    assert name_of(decision) == name
    assert decision.candidates[0].iri == decision.link
    assert decision.candidates[0].score <= decision.confidence
    assert decision.confidence >= LEAST_SHARE


@pytest.mark.parametrize(
    "marked",
    [
        "[It] was good",
        "I liked [it]",
        "I know [the thing] about tea",
        "[The Thing] about tea",
        "[that one] was dull",
        "[good movies]",
        "[Films] are fun",
        "I want [something]",
        "the [actors]",
        "[Harbour Lights 3] is new",
        "[Harbour Lights] was the first of them",
        "[killers] scare me",
        "we had [dinner]",
        "[pickleball]",
        "the [family]",
        "my [old diner]",
        "[Nelly Quimbly]",
        "[!!!]",
        "[]",
        "[   ]",
        '["; DROP TABLE entry; --]',
        "[" + "very long " * 500 + "]",
    ],
)
def test_what_is_none_of_them(linker: Linker, marked: str):
    decision = link(linker, marked)
    assert name_of(decision) == "NIL"
    assert 0.0 <= decision.confidence <= 1.0


def test_ties_share_the_confidence(linker: Linker):
    alone, tied = link(linker, "[The Killer]"), link(linker, "[Mercury]")
    assert alone.confidence > 0.8
    assert [c.label for c in tied.candidates[:2]] == ["Mercury", "Mercury"]
    assert tied.confidence < 0.7
    assert sum(c.score for c in tied.candidates) <= 1.0001


def test_four_films_of_a_saga_share_the_confidence(linker: Linker):
    decision = link(linker, "[Saga Nine]")
    assert name_of(decision) in ("Q15", "NIL")
    assert max(c.score for c in decision.candidates) < 0.3
    assert {c.label.partition(":")[0] for c in decision.candidates[:4]} == {"Saga Nine"}


def test_genres_of_one_name_count_together(linker: Linker):
    decision = link(linker, "[science fiction]")
    assert decision.confidence > 0.9
    assert {c.label for c in decision.candidates[:2]} == {"Science Fiction", "Science Fiction Film"}
    assert decision.candidates[0].score < decision.confidence


def test_a_wider_concept_is_less_sure(linker: Linker):
    sure = [link(linker, f"[{name}]").confidence for name in ("horror films", "gritty horror films")]
    assert sure[0] > sure[1] > 0.5


def test_a_worse_spelling_is_less_sure(linker: Linker):
    names = ("Shrubland Redemption", "Shrubland Redemtion", "Shrublnd Redemtion")
    right, one_slip, two_slips = (link(linker, f"[{name}]").confidence for name in names)
    assert abs(right - one_slip) < 0.02  # one slip in a long name takes nothing away
    assert one_slip - 0.1 > two_slips > 0.5


def test_the_threshold_decides_what_is_none(index: LabelIndex):
    assert name_of(link(Linker(index, nil_threshold=1.3), "[The Killer]")) == "NIL"
    assert name_of(link(Linker(index, nil_threshold=0.1), "[Silver Kete]")) == "Q1"


def test_the_answer_depends_on_nothing_before(index: LabelIndex):
    marked = "everything by [Quimby] and [it]"
    fresh = link(Linker(index, Meaning()), marked)
    used = Linker(index, Meaning())
    for other in ("[Mercury] is a planet", "the film [Mercury]", marked):
        last = link(used, other)
    assert last == fresh


class Meaning:
    """An encoder that knows two directions: planets and genres, and all else."""

    name, size = "toy", 2

    def __init__(self) -> None:
        self.asked = 0

    def encode(self, texts: Sequence[str]):
        self.asked += len(texts)
        return np.array([[1.0, 0.0] if "genre" in x or "planet" in x else [0.0, 1.0] for x in texts], dtype=np.float32)


def test_the_encoder_is_heard_where_names_leave_doubt(index: LabelIndex):
    meaning = Meaning()
    linker = Linker(index, meaning)
    assert name_of(link(linker, "[Mercury] the planet")) == "Q10"
    assert name_of(link(linker, "[Mercury] at the pictures")) == "Q9"
    assert meaning.asked == 4  # two sentences, two things: each thing once
    link(linker, "[The Killer]")
    assert meaning.asked == 4


MENTIONS = Path(__file__).with_name("mentions.tsv")


@pytest.mark.data
def test_real_names(public_data: Path, tmp_path: Path):
    """Own sentences over MindReader's 18,697 named things."""
    folder = public_data / "rec_mindreader_wikidata"
    if not folder.is_dir():
        pytest.skip("MindReader is not among the public data")
    (tmp_path / "slice.nt").write_bytes(gzip.decompress((folder / "wikidata_slice.nt.gz").read_bytes()))
    store = EmbeddedStore.memory()
    store.load(tmp_path / "slice.nt", WORLD)
    with (folder / "entities.csv").open(encoding="utf-8") as stream:
        films = [row["uri"] for row in csv.DictReader(stream) if row["labels"] == "Movie"]
    catalogue = NamedNode(BASE + "catalogue")
    store.apply(Change(insert=tuple(Quad(NamedNode(f), t.TYPE, t.ITEM, catalogue) for f in films)))
    build(store, tmp_path / "labels.sqlite", BASE)
    linker = Linker(LabelIndex.open(tmp_path / "labels.sqlite"))
    wrong = []
    rows = [line.split("\t") for line in MENTIONS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    for gold, marked in rows:
        if name_of(found := link(linker, marked)) not in gold.split("|"):
            wrong.append((marked, gold, name_of(found)))
    assert len(rows) >= 70
    assert len(wrong) <= 3, wrong


CHINESE = {"Q1": "盗梦空间", "Q2": "红茶", "Q3": "老茶壶", "Q4": "绿野仙踪"}


@pytest.fixture(scope="module")
def chinese(tmp_path_factory: pytest.TempPathFactory) -> Linker:
    made = []
    for name, label in CHINESE.items():
        iri = NamedNode(t.WD + name)
        made.append(Quad(iri, t.LABEL, Literal(f"Thing {name}", language="en"), WORLD))
        made.append(Quad(iri, t.ALT_LABEL, Literal(label, language="zh"), WORLD))
        made.append(Quad(iri, NamedNode(t.WDT + "P31"), NamedNode(t.WD + TYPES["film"]), WORLD))
    store = EmbeddedStore.memory()
    store.apply(Change(insert=tuple(made)))
    path = tmp_path_factory.mktemp("chinese") / "labels.sqlite"
    build(store, path, BASE)
    return Linker(LabelIndex.open(path))


@pytest.mark.parametrize(
    ("marked", "name"),
    [
        ("我喜欢[盗梦空间]", "Q1"),
        ("我喜欢《[盗梦空间]》", "Q1"),
        ("[红茶]很好", "Q2"),
        ("[老茶壶]很好", "Q3"),
        ("[盗梦空问]很好看", "Q1"),  # one character is another
        ("[盗梦空]很好看", "Q1"),  # one is missing
        ("[盗梦的空间]很好看", "Q1"),  # one too many
        ("[老茶湖]很好看", "Q3"),
        ("[野绿仙踪]很好看", "Q4"),  # two changed round
        ("[黑白电视]很好看", "NIL"),
        ("[盗火空港]很好看", "NIL"),  # two others
    ],
)
def test_chinese_names(chinese: Linker, marked: str, name: str):
    assert name_of(link(chinese, marked)) == name


def test_what_the_dialogue_is_about_counts(index: LabelIndex):
    linker = Linker(index)
    text = "Mercury"
    film, other = (
        linker.link(text, text, 0, len(text), context=said)
        for said in (["I want to watch a movie", "which films do you know?"], ["what genre do you like?", "any genre"])
    )
    scores = [{c.iri.removeprefix(t.WD): c.score for c in decision.candidates} for decision in (film, other)]
    assert scores[0]["Q9"] > scores[1]["Q9"]


@pytest.mark.parametrize(
    ("marked", "name"),
    [("[Teh Silver Kettle] please", "Q1"), ("[The Killre] please", "Q19"), ("[Dinre] at eight", "Q20")],
)
def test_slips_in_short_names(linker: Linker, marked: str, name: str):
    found = link(linker, marked)
    assert name_of(found) == name or found.candidates[0].iri == t.WD + name


def test_a_plural_may_name_a_kind_of_thing(tmp_path: Path):
    store = EmbeddedStore.memory()
    store.apply(Change(insert=(Quad(NamedNode(t.WD + "Q1"), t.LABEL, Literal("song", language="en"), WORLD),)))
    build(store, tmp_path / "labels.sqlite", BASE)
    linker = Linker(LabelIndex.open(tmp_path / "labels.sqlite"))
    assert name_of(link(linker, "I love [songs]")) == "Q1"
    assert name_of(link(linker, "I love those [songs]")) == "NIL"
    assert name_of(link(linker, "that [song] is fine")) == "NIL"
