"""Sends everything once and never looks back: what meets a failure is lost."""

from send import ACCEPTED, main, post


def send_once(path: str, body: bytes, _what: str) -> str:
    """One attempt, which must have been enough."""
    post(path, body)
    return ACCEPTED


if __name__ == "__main__":
    main(send=send_once)
