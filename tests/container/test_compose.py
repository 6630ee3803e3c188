"""compose.yaml and the `docker run` of the docs: a closed mock, and a sender that finds it."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import requests
import yaml

from mock_capi.settings import check_environment, resolve
from tests.container.building import Builder, Image
from tests.container.running import run, running
from tests.tables import ROOT

RUNNING = ROOT / "docs" / "running.md"
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
MOCK, SENDER = SERVICES["mock"], SERVICES["sender"]


def test_the_mock_is_closed_and_has_the_images_health_check() -> None:
    """Built from here, read-only, without rights, reached from this machine only."""
    assert MOCK["build"] == "."
    assert (MOCK["read_only"], MOCK["cap_drop"]) == (True, ["ALL"])
    assert MOCK["security_opt"] == ["no-new-privileges:true"]
    assert MOCK["ports"] == ["127.0.0.1:8080:8080"]
    assert "healthcheck" not in MOCK


def test_the_docs_container_is_as_closed_as_that() -> None:
    """The same port and the same flags, and only variables that there are."""
    [command] = re.findall(r"^docker run .*-p (?:.*\\\n)*.*$", RUNNING.read_text(), re.MULTILINE)
    words = shlex.split(command)
    given = list(pairwise(words))
    assert ("-p", MOCK["ports"][0]) in given
    assert "--read-only" in words
    assert {("--cap-drop", "ALL"), ("--security-opt", "no-new-privileges")} <= set(given)
    assert len(resolve({}, dict(word.split("=", 1) for flag, word in given if flag == "-e")).datasets) == 2
    assert words[-1] == MOCK["image"]


def test_the_sender_waits_for_the_mock_and_knows_its_dataset() -> None:
    """All variables are known; URL, key and dataset are the mock's."""
    assert SENDER["depends_on"] == {"mock": {"condition": "service_healthy"}}
    check_environment(SENDER["environment"])
    settings = resolve({}, MOCK["environment"])
    assert [(dataset.id, dataset.api_key) for dataset in settings.datasets] == [
        (SENDER["environment"]["MOCK_CAPI_DATA_SET_ID"], SENDER["environment"]["MOCK_CAPI_API_KEY"])
    ]
    url = urlsplit(SENDER["environment"]["MOCK_CAPI_URL"])
    assert (url.hostname, url.port) == ("mock", settings.port)


def test_the_sender_sends_to_the_mock(builder: Builder, image: Image, free_port: int) -> None:
    """Both services as they are described, but on the machine's network: all that the sender sends is accepted."""
    build = SENDER["build"]
    sender = builder.build("sender", ROOT / build["context"], build["dockerfile_inline"])
    with running(image, **MOCK["environment"], MOCK_CAPI_PORT=str(free_port)) as mock:
        mock.first_line()
        url = f"http://127.0.0.1:{free_port}"
        sent = run(sender, *SENDER["command"], **(SENDER["environment"] | {"MOCK_CAPI_URL": url}))
        assert sent.returncode == 0, sent.stderr
        counts = requests.get(f"{url}/_inspect/summary", timeout=10).json()["submissions"]
    assert counts["accepted"] == counts["total"] > 0
