"""Cutting a connection as a failing network does; no interface between server and application offers that."""

from __future__ import annotations

import ctypes
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import closing, suppress

_OF_THIS_PROCESS = "/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"  # noqa: PTH112 - asked once
_NO_ADDRESS = bytes(16)
"""A socket address of the family AF_UNSPEC."""


def cut(peer: tuple[str, str]) -> bool:
    """Reset the connection with a peer, named by its address and port; whether there was one."""
    for connection in _connections():
        with closing(connection), suppress(OSError):
            address, port, *_ = connection.getpeername()
            if (address, str(port)) == peer:
                _reset(connection)
                return True
    return False


def _connections() -> Iterator[socket.socket]:
    """This process's TCP connections, each under a descriptor of its own, which the caller closes."""
    for name in os.listdir(_OF_THIS_PROCESS):  # noqa: PTH208 - names are all that is wanted
        with suppress(OSError):
            # Nothing but sockets is touched: closing a copy of a file's descriptor would release its locks.
            if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                found = socket.socket(fileno=os.dup(int(name)))
                if found.family in (socket.AF_INET, socket.AF_INET6) and found.type == socket.SOCK_STREAM:
                    yield found
                else:
                    found.close()


def _reset(connection: socket.socket) -> None:
    """Send RST. Connecting to no address does that on Linux; elsewhere the connection is ended with FIN."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.connect(connection.fileno(), _NO_ADDRESS, len(_NO_ADDRESS)) != 0:
        connection.shutdown(socket.SHUT_RDWR)
