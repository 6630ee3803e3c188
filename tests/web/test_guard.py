"""Who may use /_inspect and /_control: the admin token, foreign web pages, and the names a Host may be."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from mock_capi.web.app import create_app
from mock_capi.web.guard import Guard
from mock_capi.world import World
from tests.senders import Sender, event

TREES = [
    *(("GET", "/_inspect"), ("GET", "/_inspect/status"), ("POST", "/_control/reset"), ("GET", "/metrics")),
    ("GET", "/_control/nothing"),
]


def guarded(world: World, token: str | None = None, hosts: tuple[str, ...] = ()) -> FlaskClient:
    """The application behind a guard."""
    return create_app(world, Guard(token, frozenset(hosts))).test_client()


def asked(client: FlaskClient, **headers: str) -> tuple[int, str | None]:
    """Status and error code of a look at the log with these headers."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    response = client.get("/_inspect", headers=sent)
    assert response.content_type == "application/json"
    body = response.get_json()
    if response.status_code != 200:
        assert set(body) == {"status", "error_code", "message"}
    return response.status_code, body.get("error_code")


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8080",
        "LOCALHOST",
        "localhost.",
        "127.0.0.1",
        "127.0.0.1:8080",
        "10.1.2.3:80",
        "203.0.113.7",
        "[::1]",
        "[::1]:8080",
        "[2001:db8::7]:8080",
        "[::ffff:127.0.0.1]:8080",
        "mock-capi",
        "mock_capi:8080",
        "capi",
    ],
)
def test_addresses_and_names_without_dots_pass(world: World, host: str) -> None:
    """No name that DNS gives out, so no web page can have rebound it."""
    assert asked(guarded(world), Host=host) == (200, None)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8080",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1.nip.io:8080",
        "127.0.0.1:80@evil.example",
        "999.1.1.1",
        "127.1.",
        "[evil.example]",
        "[evil]",
        "[::1",
        "[]",
        "[::1].evil.example",
        "app.localhost",
    ],
)
def test_names_that_dns_gives_out_are_refused(world: World, host: str) -> None:
    """A name with dots may be an attacker's own that now points here."""
    assert asked(guarded(world), Host=host) == (403, "FORBIDDEN_HOST")


def test_a_request_without_host_passes(shared_guard: Guard) -> None:
    """HTTP/1.0 knows no Host, and no browser speaks it."""
    assert shared_guard.refusal("GET", lambda _: None) is None


@pytest.fixture
def shared_guard() -> Guard:
    """The guard as it is by default."""
    return Guard()


@pytest.mark.parametrize("host", ["mock.example.com", "mock.example.com:8080", "MOCK.Example.Com", "mock.example.com."])
def test_allowed_hosts_pass(world: World, host: str) -> None:
    """A name from --allowed-hosts passes with any port and in any case; others still do not."""
    client = guarded(world, hosts=("mock.example.com",))
    assert asked(client, Host=host) == (200, None)
    assert asked(client, Host="x." + host) == (403, "FORBIDDEN_HOST")


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "https://localhost.evil.example",
        "null",
        "",
        "http://localhost:9999",
        "http://localhost",
        "ftp://localhost:8080",
        "http://user@localhost:8080",
        "http://[",
        "localhost:8080",
    ],
)
def test_a_foreign_web_page_is_refused(world: World, origin: str) -> None:
    """Any Origin but the server's own, malformed ones included, is 403 and does nothing."""
    assert asked(guarded(world), Host="localhost:8080", Origin=origin) == (403, "FORBIDDEN_ORIGIN")


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1:8080", "[::1]:8080", "capi"])
def test_the_servers_own_page_passes(world: World, host: str) -> None:
    """A page that came from this very server may ask it."""
    assert asked(guarded(world), Host=host, Origin=f"http://{host.upper()}") == (200, None)


@pytest.mark.parametrize(
    ("tls", "scheme", "passes"), [(True, "https", True), (True, "http", False), (False, "https", True)]
)
def test_a_page_of_plain_http_is_not_that_of_a_server_behind_tls(tls: bool, scheme: str, passes: bool) -> None:
    """While a server without it may stand behind a proxy that has it."""
    found = Guard(tls=tls).refusal("GET", {"Host": "capi:8080", "Origin": f"{scheme}://capi:8080"}.get)
    assert (found is None) == passes


def test_a_foreign_page_steers_nothing(world: World) -> None:
    """Requests of a foreign page to /_control change nothing."""
    client = guarded(world)
    sent = client.put("/_control/clock", json={"now": 5}, headers={"Origin": "http://evil.example"})
    assert sent.status_code == 403
    assert world.standing.clock.now() > 5


