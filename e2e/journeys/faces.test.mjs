// Face checks as they should go: consent, enrolment, the day's sign-in check, an unannounced one, and what they are worth.

import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { assertAccessible } from '../support/axe.mjs';
import { SCENES } from '../support/camera.mjs';
import {
  STAFF,
  cameraGoesOff,
  cameraTracks,
  checksOf,
  enrolled,
  faceRequests,
  giveFaceReader,
  joinFaceClass,
  readyLearner,
  staffPage,
  standBefore,
  standing,
  watchCamera,
} from '../support/faces.mjs';
import { api, filmReady, openFilm, pause, play, position, register, until, watchFor } from '../support/learner.mjs';
import { newPerson } from '../support/people.mjs';
import { CHECKS_SOON } from '../support/server.mjs';
import { stage } from '../support/stage.mjs';
import { verifiedInPage } from '../support/verifiers.mjs';

const { journey } = stage({ checks: CHECKS_SOON, camera: true });
const FACE_TESTS = resolve(import.meta.dirname, '../../shared/face/tests');
const LOOKS = [
  { locale: 'zh-CN', theme: 'light', kind: 'phone' },
  { locale: 'en', theme: 'dark', kind: 'laptop' },
];
// Models, wasm and a deadline of half a minute.
const CHECK_WITHIN = { timeout: 60_000 };

journey('consent, shots, a member of staff, two checks: what was studied counts, and the proof says how it is known', async (set) => {
  const { open, server, studio, camera } = set;
  const person = newPerson('刘建国');
  const page = await open(null);
  await watchCamera(page.context());
  const fetched = faceRequests(page);
  await register(page, person);
  const { class: id, units } = await joinFaceClass(page);

  // Without a choice the film plays, and nothing of the checks is loaded.
  await openFilm(page);
  await page.getByText('请先选择核验方式').waitFor();
  await play(page);
  await watchFor(page, 3_000);
  await pause(page);
  assert.deepEqual(models(fetched), [], 'models came before the first check');
  assert.deepEqual(await cameraTracks(page), { given: 0, live: 0 });

  await page.getByRole('link', { name: '选择核验方式' }).click();
  await page.getByText('可以反悔').waitFor();
  assert.deepEqual(models(fetched), [], 'reading the consent loads no models');
  await page.getByRole('button', { name: '同意并使用人脸核验' }).click();
  camera.show(await studio.draw(SCENES.person('obama')));
  await page.getByRole('button', { name: '打开摄像头，开始采集' }).click();
  await page.getByText('已采集，等老师核对身份证').waitFor(CHECK_WITHIN);
  await cameraGoesOff(page);
  assert.ok(models(fetched).length > 0, 'the models came with the enrolment');

  // A member of staff holds the shots beside the ID number.
  const staff = await staffPage(open, STAFF.teacher, '/staff');
  const card = staff.locator('article, li, section').filter({ hasText: person.name }).last();
  await card.getByText(person.idNumber).waitFor();
  await until(() => seenPhotos(card, 3), 'three photos beside the ID number');
  await card.getByRole('button', { name: '确认是本人' }).click();
  await staff.getByText('没有等待确认的采集').waitFor();

  // The session begins with a check: the day's sign-in, or one that the three seconds above drew and nobody could answer yet. Which
  // of them is up to the seed; that a day begins with the sign-in is held by the journey from phone to laptop.
  let passed = await standBefore(set);
  await page.goto(`/classes/${id}/units/${units[0].unit}`);
  await page.getByText(/^(签到：)?请核验本人$/).first().waitFor(CHECK_WITHIN);
  await passed(page);
  await cameraGoesOff(page);
  const signedIn = await standing(page, ({ passed }) => passed === 1, 'the sign-in check to be passed');
  assert.ok(signedIn.confirmed_ms > 0, 'what was seen before the choice is confirmed by it');

  // An unannounced one: the film stops, and goes on by itself.
  passed = await standBefore(set);
  await filmReady(page);
  await play(page);
  await page.getByText('请核验本人').first().waitFor(CHECK_WITHIN);
  await until(() => page.evaluate(() => document.querySelector('video[slot=media]').paused), 'the film to wait');
  await passed(page);
  await until(() => page.evaluate(() => !document.querySelector('video[slot=media]').paused), 'the film to go on by itself');
  await cameraGoesOff(page, { given: 2 });
  const after = await standing(page, ({ passed }) => passed === 2, 'the second check to be passed');
  assert.ok(after.confirmed_ms > signedIn.confirmed_ms, 'what was provisional is confirmed');
  await pause(page);

  await page.goto('/record');
  await page.getByText('随机核验').first().waitFor();
  await page.goto('/proofs');
  await page.getByRole('button', { name: '生成凭证' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '下载 JSON' }).first().click(),
  ]);
  const proof = join(server.folder, 'face-proof.json');
  await download.saveAs(proof);
  const { credentialSubject } = JSON.parse(readFileSync(proof, 'utf8'));
  assert.equal(credentialSubject.evidence_class, 'face');
  assert.equal(credentialSubject.checks.passed, 2);
  const { verdict, text } = await verifiedInPage(await open(null, { kind: 'laptop' }), '/verify', proof);
  assert.equal(verdict, 'valid');
  assert.match(text, /没有在本地人群上测过/, 'the proof says what it does not show');
  const replayed = await server.command('replay', '--data', join(server.folder, 'data'));
  assert.equal(replayed.code, 0, replayed.output);
});

