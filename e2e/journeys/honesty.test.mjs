// Nothing but watching earns: a hidden tab, a jump, a racing film, a second tab and a second device add no second.

import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  credited, filmReady, joinClass, openFilm, pause, play, position, register, settledCredit, signIn, until, watchFor,
} from '../support/learner.mjs';
import { hide, ownBrowser } from '../support/own-browser.mjs';
import { newPerson } from '../support/people.mjs';
import { stage } from '../support/stage.mjs';

const { journey } = stage();
// How far apart film, page and server may be: a frame, a timer, a request.
const SLACK_MS = 1_500;
const JUMP_S = 60;

journey('a hidden tab earns nothing, and says so when the learner is back', async ({ server }) => {
  const { page, close } = await ownBrowser();
  try {
    await register(page, newPerson(), { origin: server.origin });
    await joinClass(page);
    await page.getByRole('link', { name: /开始学习|继续学习/ }).click();
    await filmReady(page);
    await play(page);
    await watchFor(page, 6_000);
    const show = await hide(page);
    const atHiding = await position(page);
    await sleep(15_000);
    const outOfSight = (await position(page)) - atHiding;
    assert.ok(outOfSight > 5_000, `the film went on by ${outOfSight} ms out of sight`);
    await show();
    await pause(page);
    const inView = (await position(page)) - outOfSight;
    const total = await settledCredit(page);
    assert.ok(total >= 5_000, `the seconds before hiding count: ${total}`);
    assert.ok(total <= inView + SLACK_MS, `${total} ms credited, ${inView} ms were in view`);
    await page.goto(`${server.origin}/record`);
    await page.getByText('页面不在眼前').first().waitFor();
  } finally {
    await close();
  }
});

journey('a jump earns nothing for what was jumped over', async ({ open }) => {
  const page = await open(null);
  await register(page, newPerson());
  await joinClass(page);
  await openFilm(page);
  const began = Date.now();
  await play(page);
  await watchFor(page, 4_000);
  await page.evaluate((s) => (document.querySelector('video[slot=media]').currentTime += s), JUMP_S);
  await watchFor(page, 4_000);
  await pause(page);
  const wall = Date.now() - began;
  const played = (await position(page)) - JUMP_S * 1_000;
  const total = await settledCredit(page);
  assert.ok(total >= 6_000, `watching on both sides of the jump counts: ${total}`);
  assert.ok(total <= Math.min(wall, played + SLACK_MS), `${total} ms credited, ${played} ms played in ${wall} ms`);
});

journey('a film at 16 times its speed earns nothing', async ({ open }) => {
  const page = await open(null);
  await register(page, newPerson());
  await joinClass(page);
  await openFilm(page);
  await page.evaluate(() => (document.querySelector('video[slot=media]').playbackRate = 16));
  await play(page);
  await until(async () => (await position(page)) > 40_000, 'the film to race');
  await pause(page);
  const total = await settledCredit(page);
  assert.ok(total <= SLACK_MS, `${total} ms credited`);
  await page.getByText('播放速度超过可认定的上限').first().waitFor();
});

journey('a second tab and a second device earn nothing until the learner moves over, with two taps', async ({ open }) => {
  const person = newPerson();
  const phone = await open(null);
  await register(phone, person);
  await joinClass(phone);
  const began = Date.now();
  await openFilm(phone);
  await play(phone);
  // What a page has not reported yet earns nothing any more once another device has taken over.
  await until(async () => (await credited(phone)) >= 4_000, 'the first beat of the phone');

  const tab = await phone.context().newPage();
  await tab.goto(phone.url());
  await tab.getByText('正在学习').waitFor();
  await tab.close();

  const laptop = await open(null, { kind: 'laptop' });
  await signIn(laptop, person);
  await laptop.waitForURL('**/classes');
  await laptop.getByRole('link', { name: /开始学习|继续学习/ }).click();
  await laptop.getByText(/正在学习(.*秒前)/).waitFor();
  assert.equal(await laptop.locator('video[slot=media]').count(), 0, 'no film before the second tap');

  await laptop.getByRole('button', { name: '移到本机' }).click();
  await filmReady(laptop);
  // The phone plays on, and from here on earns nothing.
  const atMove = await credited(laptop);
  const from = await position(laptop);
  await play(laptop);
  await until(async () => (await credited(laptop)) > atMove, 'the first beat of the laptop');
  await phone.getByText('已在另一设备继续学习').first().waitFor();
  await until(() => phone.evaluate(() => document.querySelector('video[slot=media]').paused), 'the phone to pause');
  await pause(laptop);
  const wall = Date.now() - began;
  const played = (await position(laptop)) - from;
  const total = await settledCredit(laptop);
  assert.ok(total - atMove <= played + SLACK_MS, `${total - atMove} ms credited for ${played} ms on the laptop`);
  assert.ok(total <= wall, `${total} ms credited in ${wall} ms on two devices`);
});
