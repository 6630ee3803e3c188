// Prints GPP strings that the IAB's own package makes of fields drawn at random, one vector a line.
//
//     cd tests/privacy/vectors && npm install --no-package-lock && npm run make
//
// writes package.jsonl again, to the byte: the seed and the version of the package are fixed.

import { readFileSync } from "node:fs";
import { GppModel } from "@iabgpp/cmpapi";
import { Draw } from "./draw.mjs";
import { KINDS } from "./sections.mjs";

const SEED = 20260117;
const OF_EACH_KIND = 5;
const OF_SEVERAL_SECTIONS = 40;
const OPT_OUTS = { sale: "SaleOptOut", sharing: "SharingOptOut", targeted_advertising: "TargetedAdvertisingOptOut" };

function vector(draw, kinds) {
  const model = new GppModel();
  const sections = {};
  for (const [, prefix, drawn] of kinds) {
    const { fields, given } = drawn(draw);
    for (const [name, value] of given) model.setFieldValue(prefix, name, value);
    sections[prefix] = fields;
  }
  return {
    gpp_string: model.encode(),
    section_ids: kinds.map(([id]) => id),
    sections,
    opt_out_by_section: Object.fromEntries(Object.entries(sections).map(([prefix, of]) => [prefix, optOuts(of, true)])),
    opt_out_fields_only: Object.keys(OPT_OUTS).filter((what) =>
      Object.values(sections).some((of) => optOuts(of, false).includes(what)),
    ),
  };
}

// A Global Privacy Control opts out of sale, and of the others where the section has a field for them.
function optOuts(fields, withGpc) {
  const gpc = withGpc && fields.Gpc === true;
  const isSet = ([what, field]) =>
    fields[field] === 1 ||
    (what === "sale" && (gpc || fields.OptOutSale === "Y")) ||
    (gpc && field in fields);
  return Object.entries(OPT_OUTS).filter(isSet).map(([what]) => what);
}

function several(draw) {
  const drawn = Array.from({ length: draw.number(2, 5) }, () => draw.of(KINDS));
  const once = new Map(drawn.map((kind) => [kind[0], kind]));
  return [...once.values()].sort(([id], [other]) => id - other);
}

const { dependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url)));
const [[origin, version]] = Object.entries(dependencies);
const draw = new Draw(SEED);
const singles = KINDS.flatMap((kind) => Array.from({ length: OF_EACH_KIND }, () => vector(draw, [kind])));
const multiples = Array.from({ length: OF_SEVERAL_SECTIONS }, () => vector(draw, several(draw)));
const regenerate = "npm install --no-package-lock && npm run make";
for (const line of [{ origin, version, licence: "Apache-2.0", seed: SEED, regenerate }, ...singles, ...multiples])
  console.log(JSON.stringify(line));
