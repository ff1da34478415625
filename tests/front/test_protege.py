"""From an edit in Protégé (made by the OWL API, saved in its syntaxes) to a changed answer on the command line."""

import json

import pytest

from penchant.ontology.files import ontology_path

pytestmark = pytest.mark.slow
SHOP = "https://shop.example/ontology#"
EVENTS = """\
person,item,kind,at
ana,c1,gaze,2026-03-31T00:00:00Z
ana,c1,view,2026-01-30T00:00:00Z
"""
ITEMS = [
    {"id": "c1", "label": "Guji", "type": "Coffee", "roast level": 2, "origin": "Ethiopia"},
    {"id": "c2", "label": "Yirga", "type": "Coffee", "roast level": 3, "origin": "Ethiopia"},
    {"id": "c3", "label": "Huila", "type": "Coffee", "roast level": 3, "origin": "Colombia"},
    {"id": "c4", "label": "No level", "type": "Coffee"},
    {"id": "c5", "label": "Dark one", "type": "Coffee", "roast level": "dark"},
]


@pytest.fixture(scope="module")
def edits(tmp_path_factory, owl_api):
    """Edited ontologies by name, each in another syntax."""
    folder = tmp_path_factory.mktemp("edits")
    jobs = {
        "kind": ("ofn", "kind"),
        "class": ("omn", "class"),
        "scheme": ("owx", "scheme"),
        "stance": ("rdf", "stance"),
        "number": ("ttl", "number"),
        "all": ("owx", "kind,class,scheme,stance,number"),
        "renamed": ("ofn", "class,rename"),
        "unsatisfiable": ("omn", "unsatisfiable"),
        "remove": ("ofn", "remove"),
        "datatype": ("rdf", "datatype"),
    }
    words = []
    for name, (syntax, edit) in jobs.items():
        words += [ontology_path(), folder / f"{name}.{syntax}", syntax, edit]
    owl_api("edit", *words)
    return {name: folder / f"{name}.{syntax}" for name, (syntax, _) in jobs.items()}


@pytest.fixture
def shop(run):
    run("init", "--plain-ids", "--base-iri", "https://shop.example/")
    return run


def rows(run, *words):
    found = json.loads(run("query", *words, "--json"))
    return [{k: v["value"] for k, v in row.items()} for row in found["results"]["bindings"]]


