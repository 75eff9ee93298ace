// Face checks when something is wrong: somebody else, nobody, a camera that is refused or lost, a check that is hidden. The film
// always plays, the camera always goes off, and no credit is lost in silence or won by a trick.

import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { SCENES } from '../support/camera.mjs';
import {
  STAFF,
  cameraGoesOff,
  cameraTracks,
  checksOf,
  confirmEnrolment,
  enrolled,
  joinFaceClass,
  post,
  readyLearner,
  staffPage,
  standing,
  watchCamera,
} from '../support/faces.mjs';
import { api, openFilm, pause, play, register, until, watchFor } from '../support/learner.mjs';
import { hide, ownBrowser } from '../support/own-browser.mjs';
import { newPerson } from '../support/people.mjs';
import { CHECKS_SOON } from '../support/server.mjs';
import { stage } from '../support/stage.mjs';

// Due within seconds of film, so that a pause, which is told at once, brings the check.
const CHECKS = { ...CHECKS_SOON, mean_ms: 1_500, gap_max_ms: 3_000, answer_ms: 20_000, sign_in: false };
const { journey } = stage({ checks: CHECKS, camera: true });
const CHECK_WITHIN = { timeout: 60_000 };
const WECHAT =
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.55 NetType/WIFI Language/zh_CN';

journey('a friend at the camera: a human looks, and two are needed to say that it is somebody else', async (set) => {
  const { open, studio, camera } = set;
  const person = newPerson('冯强');
  const { page } = await readyLearner(set, person);
  camera.show(await studio.draw(SCENES.person('biden')));
  await untilChecked(page);
  await page.getByText('没有看清，等人工查看').first().waitFor(CHECK_WITHIN);
  await cameraGoesOff(page);
  const waits = await standing(page, ({ review_ms }) => review_ms > 0, 'credit to wait for a human');
  assert.equal(waits.confirmed_ms, 0, 'nothing counts by itself');
  assert.ok(waits.blocked, 'nothing more is credited until a check is passed');
  await page.getByRole('button', { name: /知道了|稍后/ }).first().click();
  await play(page);
  await watchFor(page, 3_000);
  await pause(page);
  assert.equal(earned(await checksOf(page)), earned(waits), 'the film plays, and earns nothing');

  for (const [phone, last] of [
    [STAFF.teacher, false],
    [STAFF.otherTeacher, true],
  ]) {
    const staff = await staffPage(open, phone, '/staff');
    await decide(staff, person.name, '非本人');
    if (last) await standing(page, ({ review_ms }) => review_ms === 0, 'the verdict of two');
    else assert.ok((await checksOf(page)).review_ms > 0, 'one voice does not void anything');
  }
  const voided = await checksOf(page);
  assert.deepEqual([voided.confirmed_ms, voided.pending_ms], [0, 0]);
  await page.goto('/record');
  await page.getByText('人工认定不是本人').first().waitFor();
});

journey('the machine was wrong: a member of staff says 本人, and the time counts', async (set) => {
  const { open, studio, camera } = set;
  const person = newPerson('陈静');
  const { page } = await readyLearner(set, person);
  camera.show(await studio.draw(SCENES.person('collins')));
  await untilChecked(page);
  await page.getByText('没有看清，等人工查看').first().waitFor(CHECK_WITHIN);
  const { review_ms } = await standing(page, (now) => now.review_ms > 0, 'credit to wait for a human');
  await decide(await staffPage(open, STAFF.admin, '/staff'), person.name, '本人');
  const { confirmed_ms } = await standing(page, (now) => now.confirmed_ms > 0, 'the credit to be confirmed');
  assert.equal(confirmed_ms, review_ms);
});

journey('nobody at the camera: the check is missed, its credit waits, and a further check makes it up', async (set) => {
  const { studio, camera } = set;
  const { page, class: mine } = await readyLearner(set, newPerson('韩雪'));
  camera.show(await studio.draw(SCENES.nobody()));
  await untilChecked(page);
  await page.getByText('没有看到脸').first().waitFor(CHECK_WITHIN);
  const missed = await standing(page, ({ pending_ms }) => pending_ms > 0, 'the check to be missed');
  assert.deepEqual([missed.confirmed_ms, missed.missed, missed.blocked], [0, 1, true]);
  await cameraGoesOff(page);
  camera.show(await studio.draw(SCENES.person('obama')));
  await page.goto(`/classes/${mine.class}/check`);
  await page.getByText('核验通过').first().waitFor(CHECK_WITHIN);
  const made = await standing(page, ({ made_up }) => made_up === 1, 'the miss to be made up');
  assert.deepEqual([made.pending_ms, made.missed, made.blocked], [0, 0, false]);
  assert.equal(made.confirmed_ms, missed.pending_ms);
});