journey('a second face in the picture is a hint and no more', async (set) => {
  const { studio, camera } = set;
  const { page, class: mine } = await readyLearner(set, newPerson('孙丽'));
  camera.show(await studio.draw(SCENES.withSecond('obama', 'biden')));
  await page.goto(`/classes/${mine.class}/check`);
  await page.getByText('画面里有两张脸').first().waitFor(CHECK_WITHIN);
  await page.getByText('核验通过').first().waitFor(CHECK_WITHIN);
  await cameraGoesOff(page);
});

journey('the page reads the same embedding out of a picture as the server', async ({ open }) => {
  const page = await open(null);
  await giveFaceReader(page.context());
  await register(page, newPerson());
  // What the server's own build reads, held to it by the tests of the face crate.
  const own = JSON.parse(readFileSync(join(FACE_TESTS, 'golden/own.json'), 'utf8'));
  const names = Object.keys(own);
  assert.ok(names.length >= 5);
  const jpegs = names.map((name) => readFileSync(join(FACE_TESTS, `people/${name}.jpg`)).toString('base64'));
  const read = await page.evaluate(embeddings, jpegs);
  for (const [i, name] of names.entries()) {
    const there = Buffer.from(read[i].embedding, 'hex');
    const squares = own[name].embedding.map((value, at) => (value - there.readFloatLE(4 * at)) ** 2);
    assert.equal(4 * squares.length, there.length);
    const distance = Math.sqrt(squares.reduce((sum, square) => sum + square));
    assert.ok(distance <= 1e-2, `${name}: page and server read embeddings that lie ${distance} apart`);
    assert.ok(Math.abs(own[name].yaw_ratio - read[i].yaw) <= 1e-2, `${name}: the head is turned otherwise`);
  }
});

journey('a check that is due goes with the learner to another device', async (set) => {
  const { open, studio, camera } = set;
  const person = newPerson('周海');
  // The phone may not use its camera, so the learner moves to the laptop.
  const { page: phone, class: mine } = await readyLearner(set, person, { permissions: [] });
  camera.show(await studio.draw(SCENES.person('obama')));
  await openFilm(phone);
  await phone.getByText('签到：请核验本人').first().waitFor(CHECK_WITHIN);
  await phone.getByText('没有允许使用摄像头').first().waitFor(CHECK_WITHIN);
  const laptop = await open(null, { kind: 'laptop' });
  await watchCamera(laptop.context());
  await laptop.context().addCookies(await phone.context().cookies());
  await laptop.goto(`/classes/${mine.class}/units/${mine.units[0].unit}`);
  await laptop.getByRole('button', { name: '移到本机' }).click();
  await laptop.getByText('签到：请核验本人').first().waitFor(CHECK_WITHIN);
  await laptop.getByText('核验通过').first().waitFor(CHECK_WITHIN);
  await cameraGoesOff(laptop);
  const { passed, missed } = await checksOf(laptop);
  assert.deepEqual({ passed, missed }, { passed: 1, missed: 0 }, 'one check, answered once');
});

journey('a teacher confirms who uses no face, and the proof says so', async ({ open, server }) => {
  const person = newPerson('吴桂兰');
  const page = await open(null);
  await watchCamera(page.context());
  const fetched = faceRequests(page);
  await register(page, person);
  const { class: id, units } = await joinFaceClass(page);
  await page.goto('/face');
  await page.getByRole('button', { name: '不使用人脸' }).click();
  await page.getByText('您选择了不使用人脸').first().waitFor();
  await page.goto(`/classes/${id}/units/${units[0].unit}`);
  await filmReady(page);
  await play(page);
  // Past two beats: a check would have come by now.
  await watchFor(page, 12_000);
  await pause(page);
  const waits = await standing(page, ({ provisional_ms }) => provisional_ms > 8_000, 'credit to wait for the teacher');
  assert.equal(waits.confirmed_ms, 0);

  await page.goto(`/classes/${id}/code`);
  await page.getByRole('button', { name: '取验证码' }).click();
  const code = await digits(page);
  const staff = await staffPage(open, STAFF.teacher, '/staff');
  await staff.getByLabel('学员读出的六位验证码').fill(code);
  await staff.getByText('当面', { exact: true }).click();
  await staff.getByRole('button', { name: '确认身份' }).click();
  await staff.getByText(`已确认 ${person.name}`).waitFor();
  const { confirmed_ms } = await standing(page, (now) => now.confirmed_ms > 8_000, 'the credit to be confirmed');
  assert.ok(confirmed_ms <= waits.provisional_ms);
  // The code is used up.
  await staff.getByLabel('学员读出的六位验证码').fill(code);
  await staff.getByRole('button', { name: '确认身份' }).click();
  await staff.getByText('验证码不对').waitFor();

  await page.goto('/proofs');
  await page.getByRole('button', { name: '生成凭证' }).click();
  await page.getByRole('button', { name: '下载 JSON' }).first().waitFor();
  const [{ proof }] = (await api(page, `/api/my/classes/${id}/proofs`)).json;
  const { credentialSubject } = (await api(page, `/api/my/proofs/${proof}`)).json;
  assert.equal(credentialSubject.evidence_class, 'supervised');
  assert.deepEqual(models(fetched), [], 'nothing of the face checks was loaded');
  assert.equal((await cameraTracks(page)).given, 0);
  assert.ok(!server.log.includes(code), 'no code in the log');
});