def write(tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return name


def items(tmp_path):
    return write(tmp_path, "items.jsonl", "".join(json.dumps(row) + "\n" for row in ITEMS))


def test_a_kind_saved_in_functional_syntax_weighs_by_its_numbers(shop, edits, tmp_path):
    write(tmp_path, "plain.csv", "id,label\nc1,Guji\n")
    shop("add", "items", "plain.csv")
    write(tmp_path, "events.csv", EVENTS)
    assert "1 bad lines" in shop("add", "events", "events.csv")
    said = shop("ontology", "apply", edits["kind"])
    assert f"added    <{SHOP}Gaze>" in said
    assert "2 events + 0 rejected" in shop("add", "events", "events.csv")
    # 60 days before the gaze a view counts .1 · 2^(−60/30) = .025 beside .4
    [found] = rows(shop, "profile", "--set", "user=ana")
    assert float(found["weight"]) == pytest.approx((0.4 * 0.5 + 0.025 * 0.2) / 0.425, abs=5e-5)
    assert float(found["confidence"]) == pytest.approx(0.425 / 2.425, abs=5e-5)


def test_a_class_saved_in_manchester_syntax_judges_items_and_finds_them(shop, edits, tmp_path):
    file = items(tmp_path)
    assert "0 items + 5 rejected" in shop("add", "items", file)
    shop("ontology", "apply", edits["class"])
    assert "3 items + 2 rejected" in shop("add", "items", file)
    refused = shop("ledger", "list")
    assert "roastLevel: minCount 1, found '0'" in refused
    assert "'dark'" in refused
    write(tmp_path, "likes.csv", "person,item,kind,at\nana,c1,like,2026-03-01\n")
    shop("add", "events", "likes.csv")
    listed = json.loads(shop("recommend", "ana", "--json"))["items"]
    found = {item["label"]: item["found_by"] for item in listed}
    assert "shared_concept" in found["Yirga"]
    assert "shared_concept" not in found.get("Huila", {})
    assert "sound" in shop("check")
    # its class gets another name, and the items follow
    assert f"renamed  <{SHOP}Coffee> → <{SHOP}CoffeeBeans>" in shop("ontology", "apply", edits["renamed"])
    named = rows(shop, write_query(tmp_path, f"SELECT ?item WHERE {{ ?item a <{SHOP}CoffeeBeans> }}"))
    assert len(named) == 3


def write_query(tmp_path, text):
    write(tmp_path, "q.rq", text)
    return "@q.rq"


@pytest.mark.model
def test_a_concept_scheme_saved_in_owl_xml_is_what_words_mean(shop, edits, models):
    sentence = "I love anything with hints of berry."
    assert "own concept" in shop("add", "text", "ana", sentence)
    shop("ontology", "apply", edits["scheme"])
    assert SHOP in shop("add", "text", "bo", sentence)


@pytest.mark.model
def test_a_sub_stance_saved_in_rdf_xml_is_told_apart(shop, edits, models):
    before = shop("add", "text", "ana", "I adored Lego when I was little.")
    assert "nostalgic" not in before
    shop("ontology", "apply", edits["stance"])
    shop("add", "text", "bo", "I adored Lego when I was little.")
    shop("add", "text", "bo", "I love the new espresso machine.")
    shown = {
        row["about"].rpartition("/")[2]: row["stance"].rpartition("#")[2]
        for row in rows(shop, "profile", "--set", "user=bo")
    }
    assert sorted(shown.values()) == ["LikesStance", "NostalgicStance"]


def test_a_number_saved_in_turtle_changes_stored_interests_and_is_undone(shop, edits, tmp_path):
    write(tmp_path, "plain.csv", "id,label\nc1,Guji\n")
    shop("add", "items", "plain.csv")
    write(tmp_path, "views.csv", "person,item,kind,at\nana,c1,view,2026-01-01\nana,c1,click,2026-03-02\n")
    shop("add", "events", "views.csv")

    def confidence():
        return float(rows(shop, "profile", "--set", "user=ana")[0]["confidence"])

    n = 0.2 + 0.1 * 2 ** (-60 / 30)
    assert confidence() == pytest.approx(n / (n + 2), abs=5e-5)
    said = shop("ontology", "diff", "current", edits["number"])
    assert "changed  pen:View" in said
    assert "1 interests of 1 people rest on it" in said
    assert "1 people's interests are worked out anew" in shop("ontology", "apply", edits["number"])
    n = 0.2 + 0.1 * 2 ** (-60 / 45)
    assert confidence() == pytest.approx(n / (n + 2), abs=5e-5)
    shop("ontology", "undo")
    n = 0.2 + 0.1 * 2 ** (-60 / 30)
    assert confidence() == pytest.approx(n / (n + 2), abs=5e-5)


@pytest.mark.parametrize(
    ("name", "word"),
    [("unsatisfiable", "unsatisfiable"), ("remove", "pen:Click: 1 stored triples name it"), ("datatype", "strong")],
)
def test_a_broken_edit_changes_nothing_and_says_why(shop, edits, tmp_path, name, word):
    write(tmp_path, "plain.csv", "id,label\nc1,Guji\n")
    shop("add", "items", "plain.csv")
    write(tmp_path, "clicks.csv", "person,item,kind,at\nana,c1,click,2026-03-02\n")
    shop("add", "events", "clicks.csv")
    before = shop("export", "--format", "nq", "--ontology")
    said = shop("ontology", "apply", edits[name], status=2)
    assert word in said
    assert "Nothing was changed." in said
    assert shop("export", "--format", "nq", "--ontology") == before


def test_all_edits_at_once_are_sound(shop, edits):
    assert shop("ontology", "check", edits["all"]) == "sound\n"
    assert "Edition 1 is in force" in shop("ontology", "apply", edits["all"])
    assert "nothing changed" in shop("ontology", "apply", edits["all"])
    assert "sound" in shop("check")
