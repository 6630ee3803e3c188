"""Clients under HTTPS: each is told in its own way to trust the CA, and sends nothing where it is not."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import requests

from tests.clients.conftest import command
from tests.clients.traffic import assert_received, log_shows, run, single, typed, url_for
from tests.conftest import Running
from tests.web.wire import DEADLINE, Account, open_account


@pytest.fixture
def account(https_server: Running) -> Account:
    """A fresh dataset on the server that speaks HTTPS."""
    return open_account(https_server)


def ca_of(account: Account) -> str:
    """The file to trust."""
    assert account.running.ca_file
    return account.running.ca_file


@pytest.fixture
def truststore(https_server: Running, tmp_path: Path) -> str:
    """The same for Java."""
    store = str(tmp_path / "trusted.p12")
    options = ["-importcert", "-noprompt", "-alias", "mock-capi", "-keystore", store, "-storepass", "trusted"]
    certificate = str(https_server.ca_file)
    subprocess.run([command("keytool"), *options, "-file", certificate], check=True, capture_output=True, timeout=60)
    return store


def test_requests_by_its_own_variable(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """REQUESTS_CA_BUNDLE."""
    body = single(account)
    with pytest.raises(requests.exceptions.SSLError):
        requests.post(url_for(account, body), json=body, headers=typed(account), timeout=DEADLINE)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", ca_of(account))
    response = requests.post(url_for(account, body), json=body, headers=typed(account), timeout=DEADLINE)
    assert_received(response.status_code, response.json(), body)
    log_shows(account, body, 200)


def test_node_by_its_own_variable(account: Account, node: str, node_programs: Path) -> None:
    """NODE_EXTRA_CA_CERTS, for the fetch that it has on board."""
    program = (node, str(node_programs / "fetch.mjs"))
    assert re.search("CERT|VERIFY", failure(account, *program))
    told = run(account, "typed", "single", *program, environment={"NODE_EXTRA_CA_CERTS": ca_of(account)})
    assert_received(told.status, told.answer, told.sent)
    log_shows(account, told.sent, 200)


def test_java_by_a_truststore(account: Account, java_sender: list[str], truststore: str) -> None:
    """A store that keytool makes of the CA; of HTTP/2, which it asks for, it gets none."""
    assert "PKIX path building failed" in failure(account, *java_sender)
    java, *program = java_sender
    trusting = [f"-Djavax.net.ssl.trustStore={truststore}", "-Djavax.net.ssl.trustStorePassword=trusted"]
    told = run(account, "default", "single", java, *trusting, *program)
    assert_received(told.status, told.answer, told.sent)
    log_shows(account, told.sent, 200)


def failure(account: Account, *program: str) -> str:
    """What a program complains of that does not trust the server."""
    arguments = [*program, "default" if "Sender" in program else "typed", "single"]
    arguments += [account.running.url, account.api_key, account.data_set_id]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    return done.stderr


@pytest.mark.parametrize("trusting", ["--cacert", "CURL_CA_BUNDLE"])
def test_curl_by_option_and_variable(account: Account, curl: str, trusting: str) -> None:
    """--cacert, or its variable for the commands that the page offers to copy."""
    options = ["--cacert", ca_of(account)] if trusting == "--cacert" else []
    environment = {} if options else {trusting: ca_of(account)}
    assert curled(account, curl, [], {}).returncode == 60
    assert b'"RECEIVED"' in curled(account, curl, options, environment).stdout
    assert [entry["status"] for entry in account.log()] == [200]


def curled(
    account: Account, curl: str, options: list[str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    """What becomes of an event that curl sends."""
    headers = [part for name, value in typed(account).items() for part in ("-H", f"{name}: {value}")]
    sent = [curl, "-sS", *options, *headers, "--data-binary", "@-", f"{account.running.url}/v1/events"]
    return subprocess.run(
        sent, input=account.event(), env=os.environ | environment, capture_output=True, timeout=60, check=False
    )


@pytest.mark.parametrize("kind", ["reset", "drop_after_store"])
def test_curl_tells_of_a_reset_as_without_tls(account: Account, curl: str, kind: str) -> None:
    """RST, and no farewell of TLS before it."""
    fault = {"kind": kind, "data_set_id": account.data_set_id}
    account.running.ask("POST", "/_control/faults", json=fault).raise_for_status()
    done = curled(account, curl, ["--cacert", ca_of(account)], {})
    assert (done.returncode, done.stdout) == (56, b"")
    assert b"Connection reset by peer" in done.stderr
