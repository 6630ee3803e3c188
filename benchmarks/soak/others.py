"""What else goes on while events come at full rate; each does one thing, and is begun anew as soon as it has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import uuid4

from benchmarks.soak.site import CUT_OFF, SILENT, Account, Site, expect
from mock_capi.world import DEFAULT_DATASET

STEERED, _WRONG_ONES = Account("faulty", "key-of-faulty"), Account("wrong", "key-of-wrong")
ACCOUNTS = (STEERED, _WRONG_ONES)
"""Datasets whose events run into faults, and whose events are refused."""
_WRONG: tuple[Mapping[str, Any], ...] = (
    {"currency_code": "XYZ"},
    {"identifiers": {"email_sha256": "a@example.com"}},
    {"timestamp": 1},
)
_DAY = 86_400
_STORED: tuple[Mapping[str, Any], ...] = ({"kind": "reset", "at": "during"}, {"kind": "drop_after_store"})
"""Faults that keep an answer from the sender, and the event in the log."""
_FAULTS: tuple[tuple[Mapping[str, Any], int | str], ...] = (
    ({"kind": "status", "status": 503, "retry_after": 2}, 503),
    ({"kind": "status", "status": 429, "probability": 1, "seed": 7}, 429),
    ({"kind": "delay", "delay_ms": 20}, 200),
    ({"kind": "timeout"}, SILENT),
    ({"kind": "reset", "at": "before"}, CUT_OFF),
    *((asked, CUT_OFF) for asked in _STORED),
)
_READ: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("/_inspect", {"event_type": "purchase", "limit": 50}),
    ("/_inspect", {"q": "txn_00001", "limit": 10}),
    ("/_inspect/events", {"limit": 100, "late": "true"}),
    ("/_inspect/summary", {}),
    ("/_inspect/report", {"format": "html"}),
    ("/_inspect/report", {"format": "junit", "data_set_id": DEFAULT_DATASET}),
    ("/_inspect/export", {"format": "ndjson", "limit": 500}),
    ("/_inspect/export", {"format": "har", "limit": 100}),
    ("/_inspect/export", {"format": "curl", "limit": 100}),
    ("/_inspect/status", {}),
    ("/_inspect/openapi.json", {}),
    ("/_control/datasets", {}),
)


async def faults(site: Site) -> None:
    """Every kind is armed and met, alone and in a sequence that nobody meets to its end."""
    for asked, met in _FAULTS:
        await site.steer("POST", "/faults", data_set_id=STEERED.data_set_id, **asked)
        found = await site.send(STEERED, seconds=0.2 if met is SILENT else 60)
        expect(found == met, f"{asked} was met as {found}")
        site.stored += met == CUT_OFF and asked in _STORED
    await site.steer("POST", "/faults", data_set_id=STEERED.data_set_id, sequence=[asked for asked, _ in _FAULTS])
    expect(await site.send(STEERED) == 503, "the first of a sequence was not met")
    await site.steer("DELETE", f"/faults?data_set_id={STEERED.data_set_id}")


async def refusals(site: Site) -> None:
    """Wrong events, alone and by the batch."""
    for changes in _WRONG:
        expect(await site.send(_WRONG_ONES, **changes) == 400, f"{changes} was not refused")
        expect(await site.send(_WRONG_ONES, 50, **changes) == 400, f"a batch with {changes} was not refused")


async def datasets(site: Site) -> None:
    """A suite's life: a dataset of its own with readings of its own, events, a wait, a look, and an end to it."""
    account = Account(str(uuid4()), f"key-{uuid4()}")
    data_set_id, count = account.data_set_id, site.dice.randint(2, 30)
    readings = {"max_body_bytes": site.dice.randint(1_000_000, 9_000_000), "unknown_fields": "reject"}
    await site.steer("POST", "/datasets", data_set_id=data_set_id, api_key=account.key, readings=readings)
    waiting = asyncio.create_task(site.get("/_inspect/wait", data_set_id=data_set_id, count=count + 1, timeout=60))
    await site.steer("PUT", "/clock", data_set_id=data_set_id, now="2027-01-15T08:00:00Z")
    await site.steer("DELETE", f"/clock?data_set_id={data_set_id}")
    expect(await site.send(account) == 200, "a new dataset's event was refused")
    expect(await site.send(account, count) == 200, "a new dataset's batch was refused")
    expect((await waiting)["matched"] == count + 1, "a wait has counted otherwise")
    found = await site.get("/_inspect/summary", data_set_id=data_set_id)
    # Both are read one after the other, and something may be evicted in between.
    there, gone = found["submissions"]["total"], found["evicted"]["submissions"]
    expect(there <= 2 <= there + gone, f"of 2 submissions {there} are there and {gone} evicted")
    cleared = await site.steer(*site.dice.choice((("DELETE", f"/log?data_set_id={data_set_id}"), _reset(data_set_id))))
    expect(cleared["deleted"] <= there, f"{cleared} of {there}")
    await site.steer("DELETE", f"/datasets/{data_set_id}")
    del site.sent[data_set_id]


