// Values drawn at random, the same ones for the same seed.

export class Draw {
  #state;

  constructor(seed) {
    this.#state = seed;
  }

  // Mulberry32: small, and the same on every machine.
  #next() {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  number(first, last) {
    return first + Math.floor(this.#next() * (last - first + 1));
  }

  bits(width) {
    return this.number(0, 2 ** width - 1);
  }

  flag() {
    return this.number(0, 1) === 1;
  }

  of(items) {
    return items[this.number(0, items.length - 1)];
  }

  some(items) {
    return items.filter(() => this.number(0, 2) === 0);
  }

  letters() {
    return this.of(ALPHABET) + this.of(ALPHABET);
  }

  day() {
    return new Date(Date.UTC(2018, 0, this.number(1, 5000)));
  }

  // Runs of ids with gaps between them, near or far, so that both ways to write them are shorter at times.
  ids(most) {
    const found = [];
    for (let last = 0; found.length < most && this.number(0, 5) > 0; ) {
      const first = last + this.of([1, 2, 3, 40, 700]);
      last = first + this.of([0, 0, 0, 1, 12]);
      for (let id = first; id <= last; id++) found.push(id);
    }
    return found;
  }
}

const ALPHABET = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
