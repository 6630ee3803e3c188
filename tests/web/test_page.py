"""The page as it is served: to whom, with which headers, and its files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from mock_capi.web import page
from mock_capi.web.app import create_app
from mock_capi.web.guard import Guard
from mock_capi.world import World
from tests.senders import Sender

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
FILES = sorted(page.STATIC.iterdir())
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


@pytest.mark.parametrize(
    ("accepted", "asked", "answered"),
    [
        (BROWSER, "", "text/html"),
        ("text/html", "", "text/html"),
        ("*/*", "", "application/json"),
        ("", "", "application/json"),
        ("application/json, text/html;q=0.5", "", "application/json"),
        (BROWSER, "?format=json", "application/json"),
        ("*/*", "?format=html", "text/html"),
        ("application/json", "?format=html&q=a&id=b", "text/html"),
    ],
)
def test_a_browser_gets_the_page_and_programs_json(
    client: FlaskClient, accepted: str, asked: str, answered: str
) -> None:
    """Accept decides unless `format` does, and caches are told that it does."""
    response = client.get(f"/_inspect{asked}", headers={"Accept": accepted})
    assert (response.status_code, response.mimetype) == (200, answered)
    assert response.headers["Vary"] == "Accept"
    assert response.headers["Cache-Control"] == "no-store"


def test_the_bare_address_leads_people_to_the_page(client: FlaskClient) -> None:
    """And nobody else anywhere."""
    response = client.get("/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (response.status_code, response.headers["Location"]) == (302, "/_inspect")
    assert client.get("/").status_code == client.get("/", headers={"Accept": "*/*"}).status_code == 404
    assert client.get("/v1", headers={"Accept": "text/html"}).status_code == 404


def test_without_accept_it_is_json(client: FlaskClient) -> None:
    """Most programs send none."""
    assert client.get("/_inspect").is_json


@pytest.mark.parametrize("path", ["/_inspect?format=xml", "/_inspect/submissions?format=html"])
def test_a_format_that_there_is_not_is_refused(client: FlaskClient, path: str) -> None:
    """The page is at one address only, and a misspelt format is no page."""
    response = client.get(path, headers={"Accept": BROWSER})
    assert (response.status_code, response.get_json()["error_code"]) == (400, "INVALID_PARAMETER")
    assert "format is json" in response.get_json()["message"]


def test_the_other_paths_answer_json_to_browsers_too(client: FlaskClient) -> None:
    """A link to JSON stays one, whoever follows it."""
    assert client.get("/_inspect/submissions", headers={"Accept": BROWSER}).is_json


def test_the_shell_holds_nothing_of_the_log(sender: Sender) -> None:
    """What was sent, datasets and keys are read by the page's scripts, and only with the token."""
    empty = sender.client.get("/_inspect?format=html").data
    sender.one({"event_type": "secret-type"})
    assert sender.client.get("/_inspect?format=html").data == empty


def test_nothing_inline_and_nothing_from_elsewhere(client: FlaskClient) -> None:
    """The policy forbids both, and the shell needs neither."""
    response = client.get("/_inspect?format=html")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert not re.search(r"<script[^>]*>[^<]|<style|\sstyle=|\son\w+=|https?:", response.text)


def test_the_shell_asks_for_files_that_there_are(client: FlaskClient) -> None:
    """No link of it leads nowhere, also where the application is mounted below a path."""
    shell = client.get("/_inspect?format=html", environ_overrides={"SCRIPT_NAME": "/below"}).text
    asked = set(re.findall(r'(?:src|href)="/below(/_inspect/static/[^"]+)"', shell))
    assert asked == {f"/_inspect/static/{file.name}" for file in FILES}
    assert {client.get(path).status_code for path in asked} == {200}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_is_served_as_what_it_is(client: FlaskClient, file: Path) -> None:
    """With its type, never sniffed, and not sent again while it has not changed."""
    response = client.get(f"/_inspect/static/{file.name}")
    assert (response.status_code, response.data) == (200, file.read_bytes())
    assert response.headers["Content-Type"] == TYPES[file.suffix]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-cache"
    again = client.get(f"/_inspect/static/{file.name}", headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", ["nothing.js", "../__init__.py", "..%2f__init__.py", "%2e%2e/guard.py", ".", ""])
def test_nothing_else_is_served(client: FlaskClient, name: str) -> None:
    """Only the files that there are, whatever is written for a path."""
    response = client.get(f"/_inspect/static/{name}")
    assert (response.status_code, response.get_json()["error_code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize("path", ["/_inspect?format=html", "/_inspect/static/app.js"])
def test_what_holds_no_data_needs_no_token(world: World, path: str) -> None:
    """The page has to be there to ask for the token; foreign hosts and pages are kept out all the same."""
    client = create_app(world, Guard("secret")).test_client()
    assert client.get(path).status_code == 200
    assert client.get(path, headers={"Host": "rebound.example.com"}).status_code == 403
    assert client.get(path, headers={"Origin": "https://evil.example.com"}).status_code == 403


@pytest.mark.parametrize("path", ["/_inspect", "/_inspect?format=json", "/_inspect/submissions?format=html"])
def test_what_holds_data_needs_it_whatever_is_accepted(world: World, path: str) -> None:
    """No header and no parameter opens the log."""
    client = create_app(world, Guard("secret")).test_client()
    accepted = "application/json" if path == "/_inspect" else BROWSER
    assert client.get(path, headers={"Accept": accepted}).status_code == 401


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_only_reading_is_open(world: World, method: str) -> None:
    """Another method on an open path is asked for the token first."""
    client = create_app(world, Guard("secret")).test_client()
    assert client.open("/_inspect?format=html", method=method).status_code == 401


def test_every_script_is_short() -> None:
    """A part that outgrows 200 lines is two parts."""
    assert [file.name for file in FILES if file.suffix == ".js" and len(file.read_text().splitlines()) > 200] == []


def test_no_script_ever_parses_html() -> None:
    """What events hold reaches the page as text only."""
    scripts = "".join(file.read_text() for file in FILES if file.suffix == ".js")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(", scripts)