journey('whoever withdraws keeps the hours and loses the face data', async (set) => {
  const { studio, camera } = set;
  const { page, class: mine } = await readyLearner(set, newPerson('郑伟'));
  camera.show(await studio.draw(SCENES.person('obama')));
  await page.goto(`/classes/${mine.class}/check`);
  await page.getByText('核验通过').first().waitFor(CHECK_WITHIN);
  await page.goto('/face');
  await page.getByRole('button', { name: '撤回同意' }).click();
  await page.getByRole('button', { name: '确定撤回并销毁' }).click();
  await page.getByText('已撤回，人脸数据已销毁').waitFor();
  const face = (await api(page, '/api/my/face')).json;
  assert.deepEqual([face.way, face.enrolment], ['supervised', 'none']);
  assert.equal((await checksOf(page)).passed, 1);
});

journey('the screens about faces in both languages and both themes, before axe', async ({ open, studio, camera }) => {
  camera.show(await studio.draw(SCENES.nobody()));
  const fresh = await open(null);
  await register(fresh, newPerson('谢芳'));
  const waiting = await open(null);
  await register(waiting, newPerson('何勇'));
  const { class: id } = await joinFaceClass(waiting);
  await enrolled(waiting, studio);
  for (const look of LOOKS) {
    const looks = Object.values(look).join(' ');
    const page = await open(null, look);
    const see = async (path, there, what) => {
      await page.goto(path);
      await page.locator(there).first().waitFor(CHECK_WITHIN);
      await assertAccessible(page, `${what} ${looks}`);
    };
    await page.context().addCookies(await fresh.context().cookies());
    await see('/face', '#ways', 'consent');
    await page.context().addCookies(await waiting.context().cookies());
    await see('/face', '#annex .card', 'enrolled');
    await see('/device', 'button.big', 'device');
    await page.locator('button.big').click();
    await page.locator('.rows li').nth(3).waitFor(CHECK_WITHIN);
    await assertAccessible(page, `device, checked ${looks}`);
    await see(`/classes/${id}/code`, 'button.big', 'code');
    await page.locator('button.big').click();
    await page.locator('p.code').waitFor();
    await assertAccessible(page, `code, shown ${looks}`);
    await see(`/classes/${id}/check`, '.lens-words .waits', 'check');
    await see('/classes', 'article, section', 'classes');
    const staff = await staffPage(open, STAFF.admin, '/staff', look);
    await staff.locator('.photos img').first().waitFor(CHECK_WITHIN);
    await assertAccessible(staff, `staff ${looks}`);
  }
});

/** Of all paths fetched, those that are models, or the worker that runs them. */
function models(paths) {
  return paths.filter((path) => /^\/face\/|worker/.test(path));
}

/** Whether this many photos in a card are loaded. */
async function seenPhotos(card, n) {
  const widths = await card.locator('img').evaluateAll((images) => images.map((image) => image.naturalWidth));
  return widths.filter((width) => width > 0).length >= n;
}

/** The six digits on the screen. */
async function digits(page) {
  let code;
  await until(async () => {
    const text = await page.locator('main').innerText();
    code = text.replaceAll(/(\d)[  ](?=\d)/g, '$1').match(/(?<!\d)\d{6}(?!\d)/)?.[0];
    return code !== undefined;
  }, 'a code of six digits');
  return code;
}

/** Runs in the page: what its own worker sees in these pictures. */
async function embeddings(jpegs) {
  const { models } = await (await fetch('/api/my/face')).json();
  const { ask, end } = window.faceReader();
  await ask({ start: { url: models.manifest_url, sha256: models.manifest } });
  const seen = [];
  for (const jpeg of jpegs) {
    const bytes = Uint8Array.from(atob(jpeg), (letter) => letter.charCodeAt(0));
    seen.push(JSON.parse((await ask({ jpeg: bytes, enrolment: false })).seen));
  }
  end();
  return seen;
}
