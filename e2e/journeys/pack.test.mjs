// A claim pack before a reviewer: row by row, in the page, on a file from disk without any network, and in the terminal.

import { strict as assert } from 'node:assert';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { assertAccessible } from '../support/axe.mjs';
import { stage } from '../support/stage.mjs';
import { verifiedInPage, verifiedOffline } from '../support/verifiers.mjs';

const { journey } = stage();
// A pack of three learners and the proof whose keys made it, kept since the day the format was fixed.
const KEPT = resolve(import.meta.dirname, '../../shared/contract/tests/golden');
const PACK = join(KEPT, 'claim_pack_1.zip');
// A younger one with sheets, but for one learner whose name the font lacks.
const WITH_SHEETS = join(KEPT, 'claim_pack_2.zip');

/** The same archive with one damaged byte in one of its files, without knowing more of it than every ZIP has. */
function damaged(bytes, path) {
  const changed = Buffer.from(bytes);
  const at = changed.indexOf(Buffer.from(path));
  assert.ok(at > 30 && changed.readUInt32LE(at - 30) === 0x04034b50, `${path} is in the archive`);
  const start = at + path.length + changed.readUInt16LE(at - 2);
  changed[start + (changed.readUInt32LE(at - 12) >> 1)] ^= 0x55;
  return changed;
}

/** Trusts the keys that the kept files were made with, as somebody does who got them from the department. */
async function trustKept(page) {
  const proof = JSON.parse(readFileSync(join(KEPT, 'study_proof_1.json'), 'utf8'));
  await page.locator('details.keys summary').click();
  await page.locator('#keys').fill(`${proof.issuer}\n${proof.ledger.vkey}`);
  await page.locator('details.keys button[type=submit]').click();
}

const rowsOf = (page) => page.locator('[data-row]').evaluateAll((rows) => rows.map((row) => row.dataset.row));

journey('a claim pack is verified row by row, and a damaged byte concerns one row', async ({ open, server }) => {
  const broken = join(server.folder, 'damaged.zip');
  writeFileSync(broken, damaged(readFileSync(PACK), 'learners/002/proof.json'));

  const page = await open(null, { kind: 'laptop' });
  assert.equal((await verifiedInPage(page, '/verify', PACK)).verdict, 'unknown_issuer');
  await trustKept(page);
  await page.locator('[data-verdict="valid"]').waitFor();
  assert.deepEqual(await rowsOf(page), ['valid', 'valid', 'valid']);
  assert.match(await page.locator('main').innerText(), /3 名学员中 3 名核验无误.*合计 3 课时/);

  // A row opens by keyboard, with who it is, what was entered and where it comes from, and the proof.
  await page.locator('[data-row] summary').nth(1).focus();
  await page.keyboard.press('Enter');
  const second = page.locator('[data-row]').nth(1);
  await second.getByText('实训签到表 2026-11').first().waitFor();
  await second.locator('dd', { hasText: '职业技能等级证书 Y0021' }).waitFor();
  await second.getByText('电工一班').waitFor();
  await assertAccessible(page, 'a claim pack');

  // Without any network, from disk: the damaged file is named, and its row alone is red.
  const verifyHtml = join(server.folder, 'verify.html');
  writeFileSync(verifyHtml, await (await fetch(`${server.origin}/verify.html`)).text());
  const apart = await open(null, { kind: 'phone', theme: 'dark', baseURL: undefined });
  const found = await verifiedOffline(apart, verifyHtml, broken);
  assert.equal(found.verdict, 'invalid');
  assert.match(found.text, /learners\/002\/proof\.json/);
  assert.deepEqual(await rowsOf(apart), ['invalid'], 'what is red is shown first');
  await apart.getByRole('button', { name: '全部 3' }).click();
  assert.deepEqual(await rowsOf(apart), ['unknown_issuer', 'invalid', 'unknown_issuer']);
  await assertAccessible(apart, 'a damaged claim pack');

  // In English, and what is no archive at all.
  const english = await open(null, { kind: 'phone', locale: 'en' });
  await verifiedInPage(english, '/verify', PACK);
  await english.getByText('3 of 3 learners hold').waitFor();
  await assertAccessible(english, 'a claim pack in English');
  const half = join(server.folder, 'half.zip');
  writeFileSync(half, readFileSync(PACK).subarray(0, 9_000));
  await english.locator('input[type=file]').setInputFiles(half);
  await english.getByText('The archive does not open').waitFor();

  // In the terminal, with an exit code.
  const proof = JSON.parse(readFileSync(join(KEPT, 'study_proof_1.json'), 'utf8'));
  const trust = ['--trust', proof.issuer, '--trust', proof.ledger.vkey];
  assert.equal((await server.command('verify', PACK, ...trust)).code, 0);
  const refused = await server.command('verify', broken, ...trust);
  assert.equal(refused.code, 1, refused.output);
  assert.match(refused.output, /✗ learners\/002/);
});

journey('the sheets of a pack are verified with their rows, and a name without a glyph says why it has none', async ({ open, server }) => {
  const page = await open(null, { kind: 'phone' });
  await verifiedInPage(page, '/verify', WITH_SHEETS);
  await trustKept(page);
  await page.locator('[data-verdict="valid"]').waitFor();
  assert.deepEqual(await rowsOf(page), ['valid', 'valid', 'valid']);
  await page.locator('[data-row]').nth(2).getByText('字体里没有“𫗦”这个字').waitFor();
  assert.equal(await page.getByText('没有 PDF').count(), 1);
  await assertAccessible(page, 'a claim pack with sheets');

  const broken = join(server.folder, 'damaged-sheet.zip');
  writeFileSync(broken, damaged(readFileSync(WITH_SHEETS), 'learners/001/proof.pdf'));
  const found = await verifiedInPage(page, '/verify', broken);
  assert.equal(found.verdict, 'invalid');
  assert.match(found.text, /learners\/001\/proof\.pdf/);
  assert.deepEqual(await rowsOf(page), ['invalid'], 'what is red is shown first');

  const proof = JSON.parse(readFileSync(join(KEPT, 'study_proof_1.json'), 'utf8'));
  const trust = ['--trust', proof.issuer, '--trust', proof.ledger.vkey];
  const held = await server.command('verify', WITH_SHEETS, ...trust);
  assert.equal(held.code, 0, held.output);
  assert.match(held.output, /learners\/003 .*the font lacks 𫗦/);
  const refused = await server.command('verify', broken, ...trust);
  assert.equal(refused.code, 1, refused.output);
  assert.match(refused.output, /learners\/001\/proof\.pdf/);
});
