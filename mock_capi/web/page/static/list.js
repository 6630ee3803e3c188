// The list: only the rows in sight are elements, and nothing that is being read moves when more arrives.

import { heading, rowElement } from "./cells.js";
import { byId, el } from "./dom.js";
import { counted, number } from "./words.js";

const HEIGHT = { wide: 38, compact: 64 };
const COMPACT_BELOW = 1150;
const SPARE = 8;
const NEAR_END = 40;
// More than this nobody waits for; the list is then read anew.
const MOST_HELD = 5000;

export class List {
  /** `store` holds the rows; `on` has open(row), more(), reload(), expand(row, open). */
  constructor(store, on) {
    this.store = store;
    this.on = on;
    this.active = null;
    this.drawn = new Map();
    this.asked = false;
    this.today = "";
    this.total = 0;
    this.evicted = 0;
    this.grid = byId("list");
    this.body = byId("list-rows");
    this.news = byId("news");
    byId("list-head").append(heading());
    this.grid.addEventListener("scroll", () => this.scrolled());
    this.body.addEventListener("click", (event) => this.clicked(event));
    this.news.addEventListener("click", () => this.showNews());
    new ResizeObserver(() => this.fit()).observe(this.grid);
    this.fit();
  }

  fit() {
    const compact = this.grid.clientWidth < COMPACT_BELOW;
    this.height = compact ? HEIGHT.compact : HEIGHT.wide;
    this.grid.classList.toggle("compact", compact);
    this.draw();
  }

  /** Whether somebody is looking at certain rows, so that they must stay where they are. */
  get isRead() {
    return this.grid.scrollTop > 2 || this.active !== null || this.store.isExpanded;
  }

  arrived(rows) {
    const held = this.store.add(rows, this.isRead);
    this.foot({ total: this.total + rows.length, evicted: this.evicted });
    if (held) this.news.textContent = `${held >= MOST_HELD ? `${number(MOST_HELD)}+` : number(held)} new`;
    this.news.hidden = !held;
    this.draw();
  }

  showNews() {
    this.active = null;
    this.grid.scrollTop = 0;
    this.grid.removeAttribute("aria-activedescendant");
    this.releaseNews();
    this.grid.focus();
  }

  releaseNews() {
    this.news.hidden = true;
    if (this.store.held.length >= MOST_HELD) this.on.reload();
    this.store.release();
    this.draw();
  }

  scrolled() {
    if (!this.isRead && this.store.held.length) this.releaseNews();
    this.draw();
  }

  draw() {
    this.asked ||= Boolean(requestAnimationFrame(() => ((this.asked = false), this.paint())));
  }

  paint() {
    const count = this.store.length;
    this.body.style.height = `${count * this.height}px`;
    this.grid.setAttribute("aria-rowcount", this.store.next ? "-1" : String(count + 1));
    const top = Math.max(0, Math.floor(this.grid.scrollTop / this.height) - SPARE);
    const end = Math.min(count, Math.ceil((this.grid.scrollTop + this.grid.clientHeight) / this.height) + SPARE);
    const gone = new Map(this.drawn);
    for (let index = top; index < end; index++) {
      const item = this.store.at(index);
      gone.delete(item.key);
      this.place(item, index);
    }
    for (const [key, node] of gone) {
      this.drawn.delete(key);
      node.remove();
    }
    if (end > count - NEAR_END && this.store.next) this.on.more();
  }

  place(item, index) {
    let node = this.drawn.get(item.key);
    if (!node) {
      node = rowElement(item, this.today);
      node.id = `row-${item.key}`;
      node.dataset.key = item.key;
      this.drawn.set(item.key, node);
      this.body.append(node);
    }
    node.style.transform = `translateY(${index * this.height}px)`;
    node.setAttribute("aria-rowindex", index + 2);
    if (item.row.batch && item.row.count) node.setAttribute("aria-expanded", String(item.open));
    node.querySelector("[data-expand]")?.setAttribute("aria-expanded", String(item.open));
    const active = item.key === this.active;
    node.classList.toggle("active", active);
    node.setAttribute("aria-selected", String(active));
  }

  /** Forget what was drawn, for when the same rows look different now. */
  redraw() {
    for (const node of this.drawn.values()) node.remove();
    this.drawn.clear();
    this.draw();
  }

  clicked(event) {
    const node = event.target.closest("[data-key]");
    const item = node && this.store.byKey(node.dataset.key);
    if (!item) return;
    if (event.target.closest("[data-expand]")) this.toggle(item);
    else if (!String(getSelection())) this.open(item);
  }

  open(item) {
    this.activate(item);
    this.on.open(item.row);
  }

  toggle(item, open = !item.open) {
    if (item.row.batch && item.level === 1 && item.row.count && open !== item.open) this.on.expand(item.row, open);
  }

  activate(item) {
    this.active = item?.key ?? null;
    if (!item) {
      this.grid.removeAttribute("aria-activedescendant");
      this.draw();
      return;
    }
    this.show(this.store.indexOf(item.key));
    this.paint();
    this.grid.setAttribute("aria-activedescendant", `row-${item.key}`);
  }

  /** Scroll as little as it takes to have a row in sight. */
  show(index) {
    const [top, head] = [index * this.height, byId("list-head").offsetHeight];
    const room = this.grid.clientHeight - head;
    if (top < this.grid.scrollTop) this.grid.scrollTop = top;
    else if (top + this.height > this.grid.scrollTop + room) this.grid.scrollTop = top + this.height - room;
  }

  /** Go so many rows down, or up. */
  step(by) {
    if (!this.store.length) return null;
    const at = this.active === null ? -1 : this.store.indexOf(this.active);
    const next = at === -1 ? 0 : Math.max(0, Math.min(this.store.length - 1, at + by));
    const item = this.store.at(next);
    this.activate(item);
    return item;
  }

  get activeItem() {
    return this.active === null ? null : this.store.byKey(this.active);
  }

  /** How many there are, in sight or not. */
  foot({ total, evicted }) {
    this.total = total;
    this.evicted = evicted;
    const words = [
      total > 0 && `${counted(total, "submission")}`,
      evicted > 0 && `${number(evicted)} older ones had to go`,
    ];
    byId("list-foot").replaceChildren(...words.filter(Boolean).map((text) => el("span", {}, text)));
  }
}
