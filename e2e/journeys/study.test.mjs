// The road from end to end: register, join, watch, see the record, have it proved, verify the proof in three places.

import { strict as assert } from 'node:assert';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  credited, downloadProof, joinClass, openFilm, pause, play, position, register, settledCredit, watchFor,
} from '../support/learner.mjs';
import { newPerson } from '../support/people.mjs';
import { stage } from '../support/stage.mjs';
import { assertForeignVerifiersAccept, verifiedInPage, verifiedOffline } from '../support/verifiers.mjs';

const { journey } = stage();
const WATCH_MS = 25_000;

journey('twenty-five seconds of film become a proof that anybody can verify', async ({ open, server }) => {
  const page = await open(null);
  const person = newPerson('李小燕');
  await register(page, person);
  await joinClass(page);
  await openFilm(page);
  assert.equal(await credited(page), 0);

  const began = Date.now();
  await play(page);
  await watchFor(page, WATCH_MS);
  await page.getByText(/已记录到/).first().waitFor();
  await pause(page);
  const wall = Date.now() - began;
  const watched = await position(page);
  const total = await settledCredit(page);
  assert.ok(total >= 20_000, `only ${total} ms of ${watched} ms are credited`);
  assert.ok(total <= Math.min(wall, watched + 250), `${total} ms credited for ${watched} ms of film in ${wall} ms`);

  await page.goto('/record');
  const seconds = Math.floor(total / 1000);
  await page.getByText(`认定 ${seconds} 秒`).first().waitFor();

  const proof = join(server.folder, 'proof.json');
  await downloadProof(page, proof);
  const text = readFileSync(proof, 'utf8');
  assert.ok(JSON.parse(text).id.startsWith('urn:uuid:'));
  assert.ok(!text.includes(person.idNumber) && !text.includes(person.phone), 'the proof holds no ID number and no phone');

  const changed = join(server.folder, 'changed.json');
  writeFileSync(changed, oneCharacterChanged(text));
  const verifyHtml = join(server.folder, 'verify.html');
  writeFileSync(verifyHtml, await (await fetch(`${server.origin}/verify.html`)).text());

  // On the app's public page, signed in nowhere.
  const stranger = await open(null, { kind: 'laptop' });
  assert.equal((await verifiedInPage(stranger, '/verify', proof)).verdict, 'valid');
  const wrong = await verifiedInPage(stranger, '/verify', changed);
  assert.equal(wrong.verdict, 'invalid');
  assert.match(wrong.text, /credited_ms/, 'it says where');

  // By the command, which believes the keys it is given.
  const keys = join(server.folder, 'keys.json');
  writeFileSync(keys, await (await fetch(`${server.origin}/ledger/key`)).text());
  const fine = await server.command('verify', proof, '--trust', keys);
  assert.equal(fine.code, 0, fine.output);
  const refused = await server.command('verify', changed, '--trust', keys);
  assert.notEqual(refused.code, 0);
  assert.match(refused.output, /credited_ms/);

  // In one file from disk, without any network.
  const apart = await open(null, { kind: 'laptop', baseURL: undefined });
  assert.equal((await verifiedOffline(apart, verifyHtml, proof)).verdict, 'valid');
  const alsoWrong = await verifiedOffline(apart, verifyHtml, changed);
  assert.equal(alsoWrong.verdict, 'invalid');
  assert.match(alsoWrong.text, /credited_ms/);

  await assertForeignVerifiersAccept(proof);
});

journey('nothing studied is nothing to prove', async ({ open }) => {
  const page = await open(null);
  await register(page, newPerson());
  await joinClass(page);
  await page.goto('/proofs');
  await page.getByText('还没有已认定的学习时间').waitFor();
  assert.equal(await page.getByRole('button', { name: '生成凭证' }).count(), 0);
});

/** The first digit of the first unit's credited total, one higher. */
function oneCharacterChanged(text) {
  const changed = text.replace(/("credited_ms"\s*:\s*)(\d)/, (_, name, digit) => name + (Number(digit) % 9 + 1));
  assert.notEqual(changed, text, 'the proof states no credited_ms');
  return changed;
}
