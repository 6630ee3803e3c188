"""The steps from an address to its hash: how each is done right, and the slips that are made at it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import quote

from mock_capi.personas import variants


class Slip(NamedTuple):
    """One mistake. `make` yields what comes of it, and may yield what is right as well, which then does not count;
    `wrong` ends the sentence "is a hash of the address, but", and `mend` says what to do instead."""

    name: str
    make: Callable[[Any], Iterable[Any]]
    wrong: str
    mend: str


class Step(NamedTuple):
    """One step: what is made of what comes in, and the slips."""

    right: Callable[[Any], Any]
    slips: tuple[Slip, ...]


class Kind(NamedTuple):
    """What a person is known by. `field` is the identifier that its hash belongs in; where there is none,
    `otherwise` says what to do. `steps` lead from the text to the hash."""

    words: str
    field: str | None
    steps: tuple[Step, ...]
    otherwise: str = ""


def _by(name: str) -> Slip:
    label = name.upper().replace("SHA", "SHA-").replace("-3_", "3-")
    return Slip(name, lambda data: (variants.old(name, data),), f"hashed with {label}", "Hash it with SHA-256.")


# The tables. Each slip that is made once in a while by some sender stands in the step where it is made.
# fmt: off
_TAG = Step(variants.same, (
    Slip("plus_tag", variants.without_tag, "without what follows its plus sign",
         "Keep the tag: the guide asks for lower case only."),
))
_GMAIL = Step(variants.same, (
    Slip("gmail_dots", variants.without_dots, "with its dots removed",
         "Keep the dots: the guide asks for lower case only."),
    Slip("other_gmail", variants.other_gmail, "with gmail.com for googlemail.com or the reverse",
         "Keep the domain as it is."),
))
_CASE = Step(str.lower, (
    Slip("not_lowercased", variants.other_cases, "not lowercased", "Lowercase it before hashing."),
    Slip("turkish", variants.in_turkish, "lowercased as in Turkish, with a dotless i",
         "Lowercase it without regard to the locale (ROOT, invariant)."),
))
_UNICODE = Step(variants.nfc, (
    Slip("unicode_form", variants.other_forms, "in another Unicode form than NFC",
         "Normalize it to NFC before hashing."),
))
_LINK = Step(variants.same, (
    Slip("mailto", lambda text: (f"mailto:{text}",), "with mailto: before it", "Hash the address alone."),
    Slip("percent_encoded", lambda text: (quote(text),), "percent-encoded", "Decode it before hashing."),
))
_FORM = Step(variants.same, (
    Slip("ipv6_mapped", variants.mapped, "written as an IPv6 address", "Write it with four numbers before hashing."),
    Slip("leading_zeros", variants.padded, "with leading zeros", "Write its numbers without leading zeros."),
    Slip("integer", variants.as_number, "written as one number", "Write it with four numbers and dots before hashing."),
    Slip("cut_short", variants.cut_short, "cut short, as analytics do to make it anonymous", "Hash the whole address."),
    Slip("port", variants.with_port, "with a port", "Cut the port off before hashing."),
    Slip("netmask", variants.with_mask, "with a netmask", "Cut the netmask off before hashing."),
))
_FRAME = Step(variants.same, (
    Slip("not_trimmed", variants.spaced, "with white space around it", "Trim it before hashing."),
    Slip("newline", lambda text: (f"{text}{end}" for end in ("\n", "\r\n", "\r")), "with a line break at its end",
         "Cut the line break off before hashing (echo adds one, printf does not)."),
    Slip("quoted", variants.quoted, "with quotes around it, as JSON has them", "Hash the text itself, not its JSON."),
))
_ENCODING = Slip("encoding", variants.not_utf8, "in another encoding than UTF-8", "Encode it as UTF-8 before hashing.")
_BYTES = Step(str.encode, (_ENCODING,))
_IP_BYTES = Step(str.encode, (
    _ENCODING, Slip("packed", variants.packed, "as bytes instead of text", "Hash its text, four numbers with dots."),
))
_HASH = Step(variants.sha256, (
    Slip("hashed_twice", variants.twice, "hashed twice", "Hash it once, with SHA-256."),
    *map(_by, ("md5", "sha1", "sha224", "sha384", "sha512", "sha3_256")),
    Slip("base64", variants.in_base64, "in base64", "Write the hash as 64 lowercase hex digits."),
    Slip("marked", variants.marked, "with a mark such as 0x before the hash", "Send the 64 hex digits alone."),
))
_IPV6_FORM = Step(variants.same, (Slip("form", variants.ipv6_forms, "", ""),))
_PHONE_FORM = Step(variants.e164, (Slip("form", variants.phone_forms, "", ""),))
EMAIL = Kind("e-mail address", "email_sha256", (_TAG, _GMAIL, _CASE, _UNICODE, _LINK, _FRAME, _BYTES, _HASH))
IPV4 = Kind("IPv4 address", "ip", (_FORM, _FRAME, _IP_BYTES, _HASH))
IPV6 = Kind(
    "IPv6 address", None, (_IPV6_FORM, _FRAME, _IP_BYTES, _HASH),
    "The guide takes IPv4 only: leave ip out where there is none.",
)
PHONE = Kind(
    "phone number", None, (_PHONE_FORM, _FRAME, _BYTES, _HASH),
    "The guide has no field for phone numbers: leave it out.",
)
# fmt: on
KINDS = (EMAIL, IPV4, IPV6, PHONE)
_FORMS_OF_TWO = 3


def ways(kind: Kind, text: str) -> dict[str, tuple[Slip, ...]]:
    """Every hash that comes of a text by at most two slips, with the fewest slips that lead to it.

    Of two slips together only the first forms are made: the others are rare enough by themselves.
    """
    found = dict(_ways(text, kind.steps, 2, _FORMS_OF_TWO))
    return found | dict(_ways(text, kind.steps, 1)) | dict(_ways(text, kind.steps, 0))


def _ways(
    value: Any, steps: tuple[Step, ...], left: int, forms: int | None = None
) -> Iterator[tuple[str, tuple[Slip, ...]]]:
    """The ways from here on with at most so many slips, of each so many forms; None is all."""
    if not steps:
        yield value, ()
        return
    step, *rest = steps
    right = step.right(value)
    yield from _ways(right, tuple(rest), left, forms)
    for slip in step.slips if left else ():
        for wrong in islice(dict.fromkeys(made for made in slip.make(value) if made != right), forms):
            for made, slips in _ways(wrong, tuple(rest), left - 1, forms):
                yield made, (slip, *slips)
