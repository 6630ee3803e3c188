"""The GPP sections as data: their ids, names, versions, fields and sub-sections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from mock_capi.privacy.fields import Choice, Choices, Flag, Int, Kind, Letters, Moment
from mock_capi.privacy.idlists import Flags, LibraryRange, OptimizedRange, Restrictions, SubSections, Vendors

Fields = tuple[tuple[str, Kind], ...]
Ways = tuple[Fields, ...]


class Mislabelled(NamedTuple):
    """A Version under which some writers really use another's longer layout; `ends` are both lengths in bits."""

    version: int
    really: int
    ends: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Layout:
    """One section of the IAB Global Privacy Platform.

    `cores` are the published layouts of the core by its Version, or the only one, under None, where the
    core carries no Version. `rest` continues the core in one of the ways that are in use. Each further
    sub-section starts with a type of `type_bits` bits, which names in `segments` the ways in which its
    fields are written; those in `obsolete` are read and not shown. `own_header` is a sub-section before
    the core that some writers leave out. `whole_bytes` says that each sub-section fills bytes.
    """

    id: int
    prefix: str
    name: str
    cores: Mapping[int | None, Fields]
    segments: Mapping[int, Ways] = field(default_factory=dict)
    type_bits: int = 2
    obsolete: frozenset[int] = frozenset()
    rest: Ways = ((),)
    own_header: Fields = ()
    mislabelled: Mislabelled | None = None
    whole_bytes: bool = False


# What the numbers say, from the "Core Sub-section" tables of the US specifications.
_NOTICE = {0: "not applicable", 1: "given", 2: "not given"}
_OPT_OUT = {0: "not applicable", 1: "opted out", 2: "did not opt out"}
_CONSENT = {0: "not applicable", 1: "no consent", 2: "consent"}
_COVERED = {1: "yes", 2: "no"}
_MODE = {0: "not applicable", 1: "yes", 2: "no"}
_MSPA_MODE = {0: "not applicable", 1: "opt-out option mode", 2: "service provider mode"}
_MEANINGS = {
    "notice": (_NOTICE, 1),
    "opt-out": (_OPT_OUT, 2),
    "consent": (_CONSENT, 0),
    "covered": (_COVERED, 2),
    "mode": (_MODE, 0),
    "mspa-mode": (_MSPA_MODE, 0),
}
# So that an encoded string without further fields is of a user who was told and did not opt out.


def _us(*rows: str) -> Fields:
    """Fields from rows such as `SaleOptOut opt-out` or `SensitiveDataProcessing consent 8`."""
    made: list[tuple[str, Kind]] = []
    for row in rows:
        name, meaning, *count = row.split()
        values, default = _MEANINGS[meaning]
        made.append((name, Choices(values, int(count[0])) if count else Choice(values, default)))
    return tuple(made)


def _core(*rows: str, version: int = 1) -> Mapping[int | None, Fields]:
    return {version: (("Version", Int(6, version)), *_us(*rows, *_MSPA))}


_MSPA = ("MspaCoveredTransaction covered", "MspaOptOutOptionMode mode", "MspaServiceProviderMode mode")
_SALE = ("SaleOptOutNotice notice", "TargetedAdvertisingOptOutNotice notice")
_OPT_OUTS = ("SaleOptOut opt-out", "TargetedAdvertisingOptOut opt-out")
_CHILD = "KnownChildSensitiveDataConsents consent"
_ADDITIONAL = "AdditionalDataProcessingConsent consent"
_PROCESSING = ("ProcessingNotice notice", *_SALE, *_OPT_OUTS)
_SHARING = ("SharingNotice notice", *_SALE, *_OPT_OUTS)
_SENSITIVE = "SensitiveDataProcessing consent"
_GPC: Fields = (("Gpc", Flag()),)

