"""HTTPS on the command line: what serve writes and refuses, and the commands that talk to it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mock_capi.cli import main
from mock_capi.cli.https import CA_NAME, certifying_files, secured
from mock_capi.settings import resolve
from mock_capi.web.tls import TlsError, is_made
from tests.conftest import Running, require, start_server, stop_server
from tests.web.certificates import self_signed
from tests.web.wire import open_account


@contextmanager
def serving(folder: Path, *arguments: str, **environment: str) -> Iterator[Running]:
    """A server of one test's own, started in a folder."""
    running = start_server(*arguments, environment=os.environ | environment, folder=str(folder))
    try:
        yield running
    finally:
        stop_server(running)


def run(*arguments: str, **environment: str) -> Result:
    """A command in this process."""
    return CliRunner().invoke(main, arguments, env=environment)


# --- serve ---


def test_its_greeting_works_as_pasted(tmp_path: Path) -> None:
    """It names the CA's file, here or wherever it was asked for, and curl trusts it."""
    bash = shutil.which("bash") or ""
    require(bool(bash and shutil.which("curl")), "bash and curl")
    elsewhere = tmp_path / "a folder" / "it's.pem"
    elsewhere.parent.mkdir()
    for arguments, file in (([], tmp_path / CA_NAME), (["--tls-ca", str(elsewhere)], elsewhere)):
        with serving(tmp_path, *arguments, MOCK_CAPI_TLS="true") as running:
            assert f"listens on https://127.0.0.1:{running.port}\n" in running.greeting
            assert f"  trust    {file}\n" in running.greeting
            command = running.greeting[running.greeting.index("curl ") :]
            done = subprocess.run([bash, "-c", command], check=False, capture_output=True, text=True, timeout=30)
            assert '"status":"RECEIVED"' in done.stdout, done


def test_no_key_is_written(tmp_path: Path) -> None:
    """Neither the CA's nor the server's, and no file of any other name."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with serving(tmp_path, "--tls", TMPDIR=str(temporary)):
        assert is_made((tmp_path / CA_NAME).read_bytes())
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / CA_NAME]


def test_ones_own_certificate_says_tls(tmp_path: Path) -> None:
    """Without --tls; no CA is written, and none is named to curl unless somebody does."""
    own = self_signed(tmp_path)
    options = ["--tls-cert", str(own.certificate), "--tls-key", str(own.key)]
    with serving(tmp_path, *options) as running:
        assert running.url.startswith("https://")
        assert (running.ca_file, "--cacert" in running.greeting) == (None, False)
        assert not (tmp_path / CA_NAME).exists()
    with serving(tmp_path, *options, "--tls-ca", str(own.certificate)) as running:
        assert f"--cacert {own.certificate}" in running.greeting


@pytest.mark.parametrize("option", ["--tls-cert", "--tls-key"])
def test_a_certificate_and_its_key_go_together(tmp_path: Path, option: str) -> None:
    """One alone is exit code 2, even beside --tls."""
    own = self_signed(tmp_path)
    for more in ([], ["--tls"]):
        command = [sys.executable, "-m", "mock_capi", "serve", "--port", "0", option, str(own.certificate), *more]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "mock-capi: --tls-cert and --tls-key go together: a certificate and its private key\n"


def test_a_server_that_cannot_start_leaves_the_ca_of_another(tmp_path: Path) -> None:
    """A second one on the same port ends before it writes."""
    with serving(tmp_path, "--tls") as running:
        before = (tmp_path / CA_NAME).read_bytes()
        command = [sys.executable, "-m", "mock_capi", "serve", "--tls", "--port", str(running.port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False, cwd=tmp_path)
        assert done.returncode == 2
        assert (tmp_path / CA_NAME).read_bytes() == before


# --- where the CA is written ---


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def written(**flags: str) -> Path | None:
    """Where serve writes it."""
    return secured(resolve({"tls": "true", **flags}, {})).ca_file


def test_it_is_written_here_or_else_among_temporary_files(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In many containers the working directory is somebody else's; ready finds it in either place."""
    monkeypatch.chdir(tmp_path)
    assert written() == tmp_path / CA_NAME
    assert certifying_files(resolve({"tls": "true"}, {})) == [Path(CA_NAME)]
    monkeypatch.chdir("/proc")
    assert written() == temporary / CA_NAME
    assert certifying_files(resolve({"tls": "true"}, {})) == [temporary / CA_NAME]


