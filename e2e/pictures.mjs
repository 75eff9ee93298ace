// The pictures of the READMEs, taken of the real screens: the release server with its demo province, a learner who has studied
// before, in Chromium. `cargo xtask pictures` runs it.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { device, launch } from './support/devices.mjs';
import { downloadProof, filmReady, myClass, play, signIn, watchFor } from './support/learner.mjs';
import { Server } from './support/server.mjs';
import { verifiedInPage } from './support/verifiers.mjs';

const PICTURES = resolve(import.meta.dirname, '../docs/pictures');
// The second learner of the first demo class: half through the course.
const LEARNER = { phone: '13800001004', password: 'zhenxuedemo' };
const QUALITY = 82;
// Skeletons have faded and bars come to rest.
const REST_MS = 800;

const server = await Server.start();
const browser = await launch();
try {
  const phone = await open({ kind: 'phone' });
  await signIn(phone, LEARNER);
  await phone.waitForURL('**/classes');
  const { class: id, units } = await myClass(phone);
  await take(phone, 'classes');
  await phone.goto('/record');
  await take(phone, 'record');
  await phone.goto(`/classes/${id}/units/${units[1].unit}`);
  await watching(phone);
  await take(phone, 'watch');

  const proof = join(server.folder, 'proof.json');
  await downloadProof(phone, proof);

  const laptop = await open({ kind: 'laptop', locale: 'en', theme: 'dark' });
  const { verdict } = await verifiedInPage(laptop, '/verify', proof);
  if (verdict !== 'valid') throw new Error(`the proof of the picture is ${verdict}`);
  await take(laptop, 'verify');

  await laptop.context().addCookies(await phone.context().cookies());
  await laptop.goto(`/classes/${id}/units/${units[1].unit}`);
  // The phone may still hold the lease.
  const takeOver = laptop.getByRole('button', { name: 'Move here' });
  await laptop.locator('video[slot=media]').or(takeOver).first().waitFor();
  if (await takeOver.isVisible()) await takeOver.click();
  await watching(laptop);
  await take(laptop, 'watch-laptop');
} finally {
  await browser.close();
  await server.stop();
}

async function open(look) {
  const context = await device(browser, { baseURL: server.origin, ...look });
  return context.newPage();
}

/** Plays until both bars have moved and the server has answered a beat. */
async function watching(page) {
  await filmReady(page);
  await play(page);
  await watchFor(page, 12_000);
  await page.locator('.dot.good').waitFor();
}

/** Chromium itself writes WebP, which is a third of a PNG; Playwright only knows the other two. */
async function take(page, name) {
  await page.locator('h1').waitFor();
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(REST_MS);
  const cdp = await page.context().newCDPSession(page);
  const { data } = await cdp.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  await cdp.detach();
  mkdirSync(PICTURES, { recursive: true });
  const bytes = Buffer.from(data, 'base64');
  writeFileSync(join(PICTURES, `${name}.webp`), bytes);
  console.log(`${name}.webp  ${Math.round(bytes.length / 1024)} KiB`);
}
