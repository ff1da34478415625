"""The rule baseline: cue words, negation, lists, both languages; always literal quotes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penchant.extract.evaluation import measure
from penchant.extract.language_model import Passage
from penchant.extract.rule_model import RuleModel
from penchant.extract.tuning import gold


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I love horror and old westerns.", [("horror", "likes"), ("old westerns", "likes")]),
        ("I don't like musicals", [("musicals", "dislikes")]),
        ("The soup was delicious.", [("soup", "likes")]),
        ("Can't stand Tom Cruise anymore!", [("Tom Cruise", "dislikes")]),
        ("I'm looking for a light raincoat", [("light raincoat", "wants")]),
        ("The shop opens at nine.", []),
        ("I really enjoyed The Lord of the Rings movies.", [("The Lord of the Rings", "likes")]),
        ("Opera bores me.", [("Opera", "dislikes")]),
        ("The plot is not good.", []),
        ("The soup was not good.", [("soup", "dislikes")]),
        ("Are you looking for socks?", []),
        ("I would love to see Dune", [("Dune", "interested")]),
        ("他喜欢足球", []),
        ("我想看《三体》", [("三体", "interested")]),
        ("我很喜欢科幻小说，不喜欢恐怖片", [("科幻小说", "likes"), ("恐怖片", "dislikes")]),
        ("屏幕很好，电池不好", [("屏幕", "likes"), ("电池", "dislikes")]),
        ("今天星期一", []),
    ],
)
def test_cues(text, found):
    (reply,) = RuleModel().read([Passage(text)])
    assert [(m.quote, m.stance) for m in reply.mentions] == found


@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(["I love ", "不", "喜欢", "İ", "horror", ", ", "is great"])).map("".join)
)
def test_quotes_are_literal_whatever_the_text(text):
    (reply,) = RuleModel().read([Passage(text)])
    for mention in reply.mentions:
        assert text[mention.start : mention.end] == mention.quote
        assert mention.quote.strip() == mention.quote != ""
    assert RuleModel().read([Passage(text)]) == [reply]


def test_it_is_a_baseline_and_no_more():
    numbers = measure(RuleModel(), gold.load())
    assert 0.2 <= numbers["mention_stance_f1_exact"] <= 0.3
    assert numbers["texts_per_cpu_second"] > 2_000
