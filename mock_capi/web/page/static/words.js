// Times, amounts and verdicts in words.

export const DAY = 86400;

/** How each verdict is called; the keys are the classes that colour it. */
export const VERDICTS = {
  accepted: "Accepted",
  late: "Late",
  suppressed: "Suppressed",
  duplicate: "Duplicate",
  refused: "Refused",
  fault: "Fault",
};

export const number = (value) => value.toLocaleString("en");
export const counted = (count, word) => `${number(count)} ${word}${count === 1 ? "" : "s"}`;

/** "08:00:00", or with the date where that is not today. */
export function clockTime(iso, today) {
  return iso.slice(0, 10) === today ? iso.slice(11, 19) : `${iso.slice(5, 10)} ${iso.slice(11, 16)}`;
}

export const inUtc = (iso) => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;

/** An age or a time ahead in its two largest units. */
export function span(seconds) {
  const size = Math.abs(seconds);
  const text = inUnits(size);
  return seconds < 0 ? `${text} ahead` : text;
}

function inUnits(size) {
  const units = [
    [31557600, "y"],
    [DAY, "d"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ];
  const first = units.findIndex(([length]) => size >= length);
  if (first === -1) return "0 s";
  const [length, name] = units[first];
  const whole = `${number(Math.floor(size / length))} ${name}`;
  const next = units[first + 1];
  const rest = next && first > 0 ? Math.floor((size % length) / next[0]) : 0;
  return rest ? `${whole} ${rest} ${next[1]}` : whole;
}

export function amount(value, currency) {
  const shown =
    typeof value === "number"
      ? value.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 6 })
      : String(value);
  return currency ? `${shown} ${currency}` : shown;
}

/** The end of a long id tells more than its beginning. */
export const tail = (id, length = 12) => (id.length <= length + 2 ? id : `…${id.slice(-length)}`);

export function bytes(count) {
  if (count < 1000) return `${count} B`;
  return count < 1e6 ? `${(count / 1000).toFixed(1)} kB` : `${(count / 1e6).toFixed(1)} MB`;
}
