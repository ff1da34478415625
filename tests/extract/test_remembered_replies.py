"""Replies are asked for once; a reading that was interrupted goes on; another model has its own replies."""

from penchant.extract.language_model import Mention, Passage, Reply
from penchant.extract.remembered_replies import RememberedReplies


class Counting:
    """Answers that tell the passage, and counts who was asked."""

    def __init__(self, fingerprint="one"):
        self.fingerprint = fingerprint
        self.asked = []

    def read(self, passages):
        self.asked += passages
        return [
            Reply(p.text, (Mention(p.text, 0, len(p.text), "likes", 0.5, "it"),), "decoded", (("x", "likes"),))
            for p in passages
        ]


PASSAGES = [Passage("tea"), Passage("tea", "and you?"), Passage("茶")]


def test_each_passage_is_asked_once_and_comes_back_as_it_was(tmp_path):
    first = Counting()
    replies = RememberedReplies(first, tmp_path / "replies.jsonl").read([*PASSAGES, PASSAGES[0]])
    assert len(first.asked) == 3
    again = Counting()
    assert RememberedReplies(again, tmp_path / "replies.jsonl").read([*PASSAGES, PASSAGES[0]]) == replies
    assert again.asked == []


def test_a_line_cut_short_is_asked_again(tmp_path):
    file = tmp_path / "replies.jsonl"
    whole = RememberedReplies(Counting(), file).read(PASSAGES)
    file.write_text(file.read_text()[:-20])
    again = Counting()
    assert RememberedReplies(again, file).read(PASSAGES) == whole
    assert again.asked == [PASSAGES[-1]]
    assert RememberedReplies(Counting(), file).read(PASSAGES) == whole


def test_another_model_is_asked_itself(tmp_path):
    file = tmp_path / "replies.jsonl"
    RememberedReplies(Counting(), file).read(PASSAGES)
    other = Counting("two")
    RememberedReplies(other, file).read(PASSAGES)
    assert other.asked == PASSAGES
