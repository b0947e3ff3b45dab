// Measures the built extension and says what it found, as a table and as target/bench.json. README.md says what each figure is.
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { brotliCompressSync } from 'node:zlib';
import { beginning } from '../e2e/beginning.mjs';
import { KNOWN } from '../e2e/browsers/index.mjs';
import { DIST, Gatewright, TARGET } from '../e2e/gatewright.mjs';
import { Authentik } from '../e2e/server.mjs';
import { ratio, spread } from './numbers.mjs';
import { openCached, openFresh } from './opening.mjs';
import { oneByOne, withGatewright } from './protecting.mjs';
import { makeReal, makeTwin, moveIn } from './twin.mjs';
import { answers } from './worker.mjs';

const ROUNDS = Math.max(15, Number(process.env.GATEWRIGHT_BENCH_ROUNDS ?? 25));
const say = text => process.stdout.write(`${text}\n`);

/** Each round opens both popups both ways; which of them comes first alternates. */
async function openings(popups) {
  const all = { popup_fresh: [], twin_fresh: [], popup_cached: [], twin_cached: [] };
  // The first openings fill the browser's own caches.
  for (let round = -1; round < ROUNDS; round++) {
    for (const { name, browser, tab } of round % 2 ? popups : [...popups].reverse()) {
      const [fresh, cached] = [await openFresh(browser, tab), await openCached(browser, tab)];
      if (round < 0) continue;
      all[`${name}_fresh`].push(fresh);
      all[`${name}_cached`].push(cached);
    }
  }
  return Object.fromEntries(Object.entries(all).map(([name, values]) => [name, spread(values)]));
}

function sizes() {
  const found = {};
  for (const module of ['popup', 'background']) {
    const bytes = fs.readFileSync(path.join(DIST.chromium, 'pkg', `${module}_bg.wasm`));
    found[`${module}_wasm_bytes`] = bytes.length;
    found[`${module}_wasm_brotli_bytes`] = brotliCompressSync(bytes).length;
  }
  return found;
}

/** Starts both popups in a browser, connected to the same authentik. */
async function begin({ name, launch }, authentik, opened) {
  const start = async dist => {
    const browser = await launch({ dist });
    opened.push(browser);
    return browser;
  };
  const make = (how, what) => start(how({ name, dist: DIST[name], to: path.join(TARGET, 'bench', name, what) }));
  const real = await make(makeReal, 'real');
  const twin = await make(makeTwin, 'twin');
  const gatewright = new Gatewright(authentik, real);
  await gatewright.connect();
  await moveIn(twin, real, authentik.url);
  const tab = await real.openSite(authentik.site);
  return { gatewright, real, tab, popups: [{ name: 'popup', browser: real, tab }, { name: 'twin', browser: twin, tab: await twin.openSite(authentik.site) }] };
}

async function measure(browser) {
  const authentik = await Authentik.start();
  const opened = [];
  try {
    const { gatewright, real, tab, popups } = await begin(browser, authentik, opened);
    say(`${browser.name}: opening both popups ${ROUNDS} times, each with an empty cache and with a full one…`);
    const opening = await openings(popups);
    if (browser.name !== 'chromium') return { opening };
    const first = await beginning(real, `popup.html?tab=${await real.tabId(tab)}`);
    say('Waking the worker…');
    const worker = await answers(real, ROUNDS);
    say('Protecting the site…');
    const protect = await withGatewright({ gatewright, tab });
    await authentik.reset();
    const naive = await oneByOne(authentik);
    return { opening, first, worker: { cold: spread(worker.cold), warm: spread(worker.warm) }, protect, naive };
  } finally {
    for (const browser of opened) await browser.close();
    await authentik.stop();
  }
}