def test_it_is_written_anew_each_time(tmp_path: Path) -> None:
    """Over that of the last run."""
    file = tmp_path / "ca.pem"
    contents = set()
    for _ in range(2):
        assert written(tls_ca=str(file)) == file
        contents.add(file.read_bytes())
    assert len(contents) == 2


def test_nothing_else_is_written_over(tmp_path: Path) -> None:
    """A file that somebody may need, or one behind a link."""
    bundle, link = tmp_path / "bundle.pem", tmp_path / "link.pem"
    bundle.write_text("everybody's")
    link.symlink_to(tmp_path / "nothing")
    with pytest.raises(TlsError, match=r"bundle\.pem is there and holds something else than the CA of a mock"):
        written(tls_ca=str(bundle))
    with pytest.raises(TlsError, match=r"--tls-ca .*link\.pem cannot be written: Too many levels of symbolic links"):
        written(tls_ca=str(link))
    assert bundle.read_text() == "everybody's"


def test_a_place_where_it_cannot_be_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the option that names another."""
    with pytest.raises(TlsError, match=r"--tls-ca /no/such/ca\.pem cannot be written: No such file or directory"):
        written(tls_ca="/no/such/ca.pem")
    monkeypatch.chdir("/proc")
    for folder in (lambda: str(tmp_path / "nowhere"), nowhere):
        monkeypatch.setattr(tempfile, "gettempdir", folder)
        with pytest.raises(TlsError, match="which --tls-ca would name another place, cannot be written: No such file"):
            written()


def nowhere() -> str:
    """What Python says on a system that is all read-only."""
    raise FileNotFoundError("no usable temporary directory")


# --- the commands that talk to it ---


def test_ready_needs_no_arguments_beside_the_server(tmp_path: Path) -> None:
    """As a health check in its container, with the server's own environment, whatever name it is asked by."""
    with serving(tmp_path, MOCK_CAPI_TLS="true", MOCK_CAPI_HOST="0.0.0.0") as running:  # noqa: S104 - as containers do
        environment = {"MOCK_CAPI_TLS": "true", "MOCK_CAPI_HOST": "0.0.0.0", "MOCK_CAPI_PORT": str(running.port)}  # noqa: S104
        command = [sys.executable, "-m", "mock_capi", "ready"]
        done = subprocess.run(
            command, env=os.environ | environment, cwd=tmp_path, capture_output=True, timeout=30, check=False
        )
        assert done.returncode == 0, done


def test_ready_knows_ones_own_certificate(tmp_path: Path) -> None:
    """Though it is for another name than loopback has."""
    own = self_signed(tmp_path, names=["capi.example.com"])
    environment = {"MOCK_CAPI_TLS_CERT": str(own.certificate), "MOCK_CAPI_TLS_KEY": str(own.key)}
    with serving(tmp_path, **environment) as running:
        environment["MOCK_CAPI_PORT"] = str(running.port)
        assert run("ready", **environment).exit_code == 0
        (tmp_path / "another").mkdir()
        environment["MOCK_CAPI_TLS_CERT"] = str(self_signed(tmp_path / "another").certificate)
        done = run("ready", **environment)
        assert (done.exit_code, "its certificate is not trusted" in done.stderr) == (1, True)


def test_ready_waits_for_the_ca_too(tmp_path: Path) -> None:
    """A server that starts later writes it later."""
    command = [sys.executable, "-m", "mock_capi", "ready", "--wait", "--timeout", "20", "--cacert", CA_NAME]
    with serving(tmp_path) as plain:  # its port is free again when it has ended
        url = plain.url.replace("http", "https")
    waiting = subprocess.Popen([*command, "--url", url], cwd=tmp_path)
    try:
        with serving(tmp_path, "--tls", "--port", str(plain.port)):
            assert waiting.wait(20) == 0
    finally:
        waiting.kill()
        waiting.wait()


