// The places where a proof can be verified, each asked the same question.

import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const FOREIGN = resolve(import.meta.dirname, '../interop/foreign-verifiers.test.mjs');

/** Gives a file to the verify page of the app; answers its verdict and all it shows. No request leaves while it verifies. */
export async function verifiedInPage(page, path, file) {
  await page.goto(path);
  await page.locator('input[type=file]').waitFor({ state: 'attached' });
  await page.waitForLoadState('networkidle');
  return verdictOf(page, file);
}

/** The same with the page as a file on disk, on a device without network. */
export async function verifiedOffline(page, html, file) {
  await page.context().setOffline(true);
  await page.goto(pathToFileURL(html).href);
  await page.locator('input[type=file]').waitFor({ state: 'attached' });
  return verdictOf(page, file);
}

/** Software that is not ours judges the signature and the ledger. */
export async function assertForeignVerifiersAccept(file) {
  const child = spawn(process.execPath, ['--test', FOREIGN], {
    // The runner of this test must not take the other one for its own child.
    env: { ...process.env, ZHENXUE_PROOF: file, NODE_TEST_CONTEXT: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (bytes) => (output += bytes));
  child.stderr.on('data', (bytes) => (output += bytes));
  const [code] = await once(child, 'close');
  assert.equal(code, 0, output);
}

async function verdictOf(page, file) {
  const asked = [];
  const note = (request) => asked.push(request.url());
  page.on('request', note);
  await page.locator('input[type=file]').setInputFiles(file);
  const verdict = page.locator('[data-verdict]');
  await verdict.waitFor();
  page.off('request', note);
  assert.deepEqual(asked, [], 'verifying asked somebody');
  return { verdict: await verdict.getAttribute('data-verdict'), text: await page.locator('main').innerText() };
}
