"""Cutting a connection: the right one, with RST, and none where there is none."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from mock_capi.web.cut import cut


@pytest.fixture(params=["127.0.0.1", "::1"])
def pairs(request: pytest.FixtureRequest) -> Iterator[list[tuple[socket.socket, socket.socket]]]:
    """Three connections, each as its client and its server have it."""
    family = socket.AF_INET6 if ":" in request.param else socket.AF_INET
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server((request.param, 0), family=family))
        made = []
        for _ in range(3):
            client = stack.enter_context(socket.create_connection(listener.getsockname()[:2], timeout=10))
            made.append((client, stack.enter_context(listener.accept()[0])))
        yield made


def test_one_connection_is_reset_and_the_others_go_on(pairs: list[tuple[socket.socket, socket.socket]]) -> None:
    """It is found by the other side's address and port."""
    client, _ = pairs[1]
    address, port, *_ = client.getsockname()
    assert cut((address, str(port)))
    with pytest.raises(ConnectionResetError):
        client.recv(1)
    for other, served in (pairs[0], pairs[2]):
        other.sendall(b"x")
        assert served.recv(1) == b"x"


def test_no_descriptor_is_left_open(pairs: list[tuple[socket.socket, socket.socket]]) -> None:
    """However often connections are cut, or looked for."""
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - counted, not opened
    with Path(__file__).open():
        for client, _ in pairs:
            cut((client.getsockname()[0], str(client.getsockname()[1])))
            cut(("127.0.0.1", "1"))
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208 - as above


def test_where_there_is_no_such_connection_nothing_happens() -> None:
    """Not even for sockets of other kinds."""
    ours, theirs = socket.socketpair()
    with ours, theirs, socket.socket(socket.AF_INET, socket.SOCK_DGRAM):
        assert not cut(("127.0.0.1", "1"))