# With how each ends that has reached the server; the order is not there.
COMMANDS = {
    "ready": (["ready", "--url"], 0),
    "report": (["report", "--url"], 0),
    "verify": (["verify", "--only", "authentication.missing", "--base-url"], 0),
    "reconcile": (["reconcile", "orders.csv", "--url"], 1),
    "matrix": (["matrix", "--url"], 0),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_be_told_what_to_trust(
    https_server: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """By --cacert and MOCK_CAPI_TLS_CA; else it says how."""
    monkeypatch.chdir(tmp_path)
    Path("orders.csv").write_text("transaction_id\norder-1\n")
    client = [] if name != "matrix" else ["--only", "hash_case", "--", sys.executable, "-c", CLIENT]
    words, ending = COMMANDS[name]
    command = [*words, https_server.url]
    account, ca_file = open_account(https_server), str(https_server.ca_file)
    scope = {"MOCK_CAPI_DATA_SET_ID": account.data_set_id} if name in ("report", "reconcile") else {}
    refused = run(*command, *client, **scope)
    assert (refused.exit_code, refused.stdout) == (1 if name == "ready" else 2, "")
    assert "is not trusted: unable to get local issuer certificate; name its CA with --cacert" in refused.stderr
    for options, environment in (([f"--cacert={ca_file}"], {}), ([], {"MOCK_CAPI_TLS_CA": ca_file})):
        done = run(*command, *options, *client, **environment, **scope)
        assert done.exit_code == ending, done.output


CLIENT = """
import json, os, ssl, time, urllib.request
url, key, dataset = (os.environ["MOCK_CAPI_" + name] for name in ("URL", "API_KEY", "DATA_SET_ID"))
event = {"data_set_id": dataset, "timestamp": int(time.time()), "event_type": "search", "identifiers": {"ifa": "x"}}
headers = {"Authorization": "Bearer " + key, "Content-Type": "application/json"}
request = urllib.request.Request(url + "/v1/events", json.dumps(event).encode(), headers)
urllib.request.urlopen(request, context=ssl.create_default_context(cafile=os.environ["MOCK_CAPI_TLS_CA"]))
"""


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_the_usual_variables_are_heeded(https_server: Running, variable: str) -> None:
    """As other clients do."""
    environment = os.environ | {variable: str(https_server.ca_file)}
    command = [sys.executable, "-m", "mock_capi", "ready", "--url", https_server.url]
    assert subprocess.run(command, env=environment, capture_output=True, timeout=30, check=False).returncode == 0


def test_the_wrong_scheme_is_told(https_server: Running, shared_server: Running) -> None:
    """Either way round, in place of what TLS makes of it."""
    spoken_to = run("ready", "--url", https_server.url.replace("https", "http"))
    assert "is not ready: it speaks TLS; ask it with https://" in spoken_to.stderr
    spoken_to = run("report", "--url", shared_server.url.replace("http", "https"))
    assert "it does not speak TLS; ask it with http://" in spoken_to.stderr


def test_a_file_of_cas_that_is_none_is_told(https_server: Running, tmp_path: Path) -> None:
    """Whether it is missing or holds something else."""
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    for file, words in ((tmp_path / "no.pem", "No such file or directory"), (empty, "it holds no certificate in PEM")):
        done = run("report", "--url", https_server.url, "--cacert", str(file))
        assert done.exit_code == 2
        assert f"the file of CAs {file} cannot be used: {words}" in done.stderr


def test_a_folder_of_cas_will_do(https_server: Running, tmp_path: Path) -> None:
    """One as `openssl rehash` makes them, since REQUESTS_CA_BUNDLE may name such a one."""
    require(shutil.which("openssl") is not None, "openssl")
    shutil.copy(str(https_server.ca_file), tmp_path / "ca.pem")
    subprocess.run(["openssl", "rehash", str(tmp_path)], check=True, capture_output=True, timeout=30)  # noqa: S607
    assert run("ready", "--url", https_server.url, REQUESTS_CA_BUNDLE=str(tmp_path)).exit_code == 0
