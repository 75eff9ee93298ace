// How long somebody waits for a claim pack of a hundred learners, with their sheets: on the verify page in a real Chromium, from the drop to the verdict, and in
// the terminal, from the start of the command to its end. Prints Markdown for BENCHMARKS.md; `cargo xtask bench pack` runs it.

import { strict as assert } from 'node:assert';
import { device, launch } from './support/devices.mjs';
import { Server } from './support/server.mjs';

const ROUNDS = 5;
const [pack] = process.argv.slice(2);
const server = await Server.start();
const browser = await launch({});
try {
  const inPage = [];
  const inTerminal = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const context = await device(browser, { kind: 'laptop', baseURL: server.origin });
    const page = await context.newPage();
    await page.goto('/verify');
    await page.locator('input[type=file]').waitFor({ state: 'attached' });
    await page.waitForLoadState('networkidle');
    const dropped = Date.now();
    await page.locator('input[type=file]').setInputFiles(pack);
    await page.locator('[data-verdict]').waitFor({ timeout: 120_000 });
    inPage.push(Date.now() - dropped);
    assert.equal(await page.locator('[data-row]').count(), 100);
    await context.close();

    const begun = Date.now();
    // Whole, from an issuer whom this server does not know.
    const { code, output } = await server.command('verify', pack);
    assert.equal(code, 3, output);
    inTerminal.push(Date.now() - begun);
  }
  const rows = [
    [`verify page, from the drop to the verdict, median of ${ROUNDS}`, inPage],
    [`\`zhenxue verify\`, the whole command, median of ${ROUNDS}`, inTerminal],
  ];
  const median = (list) => `${[...list].sort((a, b) => a - b)[ROUNDS >> 1]} ms`;
  console.log(['| figure | seen |', '|---|--:|', ...rows.map(([what, list]) => `| ${what} | ${median(list)} |`)].join('\n'));
} finally {
  await browser.close();
  await server.stop();
}
