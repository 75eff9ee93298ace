// What a learner does, in the words on the screen, and what the server then says about it.

import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { PATIENCE_MS } from './devices.mjs';

/** Real-name registration; ends on the learner's classes. */
export async function register(page, person, { origin = '' } = {}) {
  await page.goto(`${origin}/register`);
  await fillRegistration(page, person);
  await page.getByRole('button', { name: '注册并登录' }).click();
  await page.waitForURL('**/classes');
}

export async function fillRegistration(page, person) {
  await page.getByLabel('姓名').fill(person.name);
  await page.getByLabel('身份证号').fill(person.idNumber);
  await page.getByLabel('手机号').fill(person.phone);
  await page.getByLabel('设置密码').fill(person.password);
}

export async function signIn(page, person, { account = person.phone, password = person.password } = {}) {
  await page.goto('/sign-in');
  await page.getByLabel('手机号或身份证号').fill(account);
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.getByRole('main').getByRole('button', { name: '登录' }).click();
}

/** Joins the first open class; the answer is the class as the server sees it. */
export async function joinClass(page) {
  await page.getByRole('button', { name: '加入班级' }).first().click();
  await page.getByRole('link', { name: /开始学习|继续学习/ }).waitFor();
  return myClass(page);
}

/** From the classes to the film of the unit that is next. */
export async function openFilm(page) {
  await page.goto('/classes');
  await page.getByRole('link', { name: /开始学习|继续学习/ }).click();
  await filmReady(page);
}

export async function filmReady(page) {
  await page.locator('video[slot=media]').waitFor();
  await page.waitForFunction(() => document.querySelector('video[slot=media]')?.readyState >= 3, undefined, { polling: 100 });
}

export async function play(page) {
  // Until the controls have loaded and found the film, a tap on them does nothing.
  await page.locator('media-play-button[mediapaused]').click();
  await page.waitForFunction(() => document.querySelector('video[slot=media]')?.paused === false, undefined, { polling: 100 });
}

export async function pause(page) {
  await page.locator('media-play-button:not([mediapaused])').click();
  await page.waitForFunction(() => document.querySelector('video[slot=media]')?.paused === true, undefined, { polling: 100 });
}

/** Position of the film in ms. */
export function position(page) {
  return page.evaluate(() => Math.round(document.querySelector('video[slot=media]').currentTime * 1000));
}

/** Waits until the film itself has gone on by `ms`. */
export async function watchFor(page, ms, { within = ms * 5 + PATIENCE_MS } = {}) {
  const begin = await position(page);
  await until(async () => (await position(page)) >= begin + ms, `the film to go on by ${ms} ms`, within);
}

/** Makes a study proof of what is credited so far and saves it as `file`. */
export async function downloadProof(page, file) {
  await page.goto('/proofs');
  await page.getByRole('button', { name: '生成凭证' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '下载 JSON' }).first().click(),
  ]);
  await download.saveAs(file);
}

/** What an address of the API answers to this person. */
export function api(page, path, { method = 'GET', body } = {}) {
  return page.evaluate(
    async ([path, method, body]) => {
      const answer = await fetch(path, {
        method,
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await answer.text();
      return { status: answer.status, json: text === '' ? null : JSON.parse(text) };
    },
    [path, method, body],
  );
}

/** The learner's first class as the server sees it now. */
export async function myClass(page) {
  const { status, json } = await api(page, '/api/my/classes');
  assert.equal(status, 200);
  const classes = Array.isArray(json) ? json : json.classes;
  assert.ok(classes.length > 0, 'the learner is in no class');
  return classes[0];
}

/** What the server has credited in the first class, in ms. */
export async function credited(page) {
  return (await myClass(page)).confirmed_ms;
}

/** Waits until nothing more arrives: the page has nothing unsent, and the server twice says the same. */
export async function settledCredit(page) {
  let before = -1;
  const settled = async () => {
    await sleep(1_000);
    const unsent = await nUnsent(page);
    const now = await credited(page);
    const same = now === before;
    before = now;
    return same && unsent === 0;
  };
  await until(settled, 'the credit to settle');
  return before;
}

/** Study sessions of which the page keeps something that the server has not answered. */
function nUnsent(page) {
  return page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('zhenxue.outbox.')).length);
}

export async function until(fact, what, within = PATIENCE_MS) {
  const deadline = Date.now() + within;
  while (Date.now() < deadline) {
    if (await fact()) return;
    await sleep(200);
  }
  throw new Error(`waited ${within} ms in vain for ${what}`);
}
