// The rows that the list shows: newest first, each once, batches opened or not, and those held back meanwhile.

// What the page keeps. Older rows are read again from the server when somebody scrolls that far.
const MOST_ROWS = 60_000;
const MOST_HELD = 5000;

export class Store {
  constructor() {
    this.empty();
  }

  empty() {
    this.rows = [];
    this.held = [];
    this.seen = new Set();
    this.opened = new Map();
    this.items = null;
    this.next = null;
  }

  /** Rows that are newer than all others, oldest first; held back or shown. How many are held back. */
  add(rows, hold) {
    const fresh = rows.filter((row) => !this.seen.has(row.id));
    for (const row of fresh) this.seen.add(row.id);
    if (hold) {
      if (this.held.length < MOST_HELD) this.held.push(...fresh);
    } else {
      this.prepend(fresh);
    }
    return this.held.length;
  }

  release() {
    this.prepend(this.held.splice(0));
  }

  prepend(rows) {
    this.rows.unshift(...rows.toReversed());
    this.items = null;
    this.trim();
  }

  /** The first page, newest first. What the stream brought before it is newer, unless it is in it as well. */
  begin(rows, next) {
    const ids = new Set(rows.map((row) => row.id));
    this.rows = [...this.rows.filter((row) => !ids.has(row.id)), ...rows];
    for (const id of ids) this.seen.add(id);
    this.next = next;
    this.items = null;
  }

  /** An older page, newest first. */
  append(rows, next) {
    const fresh = rows.filter((row) => !this.seen.has(row.id));
    for (const row of fresh) this.seen.add(row.id);
    this.rows.push(...fresh);
    this.next = next;
    this.items = null;
  }

  /** Only a row whose place in the log is known can be the last: from there on the server can be asked again. */
  trim() {
    if (this.rows.length <= MOST_ROWS) return;
    const last = this.rows.findLastIndex((row, index) => row.sequence !== null && index < MOST_ROWS);
    if (last < MOST_ROWS / 2) return;
    for (const row of this.rows.splice(last + 1)) this.seen.delete(row.id);
    this.next = String(this.rows[last].sequence);
  }

  hasAny(rows) {
    return rows.some((row) => this.seen.has(row.id));
  }

  expand(id, events) {
    this.opened.set(id, events);
    this.items = null;
  }

  collapse(id) {
    this.opened.delete(id);
    this.items = null;
  }

  get isExpanded() {
    return this.opened.size > 0;
  }

  get length() {
    return this.isExpanded ? this.flat().length : this.rows.length;
  }

  at(index) {
    return this.isExpanded ? this.flat()[index] : item(this.rows[index], false);
  }

  /** Submissions, each opened one followed by its events. */
  flat() {
    this.items ??= this.rows.flatMap((row) => {
      const events = this.opened.get(row.id);
      return events
        ? [item(row, true), ...events.map((event) => ({ key: keyOf(event), row: event, level: 2 }))]
        : item(row, false);
    });
    return this.items;
  }

  indexOf(key) {
    return this.isExpanded
      ? this.flat().findIndex((one) => one.key === key)
      : this.rows.findIndex((row) => row.id === key);
  }

  byKey(key) {
    const index = this.indexOf(key);
    return index === -1 ? null : this.at(index);
  }
}

const item = (row, open) => ({ key: row.id, row, level: 1, open });

export const keyOf = ({ id, event }) => (event === undefined || event === "" ? id : `${id}/${event}`);
