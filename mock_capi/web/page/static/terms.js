// The search as a list of terms, so that a click can add one or take it away again.

const TERM = /-?(?:[A-Za-z_]+:)?(?:"[^"]*"?|\S+)/g;

export const termsOf = (q) => q.match(TERM) ?? [];

/** A key and a value as a term; what has blanks is put in quotes, as the search wants it. */
export const term = (key, value) => `${key}:${/[\s"]/.test(value) ? `"${value.replaceAll('"', "")}"` : value}`;

export const has = (q, wanted) => termsOf(q).includes(wanted);

/** With the term where it was not, without it where it was. Of one key only one value stands there. */
export function toggled(q, wanted) {
  const terms = termsOf(q);
  if (terms.includes(wanted)) return terms.filter((found) => found !== wanted).join(" ");
  const key = wanted.slice(0, wanted.indexOf(":") + 1);
  return [...terms.filter((found) => !found.startsWith(key)), wanted].join(" ");
}
