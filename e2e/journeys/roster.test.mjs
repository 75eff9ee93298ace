// An institution opens a class and imports who is in it; whoever is invited comes by a link, on a device of their own.

import { strict as assert } from 'node:assert';
import { assertAccessible } from '../support/axe.mjs';
import { staffPage } from '../support/faces.mjs';
import { api, register, signIn, until } from '../support/learner.mjs';
import { newPerson } from '../support/people.mjs';
import { stage } from '../support/stage.mjs';

const { journey } = stage();
const ADMIN = '13800000001';
const LOOKS = [
  { locale: 'zh-CN', theme: 'light', kind: 'phone' },
  { locale: 'zh-CN', theme: 'dark', kind: 'laptop' },
  { locale: 'en', theme: 'light', kind: 'laptop' },
  { locale: 'en', theme: 'dark', kind: 'phone' },
];

journey('an admin opens a class, imports a list with two bad rows, and a learner comes by the link', async ({ open }) => {
  const [first, second] = [newPerson('王芳'), newPerson('欧阳建国')];
  const known = newPerson('赵敏');
  await register(await open(null), known);

  const admin = await staffPage(open, ADMIN, '/institution');
  await admin.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await openClass(admin, '2026 年冬季电工班');

  // Nothing is imported before it is accepted.
  const bent = second.idNumber.slice(0, 17) + (second.idNumber.endsWith('1') ? '2' : '1');
  await drop(admin, 'roster.csv', [
    '手机号,姓名,身份证号',
    line(first),
    `${second.phone},${second.name},${bent}`,
    line(known),
    line(first),
  ]);
  const bad = admin.locator('.rows.bad > li');
  await bad.nth(1).waitFor();
  assert.equal(await bad.count(), 2);
  assert.match(await bad.nth(0).innerText(), /第 3 行[\s\S]*身份证号[\s\S]*最后一位校验不符/);
  assert.match(await bad.nth(1).innerText(), /第 5 行[\s\S]*身份证号[\s\S]*与第 2 行重复/);
  await admin.getByText('还没有导入任何人').waitFor();
  assert.deepEqual(await counts(admin), { enrolled: 0, invited: 0 });
  await admin.getByRole('button', { name: '导入这 2 人' }).click();
  await admin.getByText('已导入：1 人收到邀请，1 人直接进班').waitFor();
  await until(async () => (await admin.locator('.learners > li').count()) === 2, 'both on the roster');
  assert.deepEqual(await counts(admin), { enrolled: 1, invited: 1 });

  // Another browser, nobody signed in.
  const link = await copied(admin, first);
  const learner = await open(link);
  await learner.getByText('王芳，您好').waitFor();
  await learner.getByText('2026 年冬季电工班').waitFor();
  await learner.getByLabel('身份证号').fill(known.idNumber);
  await learner.getByLabel('设置密码').fill(first.password);
  const go = learner.getByRole('button', { name: '接受邀请，开始学习' });
  await go.click();
  await learner.getByText('与名单上的不一致').waitFor();
  assert.equal(await learner.getByLabel('设置密码').inputValue(), first.password, 'a mistake loses what was typed');
  await learner.getByLabel('身份证号').fill(first.idNumber);
  await go.click();
  await learner.waitForURL('**/classes');
  await learner.getByText('2026 年冬季电工班').waitFor();
  await learner.getByRole('link', { name: /开始学习/ }).waitFor();
  assert.ok(!learner.url().includes('#'), 'the secret stays behind');

  // Once.
  const again = await open(link);
  await again.getByText('这个邀请已经用过了').waitFor();
  await admin.reload();
  await admin.locator('.learners > li').filter({ hasText: first.name }).getByText('已进班').waitFor();

  // Who had an account sees it on their next visit.
  const next = await open(null);
  await signIn(next, known);
  await next.getByText('2026 年冬季电工班').waitFor();
});

journey('an invitation for somebody else, one that was taken back, and one for whoever registered meanwhile', async ({ open }) => {
  const [first, second] = [newPerson('孙丽'), newPerson('周强')];
  const admin = await staffPage(open, ADMIN, '/institution');
  await admin.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await openClass(admin, '叉车司机班');
  await drop(admin, 'roster.csv', ['手机号,姓名,身份证号', line(first), line(second)]);
  await admin.getByRole('button', { name: '导入这 2 人' }).click();
  await admin.getByText('2 人收到邀请').waitFor();

  // Registered under another name in between: the link is what says that they are meant.
  const other = await open(null);
  await register(other, { ...second, name: '周小强' });
  const link = await copied(admin, first);
  await other.goto(link);
  await other.getByRole('button', { name: '加入班级' }).click();
  await other.getByText('这个邀请是给孙丽的，现在登录的是周小强').waitFor();
  await other.getByRole('button', { name: '退出登录，由本人继续' }).click();
  await other.getByLabel('身份证号').waitFor();
  await other.goto(await copied(admin, second));
  await other.getByText('您已经有账号').waitFor();
  await other.getByLabel('手机号或身份证号').fill(second.phone);
  await other.getByLabel('密码', { exact: true }).fill(second.password);
  await other.getByRole('button', { name: '登录并加入班级' }).click();
  await other.waitForURL('**/classes');
  await other.getByText('叉车司机班').waitFor();

  const row = admin.locator('.learners > li').filter({ hasText: first.name });
  await row.getByRole('button', { name: /收回/ }).click();
  await row.getByText('邀请已收回').waitFor();
  const late = await open(link);
  await late.getByText('这个邀请已被收回').waitFor();
  await row.getByRole('button', { name: /重新邀请/ }).click();
  await row.getByText('等待接受').waitFor();
  await late.reload();
  await late.getByText('这个邀请链接无效').waitFor();
  await late.goto(await copied(admin, first));
  await late.getByText('孙丽，您好').waitFor();
  await late.goto('/invitation');
  await late.getByText('这个邀请链接无效').waitFor();
});

