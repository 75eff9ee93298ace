// One server and one browser for the journeys of a file, and what every journey is held to: no uncaught error in any page, and
// on failure a picture of each page and the server's last words under target/e2e.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { Camera, Studio } from './camera.mjs';
import { device, launch } from './devices.mjs';
import { Server } from './server.mjs';

const PICTURES = resolve(import.meta.dirname, '../../target/e2e');
// A journey that takes longer hangs.
const JOURNEY_WITHIN_MS = 900_000;
// What Chromium itself writes for an answer that a journey provokes, e.g. 401 or a cut network.
const EXPECTED = /Failed to load resource|net::ERR_/;

/**
 * Sets the stage for a file of journeys: `journey(title, async ({ server, open }) => …)`. With `camera`, the browser looks through
 * a camera made of a file, `studio` draws what it shows, and pages may use it unless they are opened with `permissions: []`.
 * `flags` are the server's, `chromium` the browser's.
 */
export function stage({ flags, checks, camera = false, chromium = [] } = {}) {
  const set = {};
  before(async () => {
    set.server = await Server.start({ flags, checks });
    if (camera) set.camera = new Camera();
    set.browser = await launch({ flags: [...chromium, ...(set.camera?.flags ?? [])] });
    if (camera) set.studio = await Studio.open(set.browser);
  });
  after(async () => {
    await set.browser?.close();
    await set.server?.stop();
    set.camera?.remove();
  });
  return {
    journey: (title, body, { timeout = JOURNEY_WITHIN_MS } = {}) =>
      test(title, { timeout }, () => play(title, set, body)),
  };
}

async function play(title, set, body) {
  const contexts = [];
  const errors = [];
  const watch = (page) => {
    page.on('pageerror', (error) => errors.push(`uncaught: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !EXPECTED.test(message.text())) errors.push(`console: ${message.text()}`);
    });
  };
  /** Opens a page on a new device. */
  const open = async (path = '/', options = {}) => {
    const permissions = set.camera ? ['camera'] : [];
    const context = await device(set.browser, { baseURL: set.server.origin, permissions, ...options });
    contexts.push(context);
    context.on('page', watch);
    const page = await context.newPage();
    if (path !== null) await page.goto(path);
    return page;
  };
  try {
    await body({ ...set, open });
    if (errors.length > 0) throw new Error(`the page complained:\n${errors.join('\n')}`);
  } catch (error) {
    if (errors.length > 0) error.message += `\nthe page complained:\n${errors.join('\n')}`;
    await keepPictures(title, contexts, set.server);
    throw error;
  } finally {
    await Promise.all(contexts.map((context) => context.close()));
  }
}

async function keepPictures(title, contexts, server) {
  mkdirSync(PICTURES, { recursive: true });
  const name = title.replaceAll(/[^\p{L}\p{N}]+/gu, '-');
  const pages = contexts.flatMap((context) => context.pages());
  for (const [i, page] of pages.entries()) {
    const path = join(PICTURES, `${name}-${i + 1}.png`);
    await page.screenshot({ path, timeout: 5_000 }).catch(() => {});
  }
  writeFileSync(join(PICTURES, `${name}-server.log`), server.log);
}
