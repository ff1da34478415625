"""Links looked at and decided by people: what was read follows at once, and taking it back leaves no trace."""

from __future__ import annotations

import io
import json
import random
import shutil
from datetime import UTC, datetime

import pytest

import penchant
from penchant.cli import main
from penchant.errors import InputError, StoreError, UnknownError
from penchant.kg.embedded import EmbeddedStore
from penchant.kg.stored_reading import stored_text

ITEMS = "id,label,concepts\nf1,Alien,horror\nf2,Aliens,horror\nf3,Heat,crime\nf4,Collateral,crime\n"
TEXTS = """\
{"person": "ana", "text": "I love Alien.", "at": "2026-01-01"}
{"person": "ana", "text": "I love cryosleep thrillers. I hate Heat.", "at": "2026-01-02"}
{"person": "bodil", "text": "I like Heat.", "at": "2026-01-03"}
{"person": "bodil", "text": "I really love Cryosleep Thrillers!", "at": "2026-01-04"}
{"person": "cy", "text": "I like heat very much.", "at": "2026-01-05"}
{"person": "cy", "text": "Yesterday I watched Collateral.", "at": "2026-01-06"}
"""
WORDS = "cryosleep thrillers"
RULES = penchant.ReadingSettings(model="rules", encoder=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A workspace in which texts were read by the rule baseline."""
    folder = tmp_path_factory.mktemp("links")
    (folder / "items.csv").write_text(ITEMS, encoding="utf-8")
    (folder / "texts.jsonl").write_text(TEXTS, encoding="utf-8")
    with penchant.create(folder / "data", base_iri="https://shop.example/", plain_ids=True) as p:
        p.add_items(folder / "items.csv")
    with penchant.open(folder / "data", reading=RULES) as p:
        p.add_texts(folder / "texts.jsonl")
    return folder / "data"


@pytest.fixture
def folder(made, tmp_path):
    """A copy of it."""
    shutil.copytree(made, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def shop(folder):
    """The copy, open."""
    with penchant.open(folder, reading=RULES) as p:
        yield p


def graph(p):
    out = io.BytesIO()
    p.export(out, "nq")
    return out.getvalue()


def rows(p):
    db = p.workspace.ledger.connection
    tables = ("texts", "windows", "mentions", "decided_mentions")
    return [row for table in tables for row in db.execute(f"SELECT * FROM {table} ORDER BY rowid")]


def link_of(p, id):
    return p.links.mention(id).proposal.link


def ids(p, words):
    (one,) = p.links.list(words)
    return one.ids


def stances(p, person):
    answer = p.query("profile", {"user": person})
    return {(row["about"].value, row["stance"].value.rpartition("#")[2]) for row in answer.rows}


def sound(p):
    return p.check() == [] and p.workspace.ledger.unbalanced() == [] and p.fuse(dry_run=True).changed == 0


ALIEN, HEAT = "https://shop.example/item/f1", "https://shop.example/item/f3"


def test_words_are_shown_with_what_they_were_linked_to(shop):
    found = {one.key: one for one in shop.links.list()}
    heat, thrillers = found["heat"], found[WORDS]
    assert (heat.mentions, heat.people) == (3, 3)
    assert heat.links[0].link == HEAT
    assert heat.candidates[0].iri == HEAT
    assert (thrillers.mentions, thrillers.nil) == (2, 2)
    assert {one.key for one in shop.links.list(nil=True)} >= {WORDS}
    assert "alien" not in {one.key for one in shop.links.list(nil=True)}
    assert {one.key for one in shop.links.list(person="ana")} == {"alien", "heat", WORDS}
    assert shop.links.list("THE heat")[0].mentions == 3
    assert shop.links.list("never said") == []
    assert len(shop.links.list(limit=1)) == 1
    mention = shop.links.mention(heat.ids[-1])
    assert (mention.person, mention.proposal.quote, mention.decision) == ("ana", "Heat", None)


def test_what_is_not_sure_is_doubtful(shop):
    sure = {one.key for one in shop.links.list(doubtful=True)}
    shop.workspace.ledger.connection.execute("UPDATE mentions SET link_confidence = 0.59 WHERE quote = 'Alien'")
    assert {one.key for one in shop.links.list(doubtful=True)} - sure == {"alien"}


def test_what_meant_nothing_means_a_thing_and_back(shop):
    before, stored = graph(shop), rows(shop)
    concepts = {about for person in ("ana", "bodil") for about, _ in stances(shop, person) if "/concept/" in about}
    assert len(concepts) == 2
    done = shop.links.accept("Cryosleep thrillers", "f1", by="eve", because="that is what they say")
    assert (done.texts, done.people, done.mentions) == (2, 2, {"accepted": 2})
    assert (ALIEN, "LikesStance") in stances(shop, "bodil")
    assert not any("/concept/" in about for about, _ in stances(shop, "bodil"))
    assert not any(concept.encode() in graph(shop) for concept in concepts)
    shown = shop.links.mention(ids(shop, WORDS)[0])
    assert (shown.proposal.link, shown.proposal.link_confidence) == (ALIEN, 1.0)
    assert (shown.decision.by, shown.decision.because) == ("eve", "that is what they say")
    assert sound(shop)
    shop.links.undo(done.decision.id, by="eve")
    assert graph(shop) == before
    assert rows(shop) == stored
    assert sound(shop)
    (kept,) = shop.links.decisions()
    assert (kept.by, kept.undone_by, kept.undone is not None) == ("eve", "eve", True)


def test_what_meant_a_thing_means_nothing_and_back(shop):
    before, stored = graph(shop), rows(shop)
    done = shop.links.reject("heat", HEAT)
    assert done.mentions == {"accepted": 3}
    assert HEAT not in {about for person in ("ana", "bodil", "cy") for about, _ in stances(shop, person)}
    assert sound(shop)
    shop.links.undo(done.decision.id)
    assert graph(shop) == before
    assert rows(shop) == stored


def test_what_was_only_watched_is_no_more_where_it_means_nothing(shop):
    before = graph(shop)
    assert b"item/f4" in before and b"pen" in before
    done = shop.links.reject("Collateral")
    assert done.mentions == {"rejected": 1}
    assert b"Engagement" in before and b"Engagement" not in graph(shop)
    assert sound(shop)
    shop.links.undo(done.decision.id)
    assert graph(shop) == before


def test_a_decision_reaches_no_further_than_it_says(shop):
    one = shop.links.accept("heat", "f1", person="bodil")
    assert one.people == 1
    assert [link_of(shop, id) for id in reversed(ids(shop, "heat"))] == [HEAT, ALIEN, HEAT]
    first = ids(shop, "heat")[-1]
    two = shop.links.reject("heat", mention=first)
    assert [link_of(shop, id) for id in reversed(ids(shop, "heat"))] == [None, ALIEN, HEAT]
    assert (two.decision.scope, one.decision.scope) == ("mention", "person")
    shop.links.accept("heat", "f2")
    found = [link_of(shop, id) for id in reversed(ids(shop, "heat"))]
    assert found == [None, ALIEN, "https://shop.example/item/f2"]
    assert sound(shop)


def test_a_person_is_meant_under_all_identifiers(shop):
    shop.people.merge("bodil", "cy")
    assert shop.links.accept("heat", "f1", person="cy").mentions == {"accepted": 2}
    shop.say("bodil", "I like Heat a great deal.")
    assert link_of(shop, ids(shop, "heat")[0]) == ALIEN


def test_new_texts_follow_at_once_and_an_undo_gives_them_back_to_the_linker(shop, made, tmp_path):
    shutil.copytree(made, tmp_path / "other")
    one = shop.links.accept("heat", "f1")
    two = shop.links.reject("Aliens")
    at = penchant.TextRecord("ana", "I love Heat and Aliens!", datetime(2026, 2, 1, tzinfo=UTC))
    entry = shop.add_texts([at]).entries[0]
    assert {v.proposal.quote: v.proposal.link for v in entry.verdicts} == {"Heat": ALIEN, "Aliens": None}
    shop.links.undo(one.decision.id)
    shop.links.undo(two.decision.id)
    with penchant.open(tmp_path / "other", reading=RULES) as other:
        plain = other.add_texts([at]).entries[0]
        links = {v.proposal.quote: (v.proposal.link, v.proposal.link_confidence) for v in plain.verdicts}
        newest = shop.workspace.ledger.connection.execute("SELECT max(id) FROM texts").fetchone()[0]
        again = stored_text(shop.workspace.ledger.connection, newest)
        assert {m.proposal.quote: (m.proposal.link, m.proposal.link_confidence) for m in again.mentions} == links


@pytest.mark.slow
def test_any_decisions_in_any_order_leave_no_trace_once_taken_back(shop):
    before, stored = graph(shop), rows(shop)
    dice = random.Random(7)
    where = [{}, {"person": "ana"}, {"person": "bodil"}, {"mention": ids(shop, "heat")[0]}]
    held = []
    for _ in range(14):
        words = dice.choice(["heat", WORDS, "alien"])
        scope = dice.choice(where if words == "heat" else where[:3])
        thing = dice.choice([None, "f1", "f2", "f3"])
        try:
            done = shop.links.reject(words, thing, **scope) if dice.random() < 0.5 or thing is None else None
            held.append((done or shop.links.accept(words, thing, **scope)).decision.id)
        except InputError:  # decided so already
            continue
        if len(held) > 3 and dice.random() < 0.3:
            shop.links.undo(held.pop(dice.randrange(len(held))))
        assert sound(shop)
    assert len(held) > 4
    assert graph(shop) != before
    dice.shuffle(held)
    for id in held:
        shop.links.undo(id)
    assert graph(shop) == before
    assert rows(shop) == stored


def test_what_a_person_has_corrected_stays(shop):
    shop.people.correct("bodil", "f1", "dislikes")
    before = graph(shop)
    done = shop.links.accept("heat", "f1", person="bodil")
    assert (ALIEN, "DislikesStance") in stances(shop, "bodil")
    assert (ALIEN, "LikesStance") not in stances(shop, "bodil")
    assert sound(shop)
    shop.links.undo(done.decision.id)
    assert graph(shop) == before


def test_a_mended_mention_stays_as_it_was_mended(shop):
    (old,) = ids(shop, "collateral")
    assert shop.links.reject("collateral").mentions == {"rejected": 1}
    shop.ledger.mend(old, {"link": "f2"})
    assert shop.links.accept("collateral", "f1").mentions == {}  # it waits to be tried again as it was mended
    assert shop.ledger.replay(old).counts == {"accepted": 1}
    (new,) = ids(shop, "collateral")
    assert link_of(shop, new) == "https://shop.example/item/f2"
    assert shop.links.mention(new).decision is None
    assert shop.links.reject("collateral").mentions == {}
    assert link_of(shop, new) == "https://shop.example/item/f2"
    assert shop.links.accept("collateral", "f3", mention=new).mentions == {"accepted": 1}
    assert link_of(shop, new) == HEAT
    shop.links.undo(shop.links.decisions()[-1].id)
    assert link_of(shop, new) == "https://shop.example/item/f2"
    assert sound(shop)


def test_a_mend_that_says_nothing_of_the_link_leaves_it_to_the_decisions(shop):
    (old,) = ids(shop, "collateral")
    shop.links.reject("collateral")
    shop.ledger.mend(old, {"stance": "likes"})
    shop.links.accept("collateral", "f2")
    assert shop.ledger.replay(old).counts == {"accepted": 1}
    (new,) = ids(shop, "collateral")
    assert link_of(shop, new) == "https://shop.example/item/f2"
    assert shop.links.mention(new).decision.link == "https://shop.example/item/f2"
    assert sound(shop)


def test_a_mention_that_was_read_anew_since_cannot_be_decided(shop):
    old = ids(shop, "heat")[0]
    shop.workspace.ledger.connection.execute("UPDATE texts SET superseded = 1 WHERE person = 'cy'")
    assert shop.links.mention(old).past
    with pytest.raises(InputError, match="read anew since"):
        shop.links.accept("heat", "f1", mention=old)
    assert shop.links.accept("heat", "f1").texts == 2


def test_who_lets_nothing_be_learnt_is_left_alone(shop):
    shop.people.consent("bodil", refuse=["extract"])
    done = shop.links.accept("heat", "f1")
    assert (done.texts, done.withheld) == (2, 1)
    assert (HEAT, "LikesStance") in stances(shop, "bodil")


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda p: p.links.accept("heat", "f9"), UnknownError, "knows no 'f9'; expected one of <.*f3> .Heat."),
        (lambda p: p.links.accept("heat", "https://shop.example/item/f9"), UnknownError, "knows no"),
        (lambda p: p.links.accept("heat", "Heat"), UnknownError, "<https://shop.example/item/f3>"),
        (lambda p: p.links.reject("heat", "f9"), UnknownError, "knows no"),
        (lambda p: p.links.accept(" ", "f1"), InputError, "no words"),
        (lambda p: p.links.accept("heat\udc80", "f1"), InputError, "surrogate"),
        (lambda p: p.links.accept("heat", "f1", person="nobody"), UnknownError, "nothing is known"),
        (lambda p: p.links.accept("heat", "f1", mention="mention:999"), UnknownError, "no such mention"),
        (lambda p: p.links.accept("heat", "f1", mention="1x"), InputError, "no id of a mention"),
        (lambda p: p.links.accept("heat", "f1", mention="mention:1"), InputError, "not the words"),
        (lambda p: p.links.accept("heat", "f1", mention="3", person="bodil"), InputError, "a mention and a person"),
        (lambda p: p.links.undo("decision:4"), UnknownError, "no such decision"),
        (lambda p: p.links.undo("x"), InputError, "no id of a decision"),
        (lambda p: p.links.mention("mention:999"), UnknownError, "no such mention"),
    ],
)
def test_what_cannot_be_decided_says_why_and_changes_nothing(shop, call, error, words):
    before, stored = graph(shop), rows(shop)
    with pytest.raises(error, match=words):
        call(shop)
    assert (graph(shop), rows(shop), shop.links.decisions()) == (before, stored, [])


def test_nothing_is_decided_or_taken_back_twice(shop):
    id = shop.links.accept("heat", "f1").decision.id
    with pytest.raises(InputError, match=f"decision:{id}: it is decided so already"):
        shop.links.accept("The Heat", "https://shop.example/item/f1")
    shop.links.undo(id)
    with pytest.raises(InputError, match="taken back at"):
        shop.links.undo(id)
    assert shop.links.accept("heat", "f1").decision.id > id
    shop.links.reject("heat", "f1")
    shop.links.reject("heat", "f2")
    with pytest.raises(InputError, match="decided so already"):
        shop.links.reject("heat", "f1")
    shop.links.accept("heat", "f1")
    assert link_of(shop, ids(shop, "heat")[0]) == ALIEN
    shop.links.reject("heat", "f1", person="ana")
    shop.links.accept("heat", "f3")
    shop.links.accept("heat", "f1")


def test_what_the_gate_refuses_is_not_decided(shop, monkeypatch):
    before, stored = graph(shop), rows(shop)

    def refuse(nodes):
        raise StoreError("refused")

    monkeypatch.setattr(type(shop.workspace.gate), "demand", lambda self, nodes: refuse(nodes))
    with pytest.raises(StoreError):
        shop.links.accept("heat", "f1")
    assert (graph(shop), rows(shop), shop.links.decisions()) == (before, stored, [])


def test_a_crash_before_the_store_has_it_is_carried_to_the_end(folder, monkeypatch):
    class Killed(BaseException):
        pass

    def die(*_):
        raise Killed

    with penchant.open(folder, reading=RULES) as p:
        with monkeypatch.context() as now:
            now.setattr(EmbeddedStore, "apply", die)
            with pytest.raises(Killed):
                p.links.accept("heat", "f1")
        shutil.copytree(folder, folder.with_name("dead"))  # what a crash would have left
    with penchant.open(folder.with_name("dead"), reading=RULES) as p:
        assert p.workspace.redone == 1
        assert (ALIEN, "LikesStance") in stances(p, "bodil")
        assert link_of(p, ids(p, "heat")[0]) == ALIEN
        assert sound(p)


def test_decisions_are_in_backups(shop, tmp_path):
    shop.links.accept("heat", "f1", by="eve")
    after = graph(shop)
    copy = shop.backups.make(tmp_path / "copy").folder
    penchant.restore(copy, tmp_path / "back")
    with penchant.open(tmp_path / "back", reading=RULES) as p:
        assert graph(p) == after
        (kept,) = p.links.decisions()
        assert kept.by == "eve"
        p.say("ana", "I really like Heat.")
        assert link_of(p, ids(p, "heat")[0]) == ALIEN
        p.links.undo(kept.id)
        assert sound(p)


def test_decisions_survive_compacting(shop):
    shop.links.accept("heat", "f1", by="eve")
    after = graph(shop)
    shop.people.compact()
    assert graph(shop) == after
    (kept,) = shop.links.decisions()
    assert kept.by == "eve"
    assert sound(shop)


def test_forgetting_somebody_takes_what_was_decided_of_their_words(shop, folder):
    shop.links.accept("heat", "f1", because="bodil-peep told me", person="cy", by="eve")
    shop.links.accept(WORDS, "f1", because="as bodil says", by="bodil")
    shop.links.accept("heat", "f1", person="bodil", because="bodil means the alien")
    at = next(id for id in ids(shop, WORDS) if shop.links.mention(id).person == "bodil")
    shop.links.reject("Cryosleep Thrillers", mention=at, because="the last of them")
    shop.people.forget("bodil")
    kept = shop.links.decisions()
    assert [(one.id, one.by, one.because) for one in kept] == [(1, "eve", "…-peep told me"), (2, "…", "as … says")]
    left = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for words in (b"means the alien", b"last of them", b"as bodil says", b"Cryosleep Thrillers", b"u/bodil"):
        assert words not in left, words
    assert sound(shop)
    assert shop.links.accept("heat", "f2").decision.id == 5


def test_what_expires_takes_what_was_decided_of_it(shop):
    shop.links.reject("heat", mention=ids(shop, "heat")[0])
    shop.links.reject("heat", mention=ids(shop, "heat")[1])
    shop.people.consent("cy", keep_days=1)
    shop.people.expire()
    assert [one.id for one in shop.links.decisions()] == [2]
    assert sound(shop)


def test_a_workspace_from_before_there_were_decisions_opens(folder):
    with penchant.open(folder, reading=RULES) as p:
        p.workspace.ledger.connection.executescript("DROP TABLE decided_mentions; DROP TABLE link_decisions")
    with penchant.open(folder, reading=RULES) as p:
        assert p.links.accept("heat", "f1").mentions == {"accepted": 3}
        assert sound(p)


def test_on_the_command_line(folder, capsys):
    def said(*words, status=0):
        with pytest.raises(SystemExit) as ended:
            main(["--workspace", str(folder), "--model", "rules", "--no-encoder", "link", *words])
        told = capsys.readouterr()
        assert ended.value.code == status, told
        return told.out if status == 0 else told.err

    assert "“Heat”  3 × by 3 people" in said("show")
    done = json.loads(said("accept", WORDS, "f1", "--because", "they say so", "--by", "eve", "--json"))
    assert (done["mentions"], done["decision"]["id"]) == ({"accepted": 2}, 1)
    shown = said("show", WORDS)
    assert "2 × Alien <https://shop.example/item/f1>  confidence 1.00, 2 decided" in shown
    id = json.loads(said("show", WORDS, "--json"))[0]["ids"][0]
    told = said("show", id)
    assert "decided   by eve at" in told and "linker    nothing (NIL)" in told
    assert "linked anew: 1 mention = 1 accepted in 1 text of 1 person" in said(
        "reject", "heat", "f3", "--person", "bodil"
    )
    assert "expected one of <https://shop.example/item/f3> (Heat)" in said("accept", "heat", "f9", status=2)
    assert json.loads(said("accept", "heat", "f9", "--json", status=2))["error"] == "UnknownError"
    assert "decision:2" in said("undo", "decision:2")
    listed = said("decisions")
    assert "decision:1  “cryosleep thrillers” means Alien" in listed and "taken back" in listed
    assert [one["verb"] for one in json.loads(said("decisions", "--json"))] == ["accept", "reject"]
    assert "Nobody has mentioned it." in said("show", "never said")
    assert "There are more" in said("show", "--limit", "1")
