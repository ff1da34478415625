"""Four sentences that a sum of likes gets wrong, read by the shipped model and printed as a person sees them."""

import json

import pytest

from penchant import api

pytestmark = [pytest.mark.model, pytest.mark.usefixtures("models")]

ITEMS = "id,label,concepts\nk1,Sage Kettle,Kettles\nb1,City Bike,Bikes\nm1,The New Yorker,Magazines\nl1,Lost,Drama\n"
AT = "2026-11-01T20:00:00Z"
TEXTS = {
    "ana": "I bought the Sage Kettle but I hated it.",
    "bo": "I loved Lost in 2019, but now Lost bores me.",
    "cho": "I want a City Bike for my daughter.",
    "dee": "I love The New Yorker.",
}
SKIPS = "person,item,kind,at\n" + "".join(f"dee,m1,skip,2026-10-2{n}T08:00:00Z\n" for n in range(5))


@pytest.fixture(scope="module")
def shown(tmp_path_factory, models):
    folder = tmp_path_factory.mktemp("shop")
    (folder / "items.csv").write_text(ITEMS)
    (folder / "skips.csv").write_text(SKIPS)
    lines = [json.dumps({"person": who, "text": text, "at": AT}) + "\n" for who, text in TEXTS.items()]
    (folder / "texts.jsonl").write_text("".join(lines))
    with api.create(folder / "w", plain_ids=True) as p:
        p.add_items(folder / "items.csv")
        p.add_texts(folder / "texts.jsonl")
        p.add_events(folder / "skips.csv")
        yield {who: p.people.show(who).text("en") for who in TEXTS} | {"bo then": p.people.history("bo").text("en")}
        assert p.check() == []


def test_bought_it_but_hated_it(shown):
    assert "Sage Kettle: dislikes (attitude). Weight -" in shown["ana"]
    assert "Sage Kettle: interested (attention)" in shown["ana"]
    assert "buy, once" in shown["ana"]
    assert "told in your own words" in shown["ana"]


def test_loved_it_in_2019_now_bored(shown):
    assert "1. Lost: dislikes (attitude). Weight -" in shown["bo"]
    assert "2019-07-02: in your words, “Lost” (likes" in shown["bo"]
    then, now = shown["bo then"].split("2026-11-01", 1)
    assert "likes, weight 0.9" in then
    assert "dislikes" in now


def test_for_my_daughter(shown):
    assert "nothing was shown yet" in shown["cho"]
    assert "for “my daughter”: wants City Bike" in shown["cho"]


def test_says_he_loves_it_but_never_opens_it(shown):
    assert "1. The New Yorker: likes (attitude)" in shown["dee"]
    assert "You have also said or shown the opposite" in shown["dee"]
    assert "skip, 5 times" in shown["dee"]
    assert "attention" not in shown["dee"]
