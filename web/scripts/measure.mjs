/*
 * How the pages feel on a slow telephone: `node web/scripts/measure.mjs PLAN` opens each page of a plan in a Chromium of its own, with its processor slowed down and
 * its network that of a named profile, and prints what it saw as JSON. `scripts/bench/web.ts` makes the plan and sets each figure beside its ceiling.
 *
 * A page is measured cold: nothing is kept from before but the session. Its times begin with the request for the page:
 * - content:     what it is opened for stands there (`wanted`, a selector)
 * - interactive: from then on no task holds the page up for longer than 50 ms, for a second, and nothing is being fetched
 * - longest:     the longest task until then, in milliseconds; browsers tell of none that is shorter than 50, and 50 stands for those
 * - bytes:       what came over the wire, with its headers; of scripts, styles and fonts alone: load
 */
import fs from 'node:fs';
import { chromium } from 'playwright-core';

const [planFile] = process.argv.slice(2);
const plan = JSON.parse(fs.readFileSync(planFile, 'utf8'));
const flags = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];
const quietMs = 1_000;
const longTaskMs = 50;

/** Runs in the page, before anything of it. */
function watch(wanted) {
  const seen = { tasks: [], content: undefined, paint: undefined };
  globalThis.seen = seen;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) seen.tasks.push([startTime, duration]);
  }).observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') seen.paint = startTime;
  }).observe({ type: 'paint', buffered: true });
  const look = () => {
    if (document.querySelector(wanted) !== null) seen.content = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

const browser = await chromium.launch({ executablePath: plan.browser, args: flags });
try {
  const contexts = new Map();
  const contextOf = async (role) => {
    if (contexts.has(role)) return contexts.get(role);
    const context = await browser.newContext({ viewport: plan.window, locale: 'en-GB', reducedMotion: 'reduce' });
    if (role !== undefined) {
      const entered = await context.request.post(`${plan.url}/demo/enter`, {
        data: { role },
        headers: { 'commonmeter-client': 'web', origin: plan.url },
      });
      if (!entered.ok()) throw new Error(`The demo does not let a ${role} in: ${entered.status()}`);
    }
    contexts.set(role, context);
    return context;
  };
  const figures = [];
  for (const one of plan.pages) figures.push(await measure(await contextOf(one.role), one));
  process.stdout.write(JSON.stringify(figures));
} finally {
  await browser.close();
}

async function measure(context, { url, wanted, stretch }) {
  const page = await context.newPage();
  try {
    if (stretch !== undefined) await stretched(page, stretch);
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
    await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
    await devtools.send('Network.emulateNetworkConditions', { offline: false, ...plan.network });
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: plan.slowdown });
    const types = new Map();
    let [bytes, load, under, lastAnswer] = [0, 0, 0, Date.now()];
    const after = () => ((under -= 1), (lastAnswer = Date.now()));
    devtools.on('Network.requestWillBeSent', () => (under += 1));
    devtools.on('Network.responseReceived', ({ requestId, type }) => types.set(requestId, type));
    devtools.on('Network.loadingFailed', after);
    devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      after();
      bytes += encodedDataLength;
      if (['Document', 'Script', 'Stylesheet', 'Font'].includes(types.get(requestId))) load += encodedDataLength;
    });
    await page.addInitScript(watch, wanted);
    await page.goto(url, { timeout: plan.patienceMs, waitUntil: 'commit' });
    for (const giveUp = Date.now() + plan.patienceMs; ;) {
      const { content, last, now } = await page.evaluate(() => ({
        content: globalThis.seen.content,
        last: globalThis.seen.tasks.at(-1),
        now: performance.now(),
      }));
      const end = last === undefined ? 0 : last[0] + last[1];
      if (
        content !== undefined &&
        under <= 0 &&
        Date.now() - lastAnswer > quietMs &&
        now - Math.max(end, content) > quietMs
      )
        break;
      if (Date.now() > giveUp)
        throw new Error(
          `${url} did not come to rest; "${wanted}" ${content === undefined ? 'is not there' : 'is there'}.`,
        );
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const { tasks, content, paint } = await page.evaluate(() => globalThis.seen);
    const ends = tasks.filter(([, duration]) => duration > longTaskMs).map(([start, duration]) => start + duration);
    const longest = Math.max(longTaskMs, ...tasks.map(([, duration]) => duration));
    return { paint, content, interactive: Math.max(content, ...ends), longest, bytes, load };
  } finally {
    await page.close();
  }
}

/** Gives the page the intervals of many months where it asks for those of a day: answers of the service, one after the other. */
async function stretched(page, { path, months }) {
  await page.route(`**${path}?*grain=interval*`, async (route) => {
    const asked = new URL(route.request().url());
    let whole;
    for (const { from, to } of months) {
      asked.searchParams.set('from', from);
      asked.searchParams.set('to', to);
      const part = await (await route.fetch({ url: asked.href })).json();
      whole?.series.forEach((one, i) => one.figures.push(...part.series[i].figures));
      whole ??= part;
    }
    await route.fulfill({ json: whole });
  });
}
