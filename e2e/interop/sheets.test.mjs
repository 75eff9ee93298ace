// A study sheet from the real server, judged by software that is not ours: the signature by pdfsig and by pyHanko, the attachment by
// poppler, the QR code by zbar. A demo learner has studied before, so no browser is needed.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Server } from '../support/server.mjs';
import { attachment, bend, codeInPicture, codeOnPaper, pdfsig, pyhanko, words } from './sheet-judges.mjs';

const PROVINCE = JSON.parse(readFileSync(new URL('../../assets/demo/province.json', import.meta.url), 'utf8'));

let server;
let certificate;
let proof;
let sheet;
let file;

const inFolder = (name) => join(server.folder, name);

before(async () => {
  server = await Server.start();
  certificate = inFolder('data/keys/sheet.crt.pem');
  const ask = await learnerWithPast();
  const [{ class: id }] = (await (await ask('/api/my/classes')).json()).filter((one) => one.confirmed_ms > 0);
  const issued = await ask(`/api/my/classes/${id}/proofs`, {});
  assert.equal(issued.status, 201);
  proof = await issued.text();
  const path = `/api/my/proofs/${JSON.parse(proof).id.replace('urn:uuid:', '')}`;
  sheet = Buffer.from(await (await ask(`${path}/sheet`)).arrayBuffer());
  file = inFolder('sheet.pdf');
  writeFileSync(file, sheet);
  writeFileSync(inFolder('code.png'), Buffer.from(await (await ask(`${path}/code`)).arrayBuffer()));
});

after(() => server?.stop());

/** Somebody of the demo province who has studied: a function that asks in their name. */
async function learnerWithPast() {
  for (const { phone } of PROVINCE.learners) {
    const signIn = await fetch(`${server.origin}/api/sign-ins`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: server.origin },
      body: JSON.stringify({ account: phone, password: PROVINCE.password, device: 'interop' }),
    });
    assert.ok(signIn.ok, await signIn.clone().text());
    const cookie = signIn.headers.get('set-cookie').split(';')[0];
    const ask = (path, body) =>
      fetch(`${server.origin}${path}`, {
        method: body ? 'POST' : 'GET',
        headers: { cookie, origin: server.origin, ...(body ? { 'content-type': 'application/json' } : {}) },
        body: body && JSON.stringify(body),
      });
    const classes = await (await ask('/api/my/classes')).json();
    if (classes.some((one) => one.confirmed_ms > 0)) return ask;
  }
  throw new Error('nobody of the demo province has studied');
}

test('pdfsig and pyHanko call the sheet valid and wholly signed', () => {
  for (const judged of [pdfsig(file), pyhanko(file, certificate)]) assert.ok(judged.valid, judged.text);
});

test('one byte changed anywhere, and neither does', () => {
  const text = sheet.toString('latin1');
  const places = [
    // The page, the attachment, the font, the field, and the last byte but one.
    text.indexOf('/Type/Page') + 30,
    text.indexOf('"credentialSubject"') + 5,
    Math.floor(sheet.length / 2),
    text.indexOf('/FT /Sig') - 4,
    sheet.length - 3,
  ];
  for (const at of places) {
    const bent = bend(sheet, at, inFolder('bent.pdf'));
    for (const judged of [pdfsig(bent), pyhanko(bent, certificate)]) {
      assert.ok(!judged.valid, `byte ${at}: ${judged.text}`);
    }
  }
});

test('what is added behind the signature is noticed', () => {
  const longer = inFolder('longer.pdf');
  writeFileSync(longer, Buffer.concat([sheet, Buffer.from('\n% more\n')]));
  for (const judged of [pdfsig(longer), pyhanko(longer, certificate)]) assert.ok(!judged.valid, judged.text);
});

test('poppler takes out the very proof, byte for byte', () => {
  assert.equal(readFileSync(attachment(file, server.folder), 'utf8'), proof);
});

test('zbar reads the same address on paper and in the picture, and it opens the verify page', async () => {
  const address = codeOnPaper(file, server.folder);
  assert.equal(address, codeInPicture(inFolder('code.png')));
  assert.ok(address.startsWith(`${server.origin}/verify#slip=`), address);
  // Behind the `#`, so that no server is told.
  assert.equal(new URL(address).search, '');
  assert.equal((await fetch(address)).status, 200);
});

test('the page says whose it is, what it comes to, what was not verified, and that it is no certificate', () => {
  const { credentialSubject: subject } = JSON.parse(proof);
  const text = words(file).replace(/\s+/g, '');
  for (const wanted of [
    subject.name, subject.id_number, subject.institution.zh, subject.class.zh, subject.rules_hash,
    '不是职业资格证书', 'Itisnotavocationalqualification', '没有核验什么', 'Whatwasnotverified',
  ]) {
    assert.ok(text.includes(wanted.replace(/\s+/g, '')), wanted);
  }
});