_NATIONAL = (
    "SharingNotice notice",
    "SaleOptOutNotice notice",
    "SharingOptOutNotice notice",
    "TargetedAdvertisingOptOutNotice notice",
    "SensitiveDataProcessingOptOutNotice notice",
    "SensitiveDataLimitUseNotice notice",
    "SaleOptOut opt-out",
    "SharingOptOut opt-out",
    "TargetedAdvertisingOptOut opt-out",
)
_CALIFORNIA = (
    "SaleOptOutNotice notice",
    "SharingOptOutNotice notice",
    "SensitiveDataLimitUseNotice notice",
    "SaleOptOut opt-out",
    "SharingOptOut opt-out",
    "SensitiveDataProcessing opt-out 9",
    f"{_CHILD} 2",
    "PersonalDataConsents consent",
)
_UTAH = (
    "SharingNotice notice",
    *_SALE,
    "SensitiveDataProcessingOptOutNotice notice",
    *_OPT_OUTS,
    "SensitiveDataProcessing opt-out 8",
    _CHILD,
)
_IOWA = (
    "ProcessingNotice notice",
    *_SALE,
    "SensitiveDataOptOutNotice notice",
    *_OPT_OUTS,
    "SensitiveDataProcessing opt-out 8",
    _CHILD,
)
_EIGHT_THREE = (f"{_SENSITIVE} 8", f"{_CHILD} 3", _ADDITIONAL)
_EIGHT_ONE = (f"{_SENSITIVE} 8", _CHILD, _ADDITIONAL)


def _state(number: int, prefix: str, name: str, *rows: str) -> Layout:
    """A state's section. A GPC sub-section is read in every one: reusable sub-sections may be added to any."""
    return Layout(number, prefix, name, _core(*rows), {1: (_GPC,)})


def _newest(number: int, prefix: str, name: str, rows: tuple[str, ...], segment: Fields, type_bits: int) -> Layout:
    """The sections of 2026, whose core has no Version; their own header is left out by some writers."""
    core = (
        ("MspaVersion", Int(6)),
        *_us("MspaCoveredTransaction covered", "MspaMode mspa-mode", *_PROCESSING, *rows),
    )
    header: Fields = (("SectionID", Int(6, number)), ("Version", Int(6, 1)), ("SubSections", SubSections()))
    return Layout(number, prefix, name, {None: core}, {1: (segment,)}, type_bits, own_header=header)


_TCF_START: Fields = (
    ("Created", Moment()),
    ("LastUpdated", Moment()),
    ("CmpId", Int(12, 1)),
    ("CmpVersion", Int(12, 1)),
    ("ConsentScreen", Int(6)),
    ("ConsentLanguage", Letters("EN")),
    ("VendorListVersion", Int(12, 1)),
)
_TCF_EU: Fields = (
    ("Version", Int(6, 2)),
    *_TCF_START,
    ("TcfPolicyVersion", Int(6, 5)),
    ("IsServiceSpecific", Flag(default=True, must_be_set="not_service_specific")),
    ("UseNonStandardTexts", Flag()),
    ("SpecialFeatureOptIns", Flags(12)),
    ("PurposeConsent", Flags(24)),
    ("PurposesLITransparency", Flags(24)),
    ("PurposeOneTreatment", Flag()),
    ("PublisherCC", Letters("US")),
    ("VendorConsent", Vendors()),
    ("VendorLegitimateInterest", Vendors()),
    ("PubRestrictions", Restrictions()),
)
_TCF_CANADA: Fields = (
    ("Version", Int(6, 1)),
    *_TCF_START,
    ("TcfPolicyVersion", Int(6, 5)),
    ("UseNonStandardStacks", Flag()),
    ("SpecialFeatureExpressConsent", Flags(12)),
    ("PurposesExpressConsent", Flags(24)),
    ("PurposesImpliedConsent", Flags(24)),
)
_PUBLISHER_EU: Fields = (
    ("PubPurposesConsent", Flags(24)),
    ("PubPurposesLITransparency", Flags(24)),
    ("NumCustomPurposes", Int(6)),
    ("CustomPurposesConsent", Flags("NumCustomPurposes")),
    ("CustomPurposesLITransparency", Flags("NumCustomPurposes")),
)
_PUBLISHER_CANADA: Fields = (
    ("PubPurposesExpressConsent", Flags(24)),
    ("PubPurposesImpliedConsent", Flags(24)),
    ("NumCustomPurposes", Int(6)),
    ("CustomPurposesExpressConsent", Flags("NumCustomPurposes")),
    ("CustomPurposesImpliedConsent", Flags("NumCustomPurposes")),
)
_DISCLOSED: Fields = (("DisclosedVendors", Vendors()),)
# The specification's way, the npm package's and the Java library's; they meet only where lists are empty.
_CANADIAN_LISTS: tuple[Kind, ...] = (OptimizedRange(), LibraryRange(), Vendors())
_ALLOWED: Fields = (("AllowedVendors", Vendors()),)
_SENSITIVE_ONLY: Fields = _us(f"{_SENSITIVE} 8")

