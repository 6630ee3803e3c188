"""Requests that Hypothesis makes, and shrinks where one of them brings a server down."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from benchmarks.hostile.requests import BATCH, SINGLE, Request, chunked, head, honest, written
from benchmarks.hostile.stage import Stage, loosely, strictly

_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
_JSON = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5)
)
_FIELDS = st.sampled_from([*honest(0), "event_id", "custom_event_name", "user_data"])
_CHANGES = st.dictionaries(_FIELDS, _JSON, max_size=3)
_EVENTS = _CHANGES.map(lambda changes: {**honest(0), **changes})
_BODIES = st.one_of(
    _EVENTS.map(lambda event: written(event, True)),
    st.lists(_EVENTS, max_size=4).map(lambda events: written(events, True)),
    _JSON.map(lambda value: written(value, True)),
    st.binary(max_size=2_000),
)
_TOKENS = st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=40)
_LINES = st.lists(st.tuples(_TOKENS, _TOKENS).map(": ".join), max_size=4)
_PATHS = st.sampled_from((SINGLE, BATCH)) | _TOKENS.map(lambda text: f"/{text}")


def requests(stage: Stage) -> None:
    """Bodies with an honest head, whole and in chunks, and odd heads with an honest body."""
    link = stage.connect()
    bounded = settings(
        max_examples=stage.plan.few(4),
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )

    @seed(stage.dice.getrandbits(32))
    @bounded
    @given(st.sampled_from((SINGLE, BATCH)), _BODIES, st.integers(0, 4))
    def bodies(path: str, body: bytes, parts: int) -> None:
        framing = "Transfer-Encoding: chunked" if parts else f"Content-Length: {len(body)}"
        size = max(1, -(-len(body) // (parts or 1)))
        sent = chunked([body[at : at + size] for at in range(0, len(body), size)]) if parts else body
        request = Request("drawn body", head(path, framing) + sent)
        link.send(request.data)
        stage.take(link, request, strictly)

    @seed(stage.dice.getrandbits(32))
    @bounded
    @given(_PATHS, _LINES)
    def heads(path: str, lines: list[str]) -> None:
        body = written(honest(0))
        start = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
        data = "\r\n".join((start + "X: y", *lines, "", "")).encode("latin-1") + body
        link.send(data)
        link.end()
        stage.take(link, Request("drawn head", data), loosely)

    bodies()
    heads()
    stage.opened = link.opened
    link.close()
