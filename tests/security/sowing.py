"""Sending the canaries: every place in which a sender, or whoever steers, could put one by mistake."""

from __future__ import annotations

import json
import time
from base64 import b64encode
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, quote_plus

from tests.security.canaries import ADMIN_TOKEN, KEYS, PERSONA, PERSONAL, SOWN, STRANGER
from tests.senders import EMAIL, event

EVENTS, BATCH = "/v1/events", "/v1/events/batch"
OWN = f"Bearer {KEYS['shop']}"
STEERING = {"Authorization": f"Bearer {ADMIN_TOKEN}"}


class Sent(NamedTuple):
    """One request, to be sent to a server or to the application alone."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


def everything() -> Iterator[Sent]:
    """Each canary in each place."""
    for text in SOWN.values():
        for body in bodies(text):
            yield sent(body)
        yield from heads(text)
        yield from refused(text)
    yield from steering()
    yield from of_a_stranger()


def made(**changes: Any) -> dict[str, Any]:
    """A valid event of now."""
    return event(**{"data_set_id": "shop", "timestamp": int(time.time()), **changes})


def sent(body: Any, path: str = EVENTS, authorization: str | None = OWN, **headers: str) -> Sent:
    """A request to the API, with these headers besides the usual ones."""
    usual = {"Content-Type": "application/json", **({"Authorization": authorization} if authorization else {})}
    written = body if isinstance(body, bytes) else json.dumps(body).encode()
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return Sent("POST", path, {**usual, **more}, written)


def bodies(text: str) -> Iterator[Any]:
    """Events with a text in each field, and in what the guide does not know."""
    for name in ("email_sha256", "ip", "ifa", "partner_id", "phone_sha256", "phone", "email", "name"):
        yield made(identifiers={"email_sha256": EMAIL, name: text})
    yield made(identifiers={"email_sha256": EMAIL, text: text})
    yield made(identifiers=text)
    yield made(identifiers=[text])
    yield made(custom_data={"note": text, "deep": [{"deeper": {"deepest": [text]}}], text: text})
    yield made(custom_data={"raw": json.dumps({"a": text}).replace("+", "\\u002B").replace("@", "\\u0040")})
    yield made(custom_data=text)
    yield made(ext={"a": {"b": text}})
    yield made(event_type="custom", custom_event_name=text)
    yield made(privacy={"gpp_string": text, "gpp_sid": [text], "us_privacy_string": text, text: text})
    yield made(value=text, currency_code=text)
    for name in ("source", "event_type", "timestamp", "data_set_id", "mmt_only", "event_id", "api_key", text):
        yield made(**{name: text})
    for url in links(text):
        yield made(page_url=url, referer=url)


def links(text: str) -> Iterator[str]:
    """URLs that hold a text, in a query, a path, a fragment, a link within the link, and as who logs in."""
    once = quote(text, safe="")
    yield f"https://shop.example/thanks?order=7&who={text}&x=1"
    yield f"https://shop.example/thanks?order=7&who={once}#{once}"
    yield f"https://shop.example/{quote_plus(text)}/thanks?who={quote_plus(text)}"
    yield f"https://shop.example/login?back={quote(f'https://shop.example/?who={once}', safe='')}"
    yield f"https://{once}@shop.example/"


def heads(text: str) -> Iterator[Sent]:
    """Paths, queries and headers that hold a text, with a key and without one."""
    once = quote(text, safe="")
    for path in (f"{EVENTS}?who={once}", f"{EVENTS}?api_key={once}&k={quote_plus(text)}", f"/v1/{once}/events"):
        yield sent(made(), path)
        yield sent(made(), path, None)
    yield sent(made(), f"{EVENTS}?back={quote(f'https://shop.example/?who={once}', safe='')}")
    for name in ("Cookie", "X_Api_Key", "X_Key", "X_Forwarded_For", "X_User", "User_Agent", "Referer", "From"):
        yield sent(made(), **{name: text})
        yield sent(made(), authorization=None, **{name: f"who={text}; session=1"})
    for scheme in ("", "Bearer ", "bearer ", "Bearer  ", "Token ", "Digest "):
        yield sent(made(), authorization=f"{scheme}{text}")
    yield sent(made(), authorization=f"Basic {b64encode(f'user:{text}'.encode()).decode()}")
    yield sent(made(source=text, custom_data={"key": text}), authorization=f"Bearer {text}", X_Note=text)
    yield sent(made(), **{"Content_Type": f"application/json; charset={once}"})


def refused(text: str) -> Iterator[Sent]:
    """What is no event, or more than may be."""
    spelled = "".join(f"\\u{ord(character):04x}" for character in text)
    for body in (f'{{"a": "{text}', f"{text}", f'{{"a": "{spelled}"', f"<a>{text}</a>", f'"{text}"', f"[{text}]"):
        yield sent(body.encode())
        yield sent(body.encode(), authorization=None)
    yield sent(f"who={quote(text)}&and={quote_plus(text)}".encode(), Content_Type="application/x-www-form-urlencoded")
    yield sent(json.dumps({"a": text}).encode("utf-16"))
    yield sent(b"\xe9" + text.encode())
    yield sent([made(), made(event_type="nonsense", source=text), text, {text: text}], BATCH)
    yield sent([made(), made(source=text)], BATCH)
    yield sent([text] * 1001, BATCH)
    yield sent(made(source=text), BATCH)
    yield sent(f"{text} ".encode().ljust(5_100_000))
    yield sent(made(source=text), Content_Encoding="gzip")
    yield Sent("GET", f"/v1/schema/events?who={quote(text)}", {}, b"")
    yield Sent("PUT", EVENTS, {"Authorization": OWN}, json.dumps(made(source=text)).encode())


def of_a_stranger() -> Iterator[Sent]:
    """A key that nobody here knows, and the same where it does not belong."""
    for scheme in ("", "Bearer ", "Token "):
        for body in bodies(STRANGER):
            yield sent(body, f"{EVENTS}?who={STRANGER}", f"{scheme}{STRANGER}", X_Note=f"of {STRANGER}")
        yield sent(f'{{"a": "{STRANGER}'.encode(), authorization=f"{scheme}{STRANGER}")
    for name in ("X_Api_Key", "X_Key", "Cookie", "X_Auth_Token", "Ocp_Apim_Subscription_Key"):
        yield sent(made(), authorization=None, **{name: STRANGER})
    for name in ("api_key", "key", "token", "access_token", "subscription-key"):
        yield sent(made(), f"{EVENTS}?{name}={STRANGER}", None)


def steering() -> Iterator[Sent]:
    """What is said to /_control and asked of /_inspect, rightly and wrongly."""
    yield control("POST", "/personas", {**PERSONA, "label": "Anna"})
    for name, text in PERSONA.items():
        yield control("POST", "/personas", {name: text})
        yield control("POST", "/personas", {**PERSONA, "label": text})
        yield control("POST", "/personas", {"email": "nobody", "label": text})
    for text in SOWN.values():
        once = quote(text, safe="")
        yield control("POST", "/personas", {"ip": f"x{text}"})
        yield control("POST", "/faults", {"kind": text})
        yield control("POST", "/faults", {"kind": "status", "status": text, "data_set_id": text})
        yield control("PUT", "/clock", {"now": text})
        if text != KEYS["app"]:  # who tells it is told it
            yield control("POST", "/datasets", {"data_set_id": "app", "api_key": text})
        yield control("DELETE", f"/personas/{once}")
        yield control("DELETE", f"/faults/{once}")
        yield control("POST", "/reset", {"data_set_id": text})
        yield Sent("POST", "/_control/reset", STEERING, f'{{"a": "{text}'.encode())
        for path in (f"/_inspect/submissions/{once}", f"/_inspect/wait?count={once}", f"/_inspect/stream?limit={once}"):
            yield Sent("GET", path, STEERING, b"")
        yield Sent("GET", "/_inspect", {"Authorization": f"Bearer {text}x"}, b"")
    for text in PERSONAL.values():
        yield Sent("GET", f"/_inspect/wait?timeout=0&data_set_id={quote(text)}", STEERING, b"")
    yield control("POST", "/faults", {"kind": "status", "status": 503})


def control(method: str, path: str, body: Any = None) -> Sent:
    """A request to /_control."""
    return Sent(method, f"/_control{path}", {**STEERING, "Content-Type": "application/json"}, json.dumps(body).encode())
