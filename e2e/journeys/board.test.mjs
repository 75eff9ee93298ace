// The class board: a learner studies in one browser, and their teacher sees it in another without touching anything.

import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { assertAccessible } from '../support/axe.mjs';
import { staffPage } from '../support/faces.mjs';
import { api, credited, joinClass, openFilm, pause, play, register, until, watchFor } from '../support/learner.mjs';
import { newPerson } from '../support/people.mjs';
import { stage } from '../support/stage.mjs';

const { journey } = stage();
// Who works at the institution of the open class of the demo province, and who does not.
const TEACHER = '13800000002';
const ELSEWHERE = '13800000005';

journey('a teacher sees a learner go live and their hours grow, and finds them by keyboard', async ({ open, server }) => {
  const person = newPerson('欧阳明月');
  const learner = await open(null);
  await register(learner, person);
  const { class: id } = await joinClass(learner);

  const teacher = await staffPage(open, TEACHER, '/staff');
  const mine = teacher.getByRole('listitem').filter({ hasText: '低压电工入门公开班' });
  await mine.getByRole('link', { name: '打开学情表' }).click();
  await teacher.waitForURL(`**/classes/${id}/board`);
  const row = teacher.getByRole('row').filter({ hasText: person.name });
  await row.getByText('不在学习').waitFor();

  // By keyboard: the search, then the name, whose button keeps the keyboard while its row changes.
  const search = teacher.getByLabel('按姓名查找');
  await search.focus();
  await teacher.keyboard.type('欧阳');
  await teacher.getByText('显示 1 人').waitFor();
  const name = row.getByRole('button', { name: person.name });
  await name.focus();

  await openFilm(learner);
  await play(learner);
  await row.getByText('正在学习').waitFor();
  await watchFor(learner, 12_000);
  await until(async () => (await credited(learner)) > 0, 'some credit');
  const confirmed = row.locator('td[data-label="已认定"] small');
  await until(async () => /\d/.test(await confirmed.innerText()), 'the hours to grow on the board');
  const before = await confirmed.innerText();
  await watchFor(learner, 12_000);
  await until(async () => (await confirmed.innerText()) !== before, 'the hours to grow further');
  assert.ok(await name.evaluate((button) => button === document.activeElement), 'the keyboard was taken away');
  await pause(learner);

  // The record behind the row is the learner's own, and back is where we were.
  await teacher.keyboard.press('Enter');
  await teacher.getByRole('heading', { name: `${person.name} 的学习记录` }).waitFor();
  await teacher.locator('article.session').first().waitFor();
  await assertAccessible(teacher, 'a learner’s record for staff');
  await teacher.getByRole('button', { name: '返回学情表' }).click();
  await until(() => name.evaluate((button) => button === document.activeElement), 'the keyboard to be back on the row');

  // Sorted by keyboard, both ways.
  await search.fill('');
  const heading = teacher.getByRole('columnheader', { name: '已认定' });
  await heading.getByRole('button').focus();
  await teacher.keyboard.press('Enter');
  await until(async () => (await heading.getAttribute('aria-sort')) === 'descending', 'the column to be sorted');
  const names = () => teacher.locator('table.learners tbody th button').allInnerTexts();
  const down = await names();
  await teacher.keyboard.press('Enter');
  await until(async () => (await heading.getAttribute('aria-sort')) === 'ascending', 'the column to be turned');
  assert.notDeepEqual(await names(), down);
  assert.equal(down.length, 21);

  // What is on the screen is what is in the file.
  await search.fill('欧阳');
  await teacher.getByText('显示 1 人').waitFor();
  const [download] = await Promise.all([
    teacher.waitForEvent('download'),
    teacher.getByRole('button', { name: 'CSV' }).click(),
  ]);
  const lines = readFileSync(await download.path(), 'utf8').trimEnd().split('\n');
  assert.equal(lines.length, 2);
  assert.ok(lines[0].startsWith('\ufeff姓名,') && lines[1].startsWith(`${person.name},`), lines.join('\n'));

  // In pictures: what the learner studied today is in the table beside the first one, and in its file.
  await teacher.reload();
  const progress = teacher.locator('figure').filter({ hasText: '全班进度' });
  await progress.locator('class-chart svg .ct-line').first().waitFor();
  await progress.getByText('看数字').click();
  const last = progress.locator('tbody tr').last().locator('td');
  assert.ok(Number(await last.nth(3).innerText()) >= 1, 'somebody studied today');
  const [numbers] = await Promise.all([
    teacher.waitForEvent('download'),
    progress.getByRole('button', { name: '下载 CSV' }).click(),
  ]);
  const table = readFileSync(await numbers.path(), 'utf8').trimEnd().split('\r\n');
  assert.equal(table.length, 1 + (await progress.locator('tbody tr').count()));
  assert.match(table.at(-1), /^\d{4}-\d{2}-\d{2},[\d.]+,[\d.]+,\d+$/);
  await teacher.locator('figure').filter({ hasText: '学员课时分布' }).locator('class-chart svg .ct-bar').first().waitFor({ state: 'attached' });

  // The server is gone: the page says how old its rows are, and goes on by itself.
  await server.crash();
  await teacher.getByText('连接断了').waitFor();
  await server.restart();
  await teacher.getByText('连接断了').waitFor({ state: 'detached' });

  // Another institution's teacher has no such class.
  const stranger = await staffPage(open, ELSEWHERE, `/classes/${id}/board`);
  await stranger.getByText('没有找到').waitFor();
  assert.equal((await api(stranger, `/api/staff/classes/${id}/board`)).status, 404);
});

journey('the board before axe, in both languages and themes', async ({ open }) => {
  const first = await staffPage(open, TEACHER, '/staff');
  const [mine] = (await api(first, '/api/staff/classes')).json;
  for (const look of [
    { locale: 'zh-CN', theme: 'light', kind: 'phone' },
    { locale: 'zh-CN', theme: 'dark', kind: 'laptop' },
    { locale: 'en', theme: 'light', kind: 'laptop' },
    { locale: 'en', theme: 'dark', kind: 'phone' },
  ]) {
    const page = await staffPage(open, TEACHER, `/classes/${mine.class}/board`, look);
    await page.locator('table.learners tbody tr').first().waitFor();
    await page.locator('class-chart svg').first().waitFor();
    await assertAccessible(page, `the board ${Object.values(look).join(' ')}`);
    await page.locator('#board-search').fill('没有这个人');
    await page.getByText(/没有符合条件|No learner is like that/).waitFor();
    await assertAccessible(page, `the board with nobody ${Object.values(look).join(' ')}`);
    await page.context().close();
  }
});
