"""docs/recipes.md: everything in it runs as it stands there."""

from __future__ import annotations

import subprocess

from tests.testing.inner import Inner
from tests.testing.page import COMMANDS, FILES, TEXT

TESTS = 13


def test_every_block_is_run() -> None:
    """No block is of a kind that the tests below would leave out."""
    assert TEXT.count("```") == 2 * (len(FILES) + len(COMMANDS))


def test_the_python_recipes_pass(inner: Inner) -> None:
    """Each file that is shown is a suite that passes."""
    inner.write(**FILES).run().assert_outcomes(passed=TESTS)


def test_the_shell_recipes_work(inner: Inner, free_port: int) -> None:
    """One server takes the whole page in parallel, then a job without Python."""
    folder = inner.write(**FILES).folder
    script = "\n".join(["trap 'kill $(jobs -p) 2> /dev/null' EXIT", *COMMANDS]).replace("8080", str(free_port))
    command = ["/bin/bash", "-euo", "pipefail", "-c", script]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{TESTS} passed" in done.stdout
    assert '"event_types":{"sign_up":2}' in done.stdout
