"""Tests of the edge: the server over sockets, inspection, control and the guard."""
