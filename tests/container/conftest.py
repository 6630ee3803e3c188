"""What the tests of the container share: the image, built once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import require
from tests.container.building import DOCKERFILE, Builder, Image, for_old_builders
from tests.tables import ROOT

BASE = "python:3.11-slim"


@pytest.fixture(scope="session")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builder]:
    """buildah, which has Debian's Python where others pull Docker's. It mounts file systems, which is root's to do."""
    require(shutil.which("buildah") is not None, "buildah")
    require(os.geteuid() == 0, "the rights of root")
    downloads = Path(os.environ.get("CI_DOWNLOADS", "")).resolve()
    require((downloads / "base.tar").exists(), f"base.tar, the stand-in for {BASE}")
    folder = tmp_path_factory.mktemp("builder")
    made = Builder(folder)
    made.build(BASE, downloads, "FROM scratch\nADD base.tar /\n")
    yield made
    made.close()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def image(builder: Builder) -> Image:
    """The image of the Dockerfile."""
    return builder.build("mock-capi", ROOT, for_old_builders(DOCKERFILE.read_text()))