def _reset(data_set_id: str) -> tuple[str, str]:
    return "POST", f"/reset?data_set_id={data_set_id}"


async def waits(site: Site) -> None:
    """One that is met, one that times out, one whose sender goes away."""
    met = await site.get("/_inspect/wait", count=1, timeout=60)
    expect(met["matched"] >= 1, met)
    late = await site.get("/_inspect/wait", status=408, count=1_000_000, timeout=0.2)
    expect(late["matched"] < 1_000_000, "a wait was met by nothing")
    left = asyncio.create_task(site.get("/_inspect/wait", count=1_000_000, timeout=600))
    await asyncio.sleep(0.1)
    left.cancel()
    await asyncio.gather(left, return_exceptions=True)


async def streams(site: Site) -> None:
    """Some read for a while, one reads nothing, and all turn away in the middle."""
    kinds = ("purchase", "page_view", "sign_up")
    reading = [site.follow("/_inspect/stream", 1.0, event_type=kind) for kind in kinds]
    read, _ = await asyncio.gather(asyncio.gather(*reading), site.neglect("/_inspect/stream", 0.5))
    expect(min(read) > 0, "a stream said nothing")


async def clock(site: Site) -> None:
    """Everybody's clock goes on for days, stands, and comes back."""
    await site.steer("POST", "/clock/advance", seconds=site.dice.randint(1, 20) * _DAY)
    await asyncio.sleep(0.05)
    await site.steer("PUT", "/clock", frozen=True)
    await asyncio.sleep(0.05)
    await site.steer("DELETE", "/clock")
    await asyncio.sleep(0.2)


async def personas(site: Site) -> None:
    """A test person comes, is shown and goes."""
    name = f"person-{site.dice.randrange(10**6)}"
    person = await site.steer("POST", "/personas", email=f"{name}@example.com", ip="203.0.113.7", label=name)
    expect((await site.get("/_control/personas"))["personas"], "a persona was lost")
    await site.steer("DELETE", f"/personas/{person['id']}")
    await asyncio.sleep(0.2)


async def reading(site: Site) -> None:
    """A look at the log in every form there is."""
    path, parameters = site.dice.choice(_READ)
    await site.read(path, **parameters)
    newest = (await site.get("/_inspect", limit=1))["submissions"]
    if newest and site.dice.random() < 0.2:
        # It may be evicted before it is asked for, which is no failure.
        await site.follow(f"/_inspect/submissions/{newest[0]['id']}/context", 1.0)


OTHERS: tuple[Callable[[Site], Awaitable[None]], ...] = (
    faults,
    refusals,
    datasets,
    datasets,
    waits,
    waits,
    streams,
    clock,
    personas,
    reading,
    reading,
)
"""Those that stand there twice go on twice at a time."""
