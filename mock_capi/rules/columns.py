"""Whole columns of a batch at a glance: True only where the rule beside it finds nothing in any of the values.

Most batches are in order from end to end, and to see that in one go costs half of asking event by event.
"""

from __future__ import annotations

import orjson

from mock_capi.rules.advice import LARGE_CUSTOM_DATA
from mock_capi.rules.checks import OLDEST_SECONDS
from mock_capi.rules.shape import Column, Setting


def all_own(column: Column, setting: Setting) -> bool:
    return set(column) == {setting.data_set_id}


def all_recent(column: Column, setting: Setting) -> bool:
    whole = set(map(type, column)) == {int}
    return whole and setting.now - OLDEST_SECONDS < min(column) and max(column) <= setting.now


def all_opaque(column: Column, setting: Setting) -> bool:
    return not setting.suspect and not any(map(str.isdigit, column))


def none_telling(column: Column, setting: Setting) -> bool:
    hashes = column if setting.readings.hash_case == "lower" else map(str.lower, column)
    return setting.telling_hashes.keys().isdisjoint(hashes)


def none_negative(column: Column, _setting: Setting) -> bool:
    return bool(min(column) >= 0)


def all_empty(column: Column, _setting: Setting) -> bool:
    return not any(column)


def all_small(column: Column, setting: Setting) -> bool:
    return setting.body_bytes <= LARGE_CUSTOM_DATA or max(map(len, map(orjson.dumps, column))) <= LARGE_CUSTOM_DATA