journey('a camera that is refused or pulled out has a clear way on, and the film plays', async (set) => {
  const { studio, camera } = set;
  const { page } = await readyLearner(set, newPerson('蒋平'), { permissions: [] });
  camera.show(await studio.draw(SCENES.nobody()));
  await openFilm(page);
  await play(page);
  await watchFor(page, 4_000);
  await pause(page);
  await page.getByText('没有允许使用摄像头').first().waitFor(CHECK_WITHIN);
  await page.getByText('视频照常可以看').first().waitFor();
  assert.equal((await cameraTracks(page)).given, 0);

  // Allowed after all, and then pulled out in the middle.
  await page.context().grantPermissions(['camera']);
  await page.getByRole('button', { name: '再试一次' }).first().click();
  await page.getByText('没有看到脸').first().waitFor(CHECK_WITHIN);
  await page.context().clearPermissions();
  await page.getByText('摄像头断开了').first().waitFor(CHECK_WITHIN);
  await cameraGoesOff(page);

  // Not now: the film plays on.
  await page.getByRole('button', { name: /稍后再说/ }).first().click();
  await play(page);
  await watchFor(page, 2_000);
  await pause(page);
  assert.equal((await cameraTracks(page)).live, 0);

  // Plugged in again.
  await page.context().grantPermissions(['camera']);
  camera.show(await studio.draw(SCENES.person('obama')));
  await page.getByRole('button', { name: '现在核验' }).first().click();
  await page.getByText('核验通过').first().waitFor(CHECK_WITHIN);
  await cameraGoesOff(page, { given: 2 });
});

journey('a camera that another program holds: the page says so, and the next try passes', async (set) => {
  const { studio, camera } = set;
  const { page } = await readyLearner(set, newPerson('贺军'));
  camera.show(await studio.draw(SCENES.person('obama')));
  await openFilm(page);
  // No second program runs here; this is the refusal that Chromium gives while one has the camera.
  await page.evaluate(() => {
    const { mediaDevices } = navigator;
    const free = mediaDevices.getUserMedia;
    mediaDevices.getUserMedia = () => {
      mediaDevices.getUserMedia = free;
      return Promise.reject(new DOMException('Could not start video source', 'NotReadableError'));
    };
  });
  await play(page);
  await watchFor(page, 4_000);
  await pause(page);
  await page.getByText('摄像头正被别的程序使用').first().waitFor(CHECK_WITHIN);
  await page.getByText('请关掉视频通话').first().waitFor();
  await page.getByText('视频照常可以看').first().waitFor();
  assert.equal((await cameraTracks(page)).live, 0);
  await page.getByRole('button', { name: '再试一次' }).first().click();
  await page.getByText('核验通过').first().waitFor(CHECK_WITHIN);
  await cameraGoesOff(page);
});

journey('in WeChat without a camera: how to get to a browser, the way without a face, and the film plays', async (set) => {
  const { page } = await readyLearner(set, newPerson('魏新'), { userAgent: WECHAT });
  // WeChat on many phones gives pages no cameras at all.
  await page.addInitScript(() => Object.defineProperty(navigator, 'mediaDevices', { value: undefined }));
  await openFilm(page);
  await play(page);
  await watchFor(page, 4_000);
  await pause(page);
  await page.getByText('这个浏览器不能使用摄像头').first().waitFor(CHECK_WITHIN);
  await page.getByText('微信里的摄像头可能用不了').first().waitFor();
  await page.getByText('选择"在浏览器打开"').first().waitFor();
  const without = page.getByRole('link', { name: '不用摄像头，请老师确认' }).first();
  assert.equal(await without.getAttribute('href'), '/face');
  await page.getByRole('button', { name: /稍后再说/ }).first().click();
  await play(page);
  await watchFor(page, 2_000);
  await pause(page);
  // Before any check is due, the device check says the same.
  await page.goto('/device');
  await page.getByText('微信里的摄像头可能用不了').waitFor();
});

journey('leaving in the middle of a check turns the camera off', async (set) => {
  const { studio, camera } = set;
  const { page, class: mine } = await readyLearner(set, newPerson('沈阳'));
  camera.show(await studio.draw(SCENES.nobody()));
  await page.goto('/classes');
  await page.getByRole('heading', { name: '我的课程' }).waitFor();
  // Within the page, so that going back is too, and the browser itself ends nothing.
  await page.evaluate((path) => {
    const link = document.querySelector('main').appendChild(document.createElement('a'));
    link.href = path;
    link.click();
  }, `/classes/${mine.class}/check`);
  await page.getByText('没有看到脸').first().waitFor(CHECK_WITHIN);
  assert.equal((await cameraTracks(page)).live, 1, 'the camera is on during a check');
  await page.goBack();
  await page.waitForURL('**/classes');
  await cameraGoesOff(page);
});

