// What people do about each other's study: a learner appeals, a teacher answers, calls the roll and moves a pointer, and all of it
// stands in the record with their names.

import { strict as assert } from 'node:assert';
import { assertAccessible } from '../support/axe.mjs';
import { enrolled, confirmEnrolment, joinFaceClass, post, staffPage, standBefore, watchCamera } from '../support/faces.mjs';
import { api, credited, joinClass, myClass, openFilm, pause, play, register, until, watchFor } from '../support/learner.mjs';
import { newPerson } from '../support/people.mjs';
import { CHECKS_SOON } from '../support/server.mjs';
import { stage } from '../support/stage.mjs';

// None falls by chance while these run, and none opens the day: only those that the teacher calls.
const CHECKS_LATE = { ...CHECKS_SOON, mean_ms: 3_600_000, gap_max_ms: 3_600_000, answer_ms: 60_000, sign_in: false };
const { journey } = stage({ camera: true, checks: CHECKS_LATE });
// Who works at the institution of the open class, and at that of the class with face checks.
const TEACHER = '13800000002';
const FACE_TEACHER = '13800000008';

journey('a learner appeals with two taps and a few words, and reads the answer', async ({ open }) => {
  const person = newPerson('申小雨');
  const learner = await open(null, { permissions: [] });
  await register(learner, person);
  const { class: id } = await joinClass(learner);
  await openFilm(learner);
  await play(learner);
  await watchFor(learner, 12_000);
  await until(async () => (await credited(learner)) > 0, 'some credit');
  await pause(learner);
  // A pause of a few seconds is told with the next beat.
  await learner.waitForTimeout(4_000);
  await play(learner);
  await watchFor(learner, 12_000);
  await pause(learner);

  await learner.goto('/record');
  // Not one of the short ones, which have no button: nobody would appeal against half a second.
  const off = learner.locator('ol.stretches > li.off');
  await off.getByRole('button', { name: '申诉' }).first().waitFor();
  const at = await off.evaluateAll((items) => items.findIndex((item) => item.textContent.includes('申诉')));
  const stretch = off.nth(at);
  await stretch.getByRole('button', { name: '申诉' }).click();
  await assertAccessible(learner, 'an appeal that is being written');
  await stretch.getByLabel('请说明情况').fill('我没有暂停,是电话来了');
  await stretch.getByRole('button', { name: '提交申诉' }).click();
  await stretch.getByText('等待答复').waitFor();
  const before = await credited(learner);

  const teacher = await staffPage(open, TEACHER, '/staff');
  const card = teacher.getByRole('article').filter({ hasText: '我没有暂停' });
  await card.getByText('视频已暂停').waitFor();
  await assertAccessible(teacher, 'the queue of appeals');
  await card.getByRole('button', { name: '支持申诉' }).click();
  await card.getByText('请写明理由').waitFor();
  await card.getByLabel(/理由/).fill('情况属实');
  await card.getByRole('button', { name: '支持申诉' }).click();
  await teacher.getByText(`已处理：${person.name}`).waitFor();

  await learner.reload();
  const answered = off.nth(at);
  await answered.getByText('申诉成立').waitFor();
  await answered.getByText('情况属实').waitFor();
  await learner.locator('.acts').getByText('情况属实').waitFor();
  await assertAccessible(learner, 'an answered appeal');
  assert.equal(await credited(learner), before, 'an answer added time');

  // A film that sticks: the teacher moves the pointer, and no hour.
  await teacher.goto(`/classes/${id}/board`);
  await teacher.getByRole('button', { name: person.name }).click();
  await teacher.getByRole('button', { name: '卡课解锁' }).click();
  await teacher.getByLabel('移到（分:秒）').fill('00:40');
  await teacher.getByLabel('理由，必填').fill('视频卡住了');
  await assertAccessible(teacher, 'a pointer that is being moved');
  await teacher.getByRole('button', { name: '移动', exact: true }).click();
  await teacher.getByText('已移动，课时没有变。').waitFor();
  await teacher.locator('.acts').getByText('视频卡住了').waitFor();
  const mine = await myClass(learner);
  assert.equal(mine.units.find(({ position_ms: at }) => at === 40_000)?.position_ms, 40_000);
  assert.equal(await credited(learner), before, 'moving a pointer added time');
});

journey('a teacher calls the roll, and sees who is there without touching anything', async ({ open, studio, camera }) => {
  const person = newPerson('钟点明');
  const learner = await open(null);
  await watchCamera(learner.context());
  await register(learner, person);
  const mine = await joinFaceClass(learner);
  await enrolled(learner, studio);
  await confirmEnrolment(open, person.name);
  const shown = await standBefore({ studio, camera });
  await openFilm(learner);
  await play(learner);
  await watchFor(learner, 3_000);

  const teacher = await staffPage(open, FACE_TEACHER, `/classes/${mine.class}/board`);
  await teacher.getByRole('row').filter({ hasText: person.name }).getByText('正在学习').waitFor();
  await teacher.getByRole('button', { name: '点名', exact: true }).click();
  await assertAccessible(teacher, 'a roll call that is being asked for');
  await teacher.getByRole('button', { name: '开始点名' }).click();
  await teacher.getByText(/人中 0 人通过/).waitFor();

  await learner.getByRole('heading', { name: '老师点名' }).waitFor({ timeout: 30_000 });
  // Whether it was passed the board says; the learner's own screen closes by itself, and may be gone before anybody looked.
  void shown(learner).catch(() => {});
  await teacher.getByText('1 人中 1 人通过').waitFor({ timeout: 90_000 });
  await assertAccessible(teacher, 'a roll call that was answered');
  const again = await api(teacher, `/api/staff/classes/${mine.class}/roll-calls`, { method: 'POST', body: {} });
  assert.equal(again.status, 429);

  await learner.goto('/record');
  await learner.locator('.acts').getByText(/点名：通过/).waitFor();
});

journey('the record and the queue before axe, in both languages and themes', async ({ open }) => {
  const writer = await open(null, { permissions: [] });
  const person = newPerson('艾可思');
  await register(writer, person);
  await joinClass(writer);
  await openFilm(writer);
  await play(writer);
  await watchFor(writer, 6_000);
  await pause(writer);
  await writer.waitForTimeout(3_000);
  await play(writer);
  await watchFor(writer, 11_000);
  const [day] = (await api(writer, '/api/my/days')).json;
  const [session] = day.sessions;
  const { from, reason } = session.stretches.find((one) => one.reason);
  await post(writer, '/api/my/appeals', { about: { what: 'stretch', session: session.session, from, reason }, text: '请看一下' });
  for (const look of [
    { locale: 'zh-CN', theme: 'dark', kind: 'laptop' },
    { locale: 'en', theme: 'light', kind: 'laptop' },
    { locale: 'en', theme: 'dark', kind: 'phone' },
    { locale: 'zh-CN', theme: 'light', kind: 'phone' },
  ]) {
    const page = await staffPage(open, TEACHER, '/staff', look);
    await page.getByText('请看一下').first().waitFor();
    await assertAccessible(page, `the queue of appeals ${Object.values(look).join(' ')}`);
    await page.context().close();
    const record = await open('/sign-in', { permissions: [], ...look });
    const body = { account: person.phone, password: person.password, device: 'another' };
    assert.ok((await api(record, '/api/sign-ins', { method: 'POST', body })).status < 300);
    await record.goto('/record');
    await record.getByText('请看一下').first().waitFor();
    await assertAccessible(record, `a record with an appeal ${Object.values(look).join(' ')}`);
    await record.context().close();
  }
});