USP_ID, USP_PREFIX = 6, "uspv1"
"""The US Privacy string as a section: the only one in plain text, and so without a layout."""

LAYOUTS: tuple[Layout, ...] = (
    Layout(
        2,
        "tcfeuv2",
        "TCF for Europe",
        {2: _TCF_EU},
        {1: (_DISCLOSED,), 2: (_ALLOWED,), 3: (_PUBLISHER_EU,)},
        3,
        obsolete=frozenset({2}),
        whole_bytes=True,
    ),
    Layout(
        5,
        "tcfcav1",
        "TCF for Canada",
        {1: _TCF_CANADA},
        {1: tuple((("DisclosedVendors", kind),) for kind in _CANADIAN_LISTS), 3: (_PUBLISHER_CANADA,)},
        3,
        rest=tuple(
            (
                ("VendorExpressConsent", kind),
                ("VendorImpliedConsent", kind),
                ("PubRestrictions", Restrictions(disputed=True)),
            )
            for kind in _CANADIAN_LISTS
        ),
    ),
    Layout(
        7,
        "usnat",
        "US national",
        {
            **_core(*_NATIONAL, f"{_SENSITIVE} 12", f"{_CHILD} 2", "PersonalDataConsents consent"),
            **_core(*_NATIONAL, f"{_SENSITIVE} 16", f"{_CHILD} 3", "PersonalDataConsents consent", version=2),
        },
        {1: (_GPC,)},
        # Widely used versions of the npm package, and the Java library, write 1 over the layout of 2.
        mislabelled=Mislabelled(version=1, really=2, ends=(60, 70)),
    ),
    _state(8, "usca", "California", *_CALIFORNIA),
    _state(9, "usva", "Virginia", *_SHARING, f"{_SENSITIVE} 8", _CHILD),
    _state(10, "usco", "Colorado", *_SHARING, f"{_SENSITIVE} 7", _CHILD),
    _state(11, "usut", "Utah", *_UTAH),
    _state(12, "usct", "Connecticut", *_SHARING, f"{_SENSITIVE} 8", f"{_CHILD} 3"),
    _state(13, "usfl", "Florida", *_PROCESSING, *_EIGHT_THREE),
    _state(14, "usmt", "Montana", *_SHARING, *_EIGHT_THREE),
    _state(15, "usor", "Oregon", *_PROCESSING, f"{_SENSITIVE} 11", f"{_CHILD} 3", _ADDITIONAL),
    _state(16, "ustx", "Texas", *_PROCESSING, *_EIGHT_ONE),
    _state(17, "usde", "Delaware", *_PROCESSING, f"{_SENSITIVE} 9", f"{_CHILD} 5", _ADDITIONAL),
    _state(18, "usia", "Iowa", *_IOWA),
    _state(19, "usne", "Nebraska", *_PROCESSING, *_EIGHT_ONE),
    _state(20, "usnh", "New Hampshire", *_PROCESSING, *_EIGHT_THREE),
    _state(21, "usnj", "New Jersey", *_PROCESSING, f"{_SENSITIVE} 10", f"{_CHILD} 5", _ADDITIONAL),
    _state(
        22, "ustn", "Tennessee", *_PROCESSING, f"{_SENSITIVE} 8", "KnownChildSensitiveDataConsent consent", _ADDITIONAL
    ),
    _state(23, "usmn", "Minnesota", *_PROCESSING, *_EIGHT_ONE),
    _newest(24, "usmd", "Maryland", (_ADDITIONAL,), _GPC, 2),
    _newest(25, "usin", "Indiana", (_CHILD, _ADDITIONAL), _SENSITIVE_ONLY, 0),
    _newest(26, "usky", "Kentucky", (_CHILD, _ADDITIONAL), _SENSITIVE_ONLY, 0),
    _newest(27, "usri", "Rhode Island", (_CHILD, _ADDITIONAL), _SENSITIVE_ONLY, 0),
)
BY_ID: Mapping[int, Layout] = {layout.id: layout for layout in LAYOUTS}