journey('a check that goes out of sight, or is put off, turns the camera off', async ({ open, server, studio, camera }) => {
  camera.show(await studio.draw(SCENES.nobody()));
  const person = newPerson('崔岩');
  const { context, page, close } = await ownBrowser({ camera });
  try {
    await watchCamera(context);
    await register(page, person, { origin: server.origin });
    const mine = await joinFaceClass(page);
    await enrolled(page, studio);
    await confirmEnrolment(open, person.name);
    await page.goto(`${server.origin}/classes/${mine.class}/check`);
    await page.getByText('没有看到脸').first().waitFor(CHECK_WITHIN);
    assert.equal((await cameraTracks(page)).live, 1);
    const show = await hide(page);
    await cameraGoesOff(page);
    await show();
    await page.getByText('页面离开了屏幕，摄像头已关闭').first().waitFor(CHECK_WITHIN);
    await page.getByRole('button', { name: '再试一次' }).first().click();
    await page.getByText('没有看到脸').first().waitFor(CHECK_WITHIN);
    assert.equal((await cameraTracks(page)).live, 1);
    await page.getByRole('button', { name: /稍后再说/ }).first().click();
    await cameraGoesOff(page, { given: 2 });
  } finally {
    await close();
  }
});

journey('a photo held still and a covered lens do not pass', async (set) => {
  const { studio, camera } = set;
  const { page, class: mine } = await readyLearner(set, newPerson('杨帆'));
  camera.show(await studio.draw(SCENES.black()));
  await page.goto(`/classes/${mine.class}/check`);
  await page.getByText('画面是黑的').first().waitFor(CHECK_WITHIN);
  camera.show(await studio.draw(SCENES.photo('obama')));
  await page.reload();
  await until(async () => (await checksOf(page)).blocked, 'the check to end without a pass', 90_000);
  assert.equal((await checksOf(page)).passed, 0);
});

journey('a check that the page never shows runs out all the same', async (set) => {
  const { page } = await readyLearner(set, newPerson('钱多'));
  await page.route('**/beats', async (route) => {
    const response = await route.fetch();
    const { check: _, ...receipt } = await response.json();
    await route.fulfill({ response, json: receipt });
  });
  await openFilm(page);
  await play(page);
  await watchFor(page, 4_000);
  const missed = await standing(page, ({ blocked }) => blocked, 'the hidden check to run out');
  assert.equal(missed.confirmed_ms, 0);
  await sleep(12_000);
  await pause(page);
  const after = await checksOf(page);
  assert.equal(after.confirmed_ms, 0);
  const beats = 12_000;
  assert.ok(earned(after) <= earned(missed) + beats, 'what was under way is all that is added');
  await watchFor(page, 0);
  const later = await checksOf(page);
  assert.equal(earned(later), earned(after), 'nothing is earned while a check is overdue');
});

journey('ten tabs are asked one and the same thing', async (set) => {
  const { page, class: mine } = await readyLearner(set, newPerson('万里'));
  const asked = await Promise.all(
    Array.from({ length: 10 }, () => api(page, `/api/my/classes/${mine.class}/face-checks`, { method: 'POST', body: {} })),
  );
  const drawn = asked.filter(({ status }) => status < 300).map(({ json }) => json);
  assert.ok(drawn.length > 0, `no check was drawn: ${asked.map(({ status }) => status).join(' ')}`);
  assert.equal(new Set(drawn.map(({ check }) => check)).size, 1, 'ten tabs were given several checks');
  assert.equal(new Set(drawn.map(({ nonce, action }) => `${nonce} ${action}`)).size, 1);
  const started = await post(page, '/api/study-sessions', {
    class: mine.class,
    unit: mine.units[0].unit,
    device: 'eleventh',
    take_over: true,
  });
  assert.equal(started.checks.open.check, drawn[0].check, 'and so is a session that begins now');
});

/** Plays until a check is due and shown. */
async function untilChecked(page) {
  await openFilm(page);
  await play(page);
  await watchFor(page, 4_000);
  await pause(page);
  await page.getByText('请核验本人').first().waitFor(CHECK_WITHIN);
}

/** A member of staff decides about the check of this person. */
async function decide(staff, name, verdict) {
  const card = staff.locator('article, li, section').filter({ hasText: name }).last();
  await card.getByLabel(/理由/).fill('照片对照');
  await card.getByRole('button', { name: verdict, exact: true }).click();
  await staff.getByText('已处理').first().waitFor();
}

/** All credit, whatever it waits for. */
function earned({ confirmed_ms, provisional_ms, pending_ms, review_ms }) {
  return confirmed_ms + provisional_ms + pending_ms + review_ms;
}
