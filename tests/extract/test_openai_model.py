"""The endpoint model against a real HTTP server on this machine."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from penchant.errors import ModelError
from penchant.extract.language_model import Passage
from penchant.extract.openai_model import UNKNOWN_CONFIDENCE, OpenAIModel

Answerer = Callable[[dict[str, Any]], tuple[int, Any]]


@dataclass
class Endpoint:
    url: str = ""
    seen: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    answers: list[Answerer] = field(default_factory=list)


def completion(
    content: str, *, finish: str = "stop", logprobs: list[tuple[str, float]] | None = None
) -> dict[str, Any]:
    choice: dict[str, Any] = {"message": {"role": "assistant", "content": content}, "finish_reason": finish}
    if logprobs is not None:
        choice["logprobs"] = {"content": [{"token": t, "logprob": p} for t, p in logprobs]}
    return {"choices": [choice]}


def says(*pairs: tuple[str, str]) -> str:
    return json.dumps({"mentions": [{"quote": q, "stance": s} for q, s in pairs]}, ensure_ascii=False)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """A server that gives the answers of ``answers`` in turn, the last one for ever."""
    state = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/chat/completions"
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.seen.append(body)
            state.keys.append(self.headers.get("Authorization"))
            answerer = state.answers.pop(0) if len(state.answers) > 1 else state.answers[0]
            status, answer = answerer(body)
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with contextlib.suppress(BrokenPipeError):  # the client may have given up
                self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield state
    server.shutdown()
    server.server_close()


def test_reads_and_asks_for_the_schema(endpoint: Endpoint) -> None:
    endpoint.answers = [lambda _: (200, completion(says(("Amélie", "likes"), ("gore", "dislikes"))))]
    model = OpenAIModel(endpoint.url, "some-model", api_key="secret")
    (reply,) = model.read([Passage("I love “Amélie”, not gore", "What do you like?")])
    assert [(m.quote, m.start, m.end, m.stance) for m in reply.mentions] == [
        ("Amélie", 8, 14, "likes"),
        ("gore", 21, 25, "dislikes"),
    ]
    assert reply.status == "decoded"
    assert {m.confidence for m in reply.mentions} == {UNKNOWN_CONFIDENCE}
    (body,) = endpoint.seen
    assert body["model"] == "some-model"
    assert body["temperature"] == 0
    schema = body["response_format"]["json_schema"]
    assert schema["strict"] is True
    assert schema["schema"]["additionalProperties"] is False
    assert "What do you like?" in body["messages"][-1]["content"]
    assert endpoint.keys == ["Bearer secret"]


def test_what_is_not_in_the_text_is_handed_back(endpoint: Endpoint) -> None:
    endpoint.answers = [lambda _: (200, completion(says(("opera", "likes"), ("jazz", "likes"))))]
    (reply,) = OpenAIModel(endpoint.url, "m").read([Passage("I love jazz")])
    assert [m.quote for m in reply.mentions] == ["jazz"]
    assert reply.unfounded == (("opera", "likes"),)


def test_confidence_from_token_probabilities(endpoint: Endpoint) -> None:
    tokens = [('{"mentions": [{"quote": "', -0.1), ("big ", -0.2), ("jazz", -0.4), ('", "stance": "', 0.0)]
    tokens += [("likes", -0.5), ('"}]}', 0.0)]
    content = "".join(t for t, _ in tokens)
    endpoint.answers = [lambda _: (200, completion(content, logprobs=tokens))]
    (reply,) = OpenAIModel(endpoint.url, "m").read([Passage("big jazz")])
    assert reply.mentions[0].confidence == pytest.approx(2.718281828 ** (-0.3 - 0.5), abs=1e-5)


def test_cut_answers_and_foreign_shapes_say_nothing(endpoint: Endpoint) -> None:
    endpoint.answers = [
        lambda _: (200, completion('{"mentions": [{"quote": "ja', finish="length")),
        lambda _: (200, completion("Sure! You like jazz.")),
        lambda _: (200, completion('{"mentions": [{"quote": "jazz", "stance": "adores"}]}')),
    ]
    replies = OpenAIModel(endpoint.url, "m", parallel=1).read([Passage("jazz")] * 3)
    assert [r.status for r in replies] == ["cut"] * 3
    assert [r.mentions for r in replies] == [()] * 3
    assert replies[1].raw == "Sure! You like jazz."


def test_busy_server_is_asked_again(endpoint: Endpoint) -> None:
    endpoint.answers = [lambda _: (503, {"error": "busy"}), lambda _: (200, completion(says(("jazz", "likes"))))]
    (reply,) = OpenAIModel(endpoint.url, "m").read([Passage("jazz")])
    assert len(reply.mentions) == 1
    assert len(endpoint.seen) == 2


def test_refusal_is_an_error_at_once(endpoint: Endpoint) -> None:
    endpoint.answers = [lambda _: (401, {"error": "no such key"})]
    with pytest.raises(ModelError, match=r"401.*no such key"):
        OpenAIModel(endpoint.url, "m").read([Passage("jazz")])
    assert len(endpoint.seen) == 1


@pytest.mark.parametrize("answer", [{"choices": []}, {"error": "x"}, {"choices": [{}]}])
def test_answers_that_are_no_completion(endpoint: Endpoint, answer: dict[str, Any]) -> None:
    endpoint.answers = [lambda _: (200, answer)]
    with pytest.raises(ModelError, match="chat completion"):
        OpenAIModel(endpoint.url, "m").read([Passage("jazz")])


def test_html_instead_of_json(endpoint: Endpoint) -> None:
    endpoint.answers = [lambda _: (200, b"<html>login</html>")]
    with pytest.raises(ModelError, match="cannot be asked"):
        OpenAIModel(endpoint.url, "m", attempts=1).read([Passage("jazz")])


def test_slow_answers_time_out_alone(endpoint: Endpoint) -> None:
    def slow(body: dict[str, Any]) -> tuple[int, Any]:
        if "slow" in body["messages"][-1]["content"]:
            time.sleep(1.5)
        return 200, completion(says(("jazz", "likes")))

    endpoint.answers = [slow]
    late, good = OpenAIModel(endpoint.url, "m", seconds=0.5, api_key="").read([Passage("slow jazz"), Passage("jazz")])
    assert (late.status, late.mentions) == ("timed out", ())
    assert len(good.mentions) == 1
    assert endpoint.keys == [None, None]


def test_nobody_there() -> None:
    with pytest.raises(ModelError, match="cannot be asked"):
        OpenAIModel("http://127.0.0.1:9/v1", "m", attempts=1).read([Passage("jazz")])


def test_address_and_fingerprint() -> None:
    with pytest.raises(ModelError, match="no web address"):
        OpenAIModel("file:///etc/passwd", "m")
    one, two = OpenAIModel("http://a.example/v1", "m"), OpenAIModel("http://b.example/v1", "m")
    assert one.fingerprint.startswith("m+")
    assert one.fingerprint != two.fingerprint
    assert one.fingerprint == OpenAIModel("http://a.example/v1", "m").fingerprint


def test_texts_without_letters_are_not_sent(endpoint: Endpoint) -> None:
    assert OpenAIModel(endpoint.url, "m").read([Passage("!!!")])[0].mentions == ()
    assert OpenAIModel(endpoint.url, "m").read([]) == []
    assert endpoint.seen == []
