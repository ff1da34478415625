"""Inventories of names in miniature: what is read, what is the same thing, and what the index knows in the end."""

from __future__ import annotations

import gzip
import json
import lzma
from pathlib import Path

import pytest

from penchant.errors import SourceError
from penchant.extract.evaluation.link_index import INDEX, Names, one_in
from penchant.extract.evaluation.link_inventories import names_of, read
from penchant.extract.evaluation.link_names import DBPEDIA, Named, iri_of, of_page, same_iri, taken_apart
from penchant.extract.evaluation.link_tables import Inventories
from penchant.kg.label_index import LabelIndex

WD = "http://www.wikidata.org/entity/"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    packed = {".xz": lzma.compress, ".gz": gzip.compress}.get(path.suffix, bytes)
    path.write_bytes(packed(text.encode()))


def index(names: Names, folder: Path, left_out: frozenset[str] = frozenset()) -> LabelIndex:
    names.build(folder, left_out)
    return LabelIndex.open(folder / INDEX)


@pytest.mark.parametrize(
    ("title", "name", "kinds", "year"),
    [
        ("Kettle (2011 film)", "Kettle", {"film"}, 2011),
        ("Kettle (film series)", "Kettle", {"series"}, None),
        ("Kettle (1987)", "Kettle", set(), 1987),
        ("Mercury (planet)", "Mercury", set(), None),
        ("Kettle", "Kettle", set(), None),
        ("(film)", "(film)", set(), None),
    ],
)
def test_the_bracket_of_a_title_is_no_part_of_the_name(title, name, kinds, year):
    assert taken_apart(title) == (name, frozenset(kinds), year)


def test_one_page_has_one_iri_however_it_is_written():
    assert iri_of("Why Me?") == DBPEDIA + "Why_Me%3F"
    assert iri_of("Why_Me?") == same_iri(DBPEDIA + "Why_Me%3F") == same_iri(DBPEDIA + "Why_Me?")
    assert iri_of('The "Old" Mill') == DBPEDIA + "The_%22Old%22_Mill"
    assert same_iri(WD + "Q1?x") == WD + "Q1?x"
    assert of_page("Kettle_(2011_film)") == Named("Kettle", DBPEDIA + "Kettle_(2011_film)", frozenset({"film"}), 2011)


def test_files_are_known_by_what_is_in_them(tmp_path):
    put(
        tmp_path / "a/x.tsv.xz",
        f"entity\tid\n<{DBPEDIA}Orla_Quimby>\t0\n<{DBPEDIA}Kettle_(film)>\t1\n<{DBPEDIA}X__1>\t2\n",
    )
    put(tmp_path / "a/y.tsv", "head\trelation\ttail\n1\t7\t0\n1\t8\t2\n0\t9\t0\n")
    put(tmp_path / "a/z.tsv", "relation\tname_inferred\n7\tdirector\n")
    put(tmp_path / "b.csv", f",uri,name,labels\n0,{WD}Q1,Harbour Lights,Movie\n1,Decade-1990,The 1990s,Decade\n")
    put(
        tmp_path / "c.tsv.gz",
        "node1\tlabel\tnode2\tid\nQ2\tlabel\t'Ned\\'s'@en\tz\nQ2\talias\t'Ned'@en\tz\nP5\tlabel\t'of'@en\tz\n",
    )
    put(
        tmp_path / "d.json",
        json.dumps({"0": {"name": "Diner (1982)", "star": ["Ann Lark"]}, "1": {"name": "Deep", "year": "2003"}}),
    )
    put(
        tmp_path / "e.json",
        json.dumps({"Q5": {"label": "tea", "wiki": "https://en.wikipedia.org/wiki/Green_tea"}, "Q6": {"label": "x"}}),
    )
    put(
        tmp_path / "f.nt",
        f'<{WD}Q7> {LABEL} "Saga"@en .\n<{WD}Q8> {LABEL} "Sage"@fr .\nbroken\n',
    )
    put(tmp_path / "dbo:bandMember.edgelist", f"{DBPEDIA}The_Pans {DBPEDIA}Orla_Quimby\nbroken\n")
    put(tmp_path / "g.csv", 'movieId,title,genres\n1,"Kettle, The (1995)",Drama\n')
    put(tmp_path / "h.tsv", f"12\tLids\t{DBPEDIA}Lids_(band)\n")
    put(tmp_path / "i.csv", "a,b\n1,2\n")
    found = read(tmp_path)
    names = {(each.name, each.iri.rpartition("/")[2], each.year, each.alias) for each in found.things}
    assert names == {
        ("Orla Quimby", "Orla_Quimby", None, False),
        ("Kettle", "Kettle_(film)", None, False),
        ("Harbour Lights", "Q1", None, False),
        ("Ned's", "Q2", None, False),
        ("Ned", "Q2", None, True),
        ("Diner", "", 1982, False),
        ("Ann Lark", "", None, False),
        ("Deep", "", 2003, False),
        ("Green tea", "Green_tea", None, False),
        ("Saga", "Q7", None, False),
        ("The Pans", "The_Pans", None, False),
        ("The Kettle", "", 1995, False),
        ("Lids", "Lids_(band)", None, False),
    }
    assert found.ties == {
        (DBPEDIA + "Kettle_(film)", DBPEDIA + "Orla_Quimby"),
        (DBPEDIA + "The_Pans", DBPEDIA + "Orla_Quimby"),
    }
    assert found.kinds[DBPEDIA + "Orla_Quimby"] == {"director", "person"}
    assert "i.csv" not in found.found


