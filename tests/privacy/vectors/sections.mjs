// Random fields for every section: by the specification's names, and by those that the package has for them.

import * as iab from "@iabgpp/cmpapi";

const range = (first, last) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

// Each draws a value as the vectors show it; a second function turns that into what the package takes.
const int = (width) => [(draw) => draw.bits(width)];
const flag = [(draw) => draw.flag()];
const letters = [(draw) => draw.letters()];
const flags = (width, allowed = range(1, width)) => [
  (draw) => draw.some(allowed),
  (ids) => range(1, width).map((id) => ids.includes(id)),
];
const vendors = [(draw) => draw.ids(60), (ids) => [...ids]];
const restrictions = [
  (draw) => {
    const purposes = draw.some(range(1, 11)).slice(0, 2);
    return purposes.map((key) => ({ key, type: draw.number(0, 2), ids: [key, ...draw.ids(9).map((id) => id + key)] }));
  },
  (drawn) => drawn.map(({ key, type, ids }) => new iab.RangeEntry(key, type, [...ids])),
];
const none = [() => [], () => []];
const customs = [
  (draw, fields) => draw.some(range(1, fields.NumCustomPurposes)),
  (ids) => range(1, 63).map((id) => ids.includes(id)),
];

const START = {
  CmpId: int(12),
  CmpVersion: int(12),
  ConsentScreen: int(6),
  ConsentLanguage: letters,
  VendorListVersion: int(12),
};
const EUROPE = {
  ...START,
  "TcfPolicyVersion PolicyVersion": [(draw) => draw.number(4, 5)],
  IsServiceSpecific: [() => true],
  "UseNonStandardTexts UseNonStandardStacks": flag,
  "SpecialFeatureOptIns SpecialFeatureOptins": flags(12),
  "PurposeConsent PurposeConsents": flags(24),
  // The package clears 1 and 3 to 6, for which a legitimate interest is no basis.
  "PurposesLITransparency PurposeLegitimateInterests": flags(24, [2, ...range(7, 11)]),
  PurposeOneTreatment: flag,
  "PublisherCC PublisherCountryCode": letters,
  "VendorConsent VendorConsents": vendors,
  "VendorLegitimateInterest VendorLegitimateInterests": vendors,
  "PubRestrictions PublisherRestrictions": restrictions,
  "DisclosedVendors VendorsDisclosed": vendors,
  "PubPurposesConsent PublisherConsents": flags(24),
  "PubPurposesLITransparency PublisherLegitimateInterests": flags(24),
  NumCustomPurposes: [(draw) => draw.of([0, 3, 9, 63])],
  "CustomPurposesConsent PublisherCustomConsents": customs,
  "CustomPurposesLITransparency PublisherCustomLegitimateInterests": customs,
};
const CANADA = {
  ...START,
  TcfPolicyVersion: int(6),
  UseNonStandardStacks: flag,
  SpecialFeatureExpressConsent: flags(12),
  PurposesExpressConsent: flags(24),
  PurposesImpliedConsent: flags(24),
  // Writers do not agree on how to encode these, except where they are empty.
  VendorExpressConsent: none,
  VendorImpliedConsent: none,
  PubRestrictions: none,
  PubPurposesExpressConsent: flags(24),
  PubPurposesImpliedConsent: flags(24),
  NumCustomPurposes: [(draw) => draw.of([0, 2, 17])],
  CustomPurposesExpressConsent: customs,
  CustomPurposesImpliedConsent: customs,
};

function tcf(kinds, version) {
  return (draw) => {
    const fields = { Version: version };
    const given = [];
    for (const [names, [drawn, taken = (value) => value]] of Object.entries(kinds)) {
      const [name, inPackage = name] = names.split(" ");
      fields[name] = drawn(draw, fields);
      given.push([inPackage, taken(fields[name])]);
    }
    // Last, since the package sets both to today whenever another field is set.
    const day = draw.day();
    fields.Created = fields.LastUpdated = day.toISOString().replace(".000", "");
    given.push(["Created", day], ["LastUpdated", day]);
    return { fields, given };
  };
}

function usPrivacy(draw) {
  const fields = { Version: 1, Notice: draw.of("YN-"), OptOutSale: draw.of("YN"), LspaCovered: draw.of("YN-") };
  return { fields, given: Object.entries(fields) };
}

// The fields of the US sections, and how many values each has, are those that the package says.
function us(prefix, version, lengths = {}) {
  const { GpcSegmentType: _, ...defaults } = new iab[`Us${prefix[2].toUpperCase()}${prefix.slice(3)}`]().toObj();
  const [optional, inclusion] = optionalIn(defaults);
  return (draw) => {
    const fields = {};
    const given = [];
    const included = draw.flag();
    for (const [field, value] of Object.entries(defaults)) {
      const drawn = field === "Version" ? version : usValue(draw, field, value, lengths[field]);
      given.push([field, drawn]);
      if (included || field !== optional) fields[spelt(prefix, field)] = drawn;
    }
    if (inclusion) given.push([inclusion, included]);
    return { fields, given };
  };
}

// The field whose sub-section may be left out, and what the package calls leaving it in.
function optionalIn(fields) {
  if ("Gpc" in fields) return ["Gpc", "GpcSegmentIncluded"];
  return "MspaVersion" in fields ? ["SensitiveDataProcessing", "SensitiveDataConsentSegmentIncluded"] : [];
}

function usValue(draw, field, value, length) {
  if (field === "MspaVersion") return draw.number(0, 20);
  if (field === "MspaCoveredTransaction") return draw.number(1, 2);
  if (typeof value === "boolean") return draw.flag();
  return Array.isArray(value) ? value.slice(0, length).map(() => draw.number(0, 2)) : draw.number(0, 2);
}

const spelt = (prefix, field) => (prefix === "ustn" && field.startsWith("KnownChild") ? field.slice(0, -1) : field);

const STATES = [...iab.Sections.SECTION_ID_NAME_MAP].filter(([id]) => id > 7);

// Every kind of section: its id, its prefix, and what draws its fields.
export const KINDS = [
  [2, "tcfeuv2", tcf(EUROPE, 2)],
  [5, "tcfcav1", tcf(CANADA, 1)],
  [6, "uspv1", usPrivacy],
  [7, "usnat", us("usnat", 1, { SensitiveDataProcessing: 12, KnownChildSensitiveDataConsents: 2 })],
  [7, "usnat", us("usnat", 2)],
  ...STATES.map(([id, prefix]) => [id, prefix, us(prefix, 1)]),
];