journey('a file that is no roster says why, and nothing else happens', async ({ open }) => {
  const admin = await staffPage(open, ADMIN, '/institution');
  await openClass(admin, '焊工班');
  await drop(admin, 'a.csv', ['姓名,生日', '王芳,1990']);
  await admin.getByText('没有找到这几列：身份证号、手机号').waitFor();
  await drop(admin, 'a.csv', ['姓名,身份证号,手机号']);
  await admin.getByText('文件里没有学员').waitFor();
  await drop(admin, 'a.xlsx', ['PK\u0003\u0004']);
  await admin.getByText('这不是能读的表格').waitFor();
  const [download] = await Promise.all([
    admin.waitForEvent('download'),
    admin.getByRole('link', { name: '下载空白模板' }).click(),
  ]);
  assert.equal(download.suggestedFilename(), 'roster.xlsx');
});

journey('the screens of rosters and invitations before axe', async ({ open }) => {
  const people = ['王芳', '李强', '欧阳建国'].map((name) => newPerson(name));
  const seed = await staffPage(open, ADMIN, '/institution');
  await seed.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await openClass(seed, '轴测班');
  const path = new URL(seed.url()).pathname;
  await drop(seed, 'roster.csv', ['手机号,姓名,身份证号', ...people.map(line)]);
  await seed.getByRole('button', { name: '导入这 3 人' }).click();
  await seed.getByText('3 人收到邀请').waitFor();
  await seed.locator('.learners > li').nth(2).getByRole('button', { name: /收回/ }).click();
  await seed.getByText('邀请已收回').waitFor();
  const link = await copied(seed, people[0]);
  const [short, fresh] = [newPerson('王'), newPerson('新人')];
  for (const look of LOOKS) {
    const looks = Object.values(look).join(' ');
    const page = await staffPage(open, ADMIN, '/institution', look);
    await page.locator('article.card').first().waitFor();
    await assertAccessible(page, `institution ${looks}`);
    await page.getByRole('button', { name: /开一个新班|Open a class/ }).click();
    await page.locator('#name').waitFor();
    await page.locator('form button[type=submit]').click();
    await page.locator('[aria-invalid=true]').first().waitFor();
    await assertAccessible(page, `open a class ${looks}`);
    await page.goto(path);
    await page.locator('.learners > li').nth(2).waitFor();
    await page.getByRole('button', { name: /显示二维码|Show the codes/ }).click();
    await page.locator('.codes .qr svg').first().waitFor();
    await assertAccessible(page, `roster ${looks}`);
    await drop(page, 'roster.csv', ['手机号,姓名,身份证号', line(people[0]), `1,${short.name},${short.idNumber}`, line(fresh)]);
    await page.locator('.rows.bad > li').first().waitFor();
    await page.locator('.preview summary').click();
    await assertAccessible(page, `preview ${looks}`);
    const invited = await open(link, look);
    await invited.locator('form').waitFor();
    await invited.locator('form button[type=submit]').click();
    await invited.locator('[aria-invalid=true]').first().waitFor();
    await assertAccessible(invited, `invitation ${looks}`);
    await invited.goto('/invitation#nothing');
    await invited.locator('.notice').waitFor();
    await assertAccessible(invited, `an invitation that is none ${looks}`);
  }
});

function line({ phone, name, idNumber }) {
  return `${phone},${name},${idNumber}`;
}

/** Opens a class and goes on to its roster. */
async function openClass(page, name) {
  await page.getByRole('button', { name: '开一个新班' }).click();
  await page.getByLabel('班级名称').fill(name);
  await page.getByRole('button', { name: '开班', exact: true }).click();
  await page.getByRole('link', { name: '导入学员名单' }).click();
  await page.waitForURL('**/roster');
  await page.locator('.drop').waitFor();
}

/** Drops a file of these lines, as from the desktop. */
async function drop(page, name, lines) {
  const dataTransfer = await page.evaluateHandle(
    ([name, text]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], name));
      return transfer;
    },
    [name, lines.join('\r\n')],
  );
  await page.locator('.drop').dispatchEvent('drop', { dataTransfer });
}

/** What the server counts in the class of this page. */
async function counts(page) {
  const [, id] = new URL(page.url()).pathname.match(/classes\/([^/]+)\/roster/);
  const { json } = await api(page, `/api/admin/classes/${id}/roster`);
  return { enrolled: json.class.n_enrolled, invited: json.class.n_invited };
}

/** The link of somebody on the roster, from the clipboard. */
async function copied(page, { name }) {
  const row = page.locator('.learners > li').filter({ hasText: name });
  await row.getByRole('button', { name: /复制链接/ }).click();
  await row.getByText('已复制').first().waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(link, /\/invitation#[0-9a-f]{32}$/);
  return link;
}
