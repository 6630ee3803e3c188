"""The kit under HTTPS: a mock of its own, one that runs already, and what a sender is told to trust."""

from __future__ import annotations

from pathlib import Path

import freezegun
import pytest
import requests

from mock_capi.testing import MockCapi, MockCapiError
from tests.conftest import Running
from tests.testing.inner import Inner
from tests.testing.sending import made, post, send
from tests.web.wire import DEADLINE


def test_a_mock_of_its_own_speaks_https() -> None:
    """A sender that trusts its CA is received, any other is not; the file goes with the mock."""
    with MockCapi(tls=True) as capi:
        assert capi.url.startswith("https://127.0.0.1:")
        ca_file = capi.ca_file or ""
        assert post(capi, made(capi), verify=ca_file).json()["status"] == "RECEIVED"
        with pytest.raises(requests.exceptions.SSLError):
            send(capi)
        capi.assert_received(1)
    assert not Path(ca_file).parent.exists()


def test_it_may_start_again() -> None:
    """With another CA."""
    capi = MockCapi(tls=True)
    contents = set()
    for _ in range(2):
        with capi:
            assert capi.ca_file
            contents.add(Path(capi.ca_file).read_bytes())
            assert capi.submissions() == []
    assert len(contents) == 2


def test_frozen_time_makes_no_certificate_invalid() -> None:
    """TLS goes by real time, on both sides."""
    with freezegun.freeze_time("2099-01-01"), MockCapi(tls=True) as capi:
        assert post(capi, made(capi), verify=capi.ca_file).status_code == 200


def test_without_it_there_is_nothing_to_trust() -> None:
    """Plain HTTP is what it is by default."""
    with MockCapi() as capi:
        assert (capi.ca_file, capi.url[:7]) == (None, "http://")


def test_one_that_runs_is_attached_to(https_server: Running) -> None:
    """With its CA, which other datasets on it trust as well."""
    with MockCapi.attach(https_server.url, ca_file=https_server.ca_file) as capi, capi.dataset() as other:
        assert other.ca_file == capi.ca_file == https_server.ca_file
        for each in (capi, other):
            assert post(each, made(each), verify=each.ca_file).status_code == 200
            each.assert_received(1)


def test_what_cannot_be_trusted_is_told(https_server: Running, tmp_path: Path) -> None:
    """A server without its CA, and a file that is not there."""
    with pytest.raises(MockCapiError, match=r"its certificate is not trusted: .*; name its CA with"):
        MockCapi.attach(https_server.url)
    with pytest.raises(MockCapiError, match=r"the file of CAs .*no\.pem cannot be used: No such file"):
        MockCapi.attach(https_server.url, ca_file=tmp_path / "no.pem")
    with pytest.raises(MockCapiError, match="it speaks TLS; ask it with https://"):
        MockCapi.attach(https_server.url.replace("https", "http"))


def test_the_fixture_takes_both_from_the_environment(inner: Inner, https_server: Running) -> None:
    """MOCK_CAPI_URL and MOCK_CAPI_TLS_CA."""
    inner.set(MOCK_CAPI_URL=https_server.url, MOCK_CAPI_TLS_CA=str(https_server.ca_file))
    suite = (
        f"def test_it(mock_capi):\n    assert mock_capi.ca_file == {https_server.ca_file!r}\n    mock_capi.reset()\n"
    )
    inner.write(test_inner=suite).run().assert_outcomes(passed=1)
    assert requests.get(f"{https_server.url}/readyz", verify=https_server.ca_file, timeout=DEADLINE).status_code == 200