LINK = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
EMBEDDED = [
    {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
    {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "empty"},
    {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "object"},
    {"Sec-Fetch-Mode": "websocket", "Sec-Fetch-Dest": "websocket"},
    {},
]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("asked_for", EMBEDDED, ids=str)
def test_nothing_is_lent_to_a_foreign_page(world: World, site: str, asked_for: dict[str, str]) -> None:
    """Browsers send no Origin for images, scripts and frames, but say from where they are asked for."""
    headers = {"Host": "localhost", "Sec-Fetch-Site": site, **asked_for}
    for path in ("/_inspect", "/_inspect/wait?timeout=0", "/_inspect/static/app.js", "/_control/clock"):
        refused = guarded(world).get(path, headers=headers)
        assert (refused.status_code, refused.get_json()["error_code"]) == (403, "FORBIDDEN_ORIGIN")


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "same-origin"])
def test_a_link_leads_here(world: World, site: str) -> None:
    """From wherever it is followed: the page with the link sees nothing of what opens. Only GET is a link."""
    client = guarded(world)
    headers = {"Host": "localhost", "Sec-Fetch-Site": site, **LINK}
    assert client.get("/_inspect?format=html", headers=headers).status_code == 200
    posted = client.post("/_control/reset", headers=headers).status_code
    assert posted == (403 if site in ("cross-site", "same-site") else 200)


def test_the_pages_own_requests_pass(world: World) -> None:
    """And those that nobody's page made."""
    for site in ("same-origin", "none"):
        assert asked(guarded(world), Host="localhost", Sec_Fetch_Site=site, Sec_Fetch_Mode="cors") == (200, None)


@pytest.mark.parametrize("path", ["/_control/clock", "/_control/faults", "/_inspect", "/_inspect/wait", "/v1/events"])
def test_no_preflight_is_answered(world: World, path: str) -> None:
    """A browser that asks whether a page may send more than a form gets no leave, and does not send it."""
    preflight = {"Host": "localhost", "Origin": "http://evil.example", "Access-Control-Request-Method": "PUT"}
    response = guarded(world).options(path, headers=preflight)
    assert response.status_code in (403, 405)
    assert [name for name, _ in response.headers if name.startswith("Access-Control")] == []


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/plain", '{"now": 5}'),
        ("application/x-www-form-urlencoded", '{"now": 5}'),
        ("multipart/form-data; boundary=x", '{"now": 5}'),
    ],
)
@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
def test_a_form_of_a_foreign_page_steers_nothing(world: World, content_type: str, body: str, origin: str) -> None:
    """A form needs no preflight; browsers send Origin with it, or null where the page hides where it is from."""
    headers = {"Host": "localhost", "Origin": origin, "Content-Type": content_type}
    assert guarded(world).post("/_control/clock/advance", data=body, headers=headers).status_code == 403
    assert guarded(world).post("/_control/reset", data=body, headers=headers).status_code == 403


@pytest.mark.parametrize(("method", "path"), TREES)
def test_the_admin_token_is_asked_for(world: World, method: str, path: str) -> None:
    """With a token set, all of them answer 401 and WWW-Authenticate without it, on paths that do not exist too."""
    response = guarded(world, token="open-sesame").open(path, method=method)
    assert (response.status_code, response.get_json()["error_code"]) == (401, "ADMIN_TOKEN_REQUIRED")
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("sent", ["Bearer wrong", "open-sesame", "Basic open-sesame", "Bearer", "Bearer open-sesam"])
def test_a_wrong_admin_token_is_refused(world: World, sent: str) -> None:
    """Only the whole token after Bearer opens."""
    assert asked(guarded(world, token="open-sesame"), Authorization=sent) == (401, "ADMIN_TOKEN_REQUIRED")


@pytest.mark.parametrize("token", ["open-sesame", "sésame-öffne-開けゴマ"])
def test_the_admin_token_opens(world: World, token: str) -> None:
    """The token opens, in whatever script, with Bearer in any case."""
    on_the_wire = token.encode().decode("latin-1")
    for scheme in ("Bearer", "bearer"):
        assert asked(guarded(world, token=token), Authorization=f"{scheme} {on_the_wire}") == (200, None)


@pytest.mark.parametrize(("method", "path"), TREES[:4])
def test_the_token_does_not_let_foreign_pages_in(world: World, method: str, path: str) -> None:
    """Origin and Host are looked at also where the token is right."""
    client = guarded(world, token="open-sesame")
    right = {"Authorization": "Bearer open-sesame"}
    assert client.open(path, method=method, headers=right | {"Origin": "http://x.example"}).status_code == 403
    assert client.open(path, method=method, headers=right | {"Host": "x.example"}).status_code == 403


@pytest.mark.parametrize("path", ["/v1/events", "/livez", "/readyz", "/_inspectors"])
def test_the_rest_is_not_guarded(world: World, path: str) -> None:
    """The vendor's API and the health checks take any Host and ask for no admin token."""
    client = guarded(world, token="open-sesame")
    response = client.get(path, headers={"Host": "events.paramount.tech", "Origin": "http://x.example"})
    assert response.status_code == {"/v1/events": 405, "/_inspectors": 404}.get(path, 200)


def test_the_vendors_key_is_not_the_admin_token(world: World) -> None:
    """An API key opens no tree, and an admin token sends no events."""
    client = guarded(world, token="open-sesame")
    assert asked(client, Authorization="Bearer test-key")[0] == 401
    assert Sender(client).one(event(), key="open-sesame").status_code == 403
