// Puts the parts together: what the address asks for is listed, followed and shown.

import { say } from "./aloud.js";
import { getJson } from "./api.js";
import { showDetail } from "./detail.js";
import { byId } from "./dom.js";
import { showEmpty } from "./empty.js";
import { refreshStatus, showConnection, startFrame } from "./frame.js";
import { startKeys } from "./keys.js";
import { List } from "./list.js";
import { Live } from "./live.js";
import { eventRowOf, rowOf } from "./rows.js";
import { problem, startSearch } from "./search.js";
import { Store, keyOf } from "./store.js";
import { Strip } from "./strip.js";
import { filters, look, onLook, view } from "./view.js";

const FIRST_PAGE = 40;
const NEXT_PAGE = 500;
const POLLED = 100;
// A stream that some proxy holds back keeps nobody waiting for the list.
const PATIENCE_MS = 400;
// A submission may be a batch of a thousand events, of which each comes with its page.
const MOST_EVENTS = 5000;

const store = new Store();
const strip = new Strip();
const list = new List(store, { open: openRow, more, reload: load, expand });
const live = new Live({ state: showConnection, rows: arrived, polled, reset: load, size: () => pageSize(POLLED) });
let asked = 0;
let status = null;
let loaded = false;
let paging = false;
let logged = "";

/** Read the list anew, and follow it from there. */
async function load() {
  const turn = ++asked;
  loaded = false;
  // The stream is opened first, so that nothing can come between it and the page; what comes twice is shown once.
  store.empty();
  const opened = live.follow(filters());
  const inTime = await Promise.race([
    opened.then(() => true),
    new Promise((resolve) => setTimeout(resolve, PATIENCE_MS)),
  ]);
  if (turn !== asked) return;
  try {
    const page = await getJson("/_inspect/submissions", { ...filters(), limit: FIRST_PAGE });
    if (turn !== asked) return;
    loaded = true;
    problem("");
    store.begin(page.submissions.map(rowOf), page.next);
    list.foot(page);
    if (list.active === null && view().id !== "") list.active = keyOf(view());
  } catch (error) {
    if (turn === asked && error.status === 400) problem(error.message);
  }
  list.redraw();
  settle();
  if (!inTime) opened.then(() => turn === asked && catchUp()).catch(() => {});
}

/** What came after the list was read and before the stream was open. */
async function catchUp() {
  polled(await getJson("/_inspect/submissions", { ...filters(), limit: pageSize(POLLED) }));
}

function arrived(submissions) {
  list.arrived(submissions.map(rowOf));
  say(submissions);
  strip.refresh();
  settle();
}

/** A page of the newest; where it has nothing that is known here, something in between is missing. */
function polled(page) {
  const rows = page.submissions.map(rowOf);
  if (store.rows.length && rows.length && !store.hasAny(rows)) return void load();
  if (!rows.length && store.rows.length) return void load();
  const fresh = rows.filter((row) => !store.seen.has(row.id)).reverse();
  if (fresh.length) list.arrived(fresh);
  list.foot(page);
  if (!fresh.length) return;
  strip.refresh();
  settle();
}

/** As many submissions as are likely to have so many events, going by those that are known. */
function pageSize(most) {
  const events = store.rows.slice(-FIRST_PAGE).reduce((sum, row) => sum + Math.max(1, row.count), 0);
  const each = events / Math.max(1, Math.min(FIRST_PAGE, store.rows.length));
  return Math.max(5, Math.min(most, Math.floor(MOST_EVENTS / Math.max(1, each))));
}

async function more() {
  if (paging || !store.next) return;
  paging = true;
  const turn = asked;
  try {
    const page = await getJson("/_inspect/submissions", {
      ...filters(),
      limit: pageSize(NEXT_PAGE),
      cursor: store.next,
    });
    if (turn === asked) store.append(page.submissions.map(rowOf), page.next);
  } catch {
    // It is asked for again with the next turn of the wheel.
  }
  paging = false;
  list.draw();
}

async function expand(row, open) {
  if (!open) {
    store.collapse(row.id);
    list.draw();
    list.scrolled();
    return;
  }
  const submission = await getJson(`/_inspect/submissions/${encodeURIComponent(row.id)}`).catch(() => null);
  if (submission)
    store.expand(
      row.id,
      submission.events.map((event) => eventRowOf(submission, event)),
    );
  list.draw();
}

function openRow(row, instead = false) {
  look({ id: row.id, event: row.event === undefined ? "" : String(row.event) }, { instead });
}

function settle() {
  const { q, since } = view();
  const dataset = status?.datasets.find((found) => found.data_set_id === view().data_set_id) ?? status?.datasets[0];
  showEmpty(loaded && status !== null && store.length === 0, Boolean(q || since), dataset);
}

/** Times of today are shown without their date. */
function setToday(iso) {
  if (list.today === iso.slice(0, 10)) return;
  list.today = iso.slice(0, 10);
  list.redraw();
}

function told(found) {
  status = found;
  setToday(found.clock.iso);
  // What a filter keeps out of the list counts as well.
  const size = JSON.stringify([found.log.submissions, found.log.evicted]);
  if (size !== logged) strip.refresh();
  logged = size;
  settle();
}

function togglePause() {
  live.pause(!live.paused);
}

onLook((after, before) => {
  if (["q", "data_set_id", "since", "until"].some((name) => after[name] !== before[name])) {
    list.active = null;
    byId("list").scrollTop = 0;
    load();
    strip.draw();
  }
  if (after.data_set_id !== before.data_set_id) {
    strip.refresh();
    refreshStatus(told);
  }
  if (after.id !== before.id || after.event !== before.event) showDetail();
});

// A tab that nobody sees needs no connection: browsers allow six to a server.
document.addEventListener(
  "visibilitychange",
  () => !live.paused && (document.hidden ? live.run?.abort() : live.restart()),
);

startFrame({
  status: told,
  cleared: () => {
    load();
    strip.refresh();
  },
  pause: togglePause,
});
startSearch();
startKeys(list, togglePause);
load();
strip.refresh();
showDetail();