/** The figures of the openings in one browser. */
function opened(opening, prefix = '') {
  const { popup_fresh, twin_fresh, popup_cached, twin_cached } = opening;
  const all = {
    popup_fresh_ratio: ratio(popup_fresh, twin_fresh), popup_cached_ratio: ratio(popup_cached, twin_cached),
    popup_fresh_ms: popup_fresh, twin_fresh_ms: twin_fresh, popup_cached_ms: popup_cached, twin_cached_ms: twin_cached,
  };
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [prefix + name, value]));
}

const [chromium, firefox] = KNOWN;
const { opening, first, worker, protect, naive } = await measure(chromium);
const { opening: inFirefox } = await measure(firefox);
const figures = {
  rounds: ROUNDS,
  ...opened(opening),
  ...opened(inFirefox, 'firefox_'),
  ...sizes(),
  first_paint_requests: first.requests.length,
  first_paint_awaits: first.sequential,
  first_paint_calls: first.calls.length,
  first_paint_files: first.files.length,
  worker_cold_ms: worker.cold.median, worker_cold: worker.cold,
  worker_warm_ms: worker.warm.median, worker_warm: worker.warm,
  protect_requests: protect.requests, protect_sequential_requests: protect.sequential, protect_server_ms: protect.ms,
  naive_requests: naive.requests, naive_sequential_requests: naive.sequential, naive_server_ms: naive.ms,
};
fs.mkdirSync(TARGET, { recursive: true });
fs.writeFileSync(path.join(TARGET, 'bench.json'), `${JSON.stringify(figures, null, 2)}\n`);

const times = ({ median, quartiles, least, most }) => `${median} ms   half of them ${quartiles.join(' to ')}, all ${least} to ${most}`;
const kilo = bytes => `${Math.round(bytes / 1000)} kB`;
const BUDGETS = [
  ['popup_fresh_ratio', 1.2], ['popup_cached_ratio', 1], ['firefox_popup_fresh_ratio', 1.2], ['firefox_popup_cached_ratio', 1], ['popup_wasm_bytes', 900_000], ['background_wasm_bytes', 250_000],
  ['first_paint_requests', 0], ['first_paint_awaits', 2], ['protect_sequential_requests', 3],
];
const over = BUDGETS.filter(([name, most]) => figures[name] > most);
const table = (browser, opening, prefix) => `popup opened → first useful row, ${ROUNDS} interleaved rounds in ${browser}
  nothing kept     popup   ${times(opening.popup_fresh)}
                   twin    ${times(opening.twin_fresh)}
                   ratio   ${figures[`${prefix}popup_fresh_ratio`]}   (at most 1.2)
  from the cache   popup   ${times(opening.popup_cached)}
                   twin    ${times(opening.twin_cached)}
                   ratio   ${figures[`${prefix}popup_cached_ratio`]}   (at most 1.0)`;
say(`
${table('Chromium', opening, '')}
${table('Firefox', inFirefox, 'firefox_')}
before the first paint from the cache
  requests to authentik ${first.requests.length}; calls of the browser ${first.calls.length}, of which ${first.sequential} one after the other; files ${first.files.join(' ')}
modules            popup        ${figures.popup_wasm_bytes} bytes (at most 900000), with brotli ${kilo(figures.popup_wasm_brotli_bytes)}
                   background   ${figures.background_wasm_bytes} bytes (at most 250000), with brotli ${kilo(figures.background_wasm_brotli_bytes)}
the worker answers after it was killed   ${times(worker.cold)}
                   while it is there     ${times(worker.warm)}
"Protect this site" for one group, where each answer takes 60 ms
                   Gatewright    ${protect.requests} requests, ${protect.sequential} in sequence, ${protect.ms} ms
                   one by one    ${naive.requests} requests, ${naive.sequential} in sequence, ${naive.ms} ms

${over.length ? over.map(([name, most]) => `OVER BUDGET: ${name} is ${figures[name]}, and should be at most ${most}`).join('\n') : 'Everything is within its budget.'}
All of it is in ${path.relative(process.cwd(), path.join(TARGET, 'bench.json'))}.`);