def test_what_only_has_a_known_name_is_no_other_thing(tmp_path):
    page = of_page("Mercury_(planet)")
    listed = Inventories(
        things=[
            Named("Mercury"),
            page,
            Named("mercury", WD + "Q1"),
            Named("Tin", WD + "Q2"),
            Named("Tin", WD + "Q3"),
            Named("Lead", WD + "Q3", alias=True),
            Named("Iron", WD + "Q4", alias=True),
            Named("Tin"),
            Named("Zinc"),
        ]
    )
    names = Names(listed)
    known = index(names, tmp_path)
    assert [match.entry.iri for match in known.exact("Mercury")] == [page.iri]
    assert {match.entry.iri for match in known.exact("tin")} == {WD + "Q2", WD + "Q3"}
    assert [match.entry.iri for match in known.exact("lead")] == [WD + "Q3"]
    assert known.exact("iron") == []
    assert len(known.exact("zinc")) == 1
    assert names.sharing(page.iri) == "alone"
    assert names.sharing(WD + "Q2") == "other kinds"


def test_a_film_is_its_page_unless_the_years_differ(tmp_path):
    listed = Inventories(
        things=[of_page("Kettle_(2011_film)"), of_page("Kettle_(1987_film)"), of_page("Lid"), of_page("Steam_(band)")],
        films={
            "1": "Kettle (2012)",
            "2": "Kettle (1987)",
            "3": "Kettle (1950)",
            "4": "Lid (1999)",
            "5": "Steam (2000)",
        },
        pages={"1": iri_of("Kettle_(2011_film)"), "2": iri_of("Kettle_(2011_film)")},
    )
    names = Names(listed)
    assert names.films == {
        "1": iri_of("Kettle_(2011_film)"),
        "2": iri_of("Kettle_(1987_film)"),
        "3": "urn:film:3",
        "4": iri_of("Lid"),
        "5": "urn:film:5",
    }
    known = index(names, tmp_path)
    entry = known.get(iri_of("Lid"))
    assert entry is not None
    assert (entry.year, entry.hints, entry.is_item) == (1999, ("film",), True)
    band = known.get(iri_of("Steam_(band)"))
    assert band is not None
    assert not band.is_item
    assert names.sharing("urn:film:3") == "own kind"
    assert names.sharing("urn:film:5") == "other kinds"


def test_what_is_left_out_is_not_in_the_index(tmp_path):
    listed = Inventories(
        things=[of_page("Kettle_(film)"), of_page("Lid")], ties={(iri_of("Kettle_(film)"), iri_of("Lid"))}
    )
    names = Names(listed)
    size = names.build(tmp_path, frozenset({iri_of("Kettle_(film)")}))
    known = LabelIndex.open(tmp_path / INDEX)
    assert (size.things, size.left_out) == (1, 1)
    assert known.exact("kettle") == []
    lid = known.get(iri_of("Lid"))
    assert lid is not None
    assert lid.degree == 1  # its label; the tie went with the other thing


def test_one_in_five_is_about_a_fifth_and_always_the_same():
    some = [f"urn:film:{at}" for at in range(1000)]
    chosen = one_in(5, some)
    assert 150 < len(chosen) < 250
    assert one_in(5, reversed(some)) == chosen


def test_further_names(tmp_path):
    put(tmp_path / "n.tsv", f"{WD}Q9\tBlue Door (2001 film)\n<{WD}Q10>\tRed Door\nno tab\n")
    found = names_of(tmp_path / "n.tsv")
    assert [(each.name, each.iri, each.year) for each in found] == [
        ("Blue Door", WD + "Q9", 2001),
        ("Red Door", WD + "Q10", None),
    ]
    assert names_of(tmp_path) == found
    put(tmp_path / "empty/x.tsv", "nothing\n")
    with pytest.raises(SourceError, match="no name"):
        names_of(tmp_path / "empty")
