"""What Protégé does with the ontology, done by the OWL API 5: loading, judging, saving, editing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from penchant.errors import OntologyError
from penchant.ontology import terms as t
from penchant.ontology.comparing.axioms import axioms
from penchant.ontology.comparing.compare import Comparison, compare
from penchant.ontology.files import FOLDER, ontology_path, read_triples

DATA = Path(__file__).with_name("data")
SYNTAXES = ("ttl", "rdf", "owx", "ofn", "omn")
MODULES = ("goods", "news", "sensitive", "video")
SHOP = "https://shop.example/ontology#"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def saved(tmp_path_factory, owl_api) -> tuple[Path, list[str]]:
    """A folder with every shipped ontology and the test data in five syntaxes, and what the OWL API says of them."""
    folder = tmp_path_factory.mktemp("saved")
    shipped = [ontology_path(), *(FOLDER / f"{m}.ttl" for m in MODULES)]
    return folder, owl_api("roundtrip", folder, *shipped, *sorted(DATA.glob("*.ofn")))


@pytest.mark.parametrize("name", ["penchant", *MODULES])
def test_a_shipped_ontology_is_in_owl_2_dl_and_every_syntax_keeps_its_axioms(saved, name):
    _, said = saved
    about = [line.removeprefix(f"{name} ") for line in said if line.startswith(f"{name} ")]
    assert int(about[0].removeprefix("axioms ")) > 90
    assert about[1:] == [
        *("ttl same", "rdf same", "owx same", "ofn same"),
        "omn same, declares built-in or imported terms too",
    ]


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_the_saved_ontology_is_read_as_the_same(saved, syntax):
    again = read_triples(saved[0] / f"penchant.{syntax}")
    assert compare(read_triples(ontology_path()), again) == Comparison()


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("name", MODULES)
def test_a_saved_module_is_read_as_the_same_beside_the_ontology_it_imports(saved, name, syntax):
    core = read_triples(ontology_path())
    again = read_triples(saved[0] / f"{name}.{syntax}")
    assert compare([*core, *read_triples(FOLDER / f"{name}.ttl")], [*core, *again]) == Comparison()


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_the_ending_owl_hides_no_syntax(saved, syntax, tmp_path):
    shutil.copy(saved[0] / f"penchant.{syntax}", tmp_path / "penchant.owl")
    assert axioms(read_triples(tmp_path / "penchant.owl")) == axioms(read_triples(ontology_path()))


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_every_kind_of_axiom_comes_through_every_syntax(saved, syntax):
    assert axioms(read_triples(saved[0] / f"every_axiom.{syntax}")) == axioms(read_triples(DATA / "every_axiom.ofn"))


@pytest.mark.parametrize("syntax", SYNTAXES[:-1])
def test_what_manchester_syntax_cannot_carry_comes_through_the_others(saved, syntax):
    again = axioms(read_triples(saved[0] / f"beyond_manchester.{syntax}"))
    assert again == axioms(read_triples(DATA / "beyond_manchester.ofn"))


def test_an_annotated_negative_fact_in_manchester_syntax_is_refused_not_lost(saved):
    with pytest.raises(OntologyError, match=r"line \d+, column \d+: Annotations: .*; expected well-formed Manchester"):
        read_triples(saved[0] / "beyond_manchester.omn")


EDITS = {
    "kind": "owx",
    "class": "ofn",
    "scheme": "omn",
    "stance": "rdf",
    "number": "ttl",
    "unsatisfiable": "owx",
    "remove": "ofn",
    "datatype": "omn",
}


@pytest.fixture(scope="module")
def edit(tmp_path_factory, owl_api) -> Callable[[str], Comparison]:
    """What an edit, saved in one of the syntaxes under the ending .owl, changes in the shipped ontology."""
    folder = tmp_path_factory.mktemp("edited")
    jobs = [(ontology_path(), folder / f"{name}.owl", syntax, name) for name, syntax in EDITS.items()]
    jobs.append((folder / "class.owl", folder / "rename.owl", "omn", "rename"))
    owl_api("edit", *(argument for job in jobs for argument in job))

    def compared(name: str) -> Comparison:
        before = folder / "class.owl" if name == "rename" else ontology_path()
        return compare(read_triples(before), read_triples(folder / f"{name}.owl"))

    return compared


@pytest.mark.parametrize(
    ("name", "added"),
    [
        ("kind", ["Gaze"]),
        ("class", ["Coffee", "origin", "roastLevel"]),
        ("scheme", ["Berry", "Fruity", "Nutty", "Tastes"]),
        ("stance", ["NostalgicStance"]),
        ("unsatisfiable", ["LivingInterest"]),
    ],
)
def test_an_edit_that_adds_terms_adds_just_these(edit, name, added):
    assert edit(name) == Comparison(added=tuple(NamedNode(SHOP + a) for a in added))


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("number", 'halfLifeDays pen:View "30.0"^^xsd:decimal', 'halfLifeDays pen:View "45.0"^^xsd:decimal'),
        ("datatype", 'intensity pen:View "0.2"^^xsd:decimal', 'intensity pen:View "strong"'),
    ],
)
def test_an_edit_of_a_value_changes_one_axiom(edit, name, before, after):
    (change,) = edit(name).changed
    assert change.term.value == t.PEN + "View"
    assert [a.text for a in change.removed] == [f"DataPropertyAssertion(pen:{before})"]
    assert [a.text for a in change.added] == [f"DataPropertyAssertion(pen:{after})"]


def test_a_removed_kind_takes_the_list_of_different_ones_with_it(edit):
    """Protégé deletes every axiom that names a deleted term, and so the one that tells all kinds apart."""
    comparison = edit("remove")
    assert comparison.removed == (NamedNode(t.PEN + "Click"),)
    gone = [a for change in comparison.changed for a in change.removed]
    assert {a.kind for a in gone} == {"DifferentIndividuals"}
    assert len(gone) == 13 * 12 // 2
    assert not any(change.added for change in comparison.changed)


def test_a_rename_is_found_and_changes_no_axiom(edit):
    assert edit("rename") == Comparison(renames={NamedNode(SHOP + "Coffee"): NamedNode(SHOP + "CoffeeBeans")})
