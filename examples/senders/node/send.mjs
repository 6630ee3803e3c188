// Sends orders as purchases, in batches, and tries again what may yet succeed: node send.mjs orders.csv
// Needs Node 20 and no packages.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const COLUMNS = 'transaction_id,timestamp,value,currency,email,ip,gpp_string,gpp_sid';
const MOST_ATTEMPTS = 6;
const LONGEST_SECONDS = 60;

// Ends before anything is sent.
function stop(reason) {
  console.error(`send.mjs: ${reason}`);
  process.exit(2);
}

function setting(name, fallback) {
  return process.env[name] || fallback || stop(`${name} is not set`);
}

function positive(name, fallback) {
  const number = Number(setting(name, fallback));
  return Number.isFinite(number) && number > 0 ? number : stop(`${name} must be a number above 0`);
}

const URL_BASE = setting('MOCK_CAPI_URL').replace(/\/+$/, '');
if (!/^https?:\/\//.test(URL_BASE)) stop('MOCK_CAPI_URL must begin with http:// or https://');
const DATA_SET_ID = setting('MOCK_CAPI_DATA_SET_ID');
const HEADERS = {
  Authorization: `Bearer ${setting('MOCK_CAPI_API_KEY')}`,
  'Content-Type': 'application/json',
  Accept: 'application/json',
};
const BATCH_SIZE = Math.ceil(positive('BATCH_SIZE', '500'));
const BACKOFF_SECONDS = positive('BACKOFF_SECONDS', '1');
const TIMEOUT_SECONDS = positive('TIMEOUT_SECONDS', '10');

function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}

// Whole seconds; Date counts milliseconds.
function epochSeconds(text) {
  if (!/(Z|[+-]\d\d:\d\d)$/.test(text)) throw new Error('the timestamp has no time zone');
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) throw new Error('the timestamp is not in ISO 8601');
  return Math.floor(milliseconds / 1000);
}

// Who it was, as far as is known, hashed. Of addresses only IPv4 is asked for.
function identifiersOf(email, ip) {
  const normalized = email.trim().toLowerCase();
  return {
    ...(normalized && { email_sha256: sha256(normalized) }),
    ...(ip.includes('.') && { ip: sha256(ip.trim()) }),
  };
}

// Nothing in an event depends on when it is sent, so it may be sent again.
function purchase(order) {
  if (!/^\d+(\.\d+)?$/.test(order.value)) throw new Error('the value is no plain number, such as 129.90');
  if (order.gpp_string && !/^\d+( \d+)*$/.test(order.gpp_sid)) {
    throw new Error('gpp_sid must be the ids of sections, such as 7 8');
  }
  const sections = order.gpp_sid.split(' ').map(Number);
  return {
    data_set_id: DATA_SET_ID,
    timestamp: epochSeconds(order.timestamp),
    event_type: 'purchase',
    value: Number(order.value),
    currency_code: order.currency,
    identifiers: identifiersOf(order.email, order.ip),
    custom_data: { transaction_id: order.transaction_id },
    ...(order.gpp_string && { privacy: { gpp_string: order.gpp_string, gpp_sid: sections } }),
  };
}

// Cells must be free of commas and quotes; where they are not, use a package that reads CSV.
function orderOf(line) {
  const cells = line.split(',');
  const names = COLUMNS.split(',');
  if (cells.length !== names.length || line.includes('"')) throw new Error(`there must be ${names.length} plain cells`);
  return Object.fromEntries(names.map((name, place) => [name, cells[place]]));
}

function read(text) {
  const [head, ...lines] = text.split(/\r?\n/);
  if (head !== COLUMNS) stop(`line 1: must be ${COLUMNS}`);
  return lines.flatMap((line, place) => {
    try {
      return line ? [purchase(orderOf(line))] : [];
    } catch (error) {
      return stop(`line ${place + 2}: ${error.message}`);
    }
  });
}

// One attempt, and what came of it, in words too. Status 0 is no answer.
async function post(path, body) {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_SECONDS * 1000);
    const answer = await fetch(URL_BASE + path, { method: 'POST', headers: HEADERS, body, signal, redirect: 'manual' });
    const asked = answer.headers.get('Retry-After') ?? '';
    const retryAfter = /^\d{1,5}$/.test(asked) ? Number(asked) : 0;
    return { status: answer.status, text: `${answer.status} ${await answer.text()}`, retryAfter };
  } catch (error) {
    return { status: 0, text: String(error.cause ?? error), retryAfter: 0 };
  }
}

// The same body until it is accepted, refused, or has failed too often.
async function send(path, body, what) {
  for (let attempt = 0, wait = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    await sleep(wait * 1000);
    const { status, text, retryAfter } = await post(path, body);
    if (status === 200) return 'accepted';
    if (status !== 0 && status !== 429 && status < 500) {
      console.error(`${what}: refused, ${text}`);
      return 'refused';
    }
    console.error(`${what}: failed, ${text}`);
    const longest = Math.min(BACKOFF_SECONDS * 2 ** attempt, LONGEST_SECONDS);
    wait = Math.max(longest * (0.5 + Math.random() / 2), retryAfter);
  }
  console.error(`${what}: given up`);
  return 'given up';
}

function fileOf(path) {
  try {
    return readFileSync(path ?? 0, 'utf8');
  } catch (error) {
    return stop(error.message);
  }
}

const orders = read(fileOf(process.argv[2]));
const events = orders.filter((event) => Object.keys(event.identifiers).length > 0);
const count = { accepted: 0, refused: 0, 'given up': 0 };
for (let start = 0; start < events.length; start += BATCH_SIZE) {
  const batch = events.slice(start, start + BATCH_SIZE);
  const [path, payload] = batch.length === 1 ? ['/v1/events', batch[0]] : ['/v1/events/batch', batch];
  const outcome = await send(path, JSON.stringify(payload), `events ${start + 1} to ${start + batch.length}`);
  count[outcome] += batch.length;
}
const told = Object.entries(count).map(([outcome, number]) => `${number} ${outcome}`).join(', ');
console.log(`${orders.length} orders: ${told}, ${orders.length - events.length} left out since they name nobody`);
process.exitCode = count.accepted === events.length ? 0 : 1;
