// A claim: the admin sees what is missing, enters it, leaves somebody out, seals, takes the pack away, takes the claim back.

import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertAccessible } from '../support/axe.mjs';
import { staffPage } from '../support/faces.mjs';
import { api, until } from '../support/learner.mjs';
import { stage } from '../support/stage.mjs';

const { journey } = stage();
/** The names of the files in an archive, from its own list at the end. */
function namesIn(zip) {
  const names = [];
  for (let at = zip.indexOf('PK\x01\x02', 0, 'latin1'); at >= 0; at = zip.indexOf('PK\x01\x02', at + 4, 'latin1')) {
    names.push(zip.subarray(at + 46, at + 46 + zip.readUInt16LE(at + 28)).toString());
  }
  return names;
}

// The admin of the institution of the demo class that is ready to be claimed for.
const ADMIN = '13800000007';

journey('an admin completes the matrix by keyboard, seals a claim and takes the pack away', async ({ open, server }) => {
  const admin = await staffPage(open, ADMIN, '/institution');
  const card = admin.getByRole('article').filter({ hasText: '钢城电工结业班' });
  await card.getByRole('link', { name: '学员名单' }).click();
  await admin.getByRole('link', { name: '申领准备' }).click();
  await admin.waitForURL('**/claim');
  const table = admin.getByRole('table', { name: '每名学员申领所需' });
  await table.waitFor();
  const rows = table.locator('tbody > tr:not(.opened)');
  assert.equal(await rows.count(), 5);
  await assertAccessible(admin, 'the matrix of a claim');

  // A red cell says why and who, and has the form.
  const uncertified = rows.filter({ hasText: '缺 1 项' });
  const cell = uncertified.locator('td[data-label="证书"] button');
  await cell.focus();
  await admin.keyboard.press('Enter');
  const opened = admin.locator('#claim-opened');
  await opened.getByText('没有录入证书。').waitFor();
  await opened.getByText('由您处理').waitFor();
  await assertAccessible(admin, 'an opened cell');
  await opened.getByRole('button', { name: '录入' }).click();
  await until(() => admin.evaluate(() => document.activeElement?.id === 'number'), 'the keyboard to be in the first wrong field');
  await opened.getByLabel('证书编号').fill('YS-ZS-0099');
  await opened.getByLabel('发证机构').fill('鞍山市职业技能鉴定中心');
  await opened.getByLabel('发证日期').fill('2026-01-15');
  await opened.getByLabel('材料来源').fill('证书原件');
  await opened.getByRole('button', { name: '录入' }).click();
  await until(async () => (await rows.filter({ hasText: '缺 1 项' }).count()) === 0, 'the row to be ready');
  await until(() => admin.evaluate(() => document.activeElement?.id.endsWith('-certificate')), 'the keyboard to be back on the cell');

  // Who has not finished is left out, with a reason that stands in the pack.
  const unfinished = rows.filter({ hasText: '缺 2 项' });
  await unfinished.getByRole('button', { name: /^不申领/ }).click();
  await opened.getByLabel('原因').fill('未完成学习,下期再申领');
  await opened.getByRole('button', { name: '不申领这名学员' }).click();
  await until(async () => (await rows.filter({ hasText: '缺 2 项' }).count()) === 0, 'the row to be left out');

  await admin.getByRole('button', { name: '为这 4 人封存' }).click();
  await admin.getByText('不能再就这门课程申领').waitFor();
  await assertAccessible(admin, 'before sealing');
  // How far it is stays on the screen until the next answer comes, which is held back for so long.
  let goOn;
  const held = new Promise((resolve) => (goOn = resolve));
  const asked = (url) => url.pathname.endsWith('/claims');
  await admin.route(asked, async (route) => {
    if (route.request().method() === 'GET') await held;
    await route.continue();
  });
  await admin.getByRole('button', { name: '现在封存' }).click();
  const sealing = admin.locator('#sealing');
  await sealing.getByRole('progressbar', { name: /\/ 4 人/ }).waitFor();
  await sealing.getByText('封存会继续进行').waitFor();
  await assertAccessible(admin, 'while a claim is being sealed');
  goOn();
  await sealing.getByText('封存完成').waitFor();
  const claim = admin.getByRole('article').filter({ hasText: '4 名学员' });
  await claim.getByText('等待审核').waitFor();
  assert.equal(await rows.filter({ hasText: '已在申领中' }).count(), 4);
  const [download] = await Promise.all([
    admin.waitForEvent('download'),
    claim.getByRole('button', { name: '下载申领包' }).click(),
  ]);
  assert.match(download.suggestedFilename(), /^claim-[0-9a-f-]+\.zip$/);
  const pack = join(server.folder, 'sealed.zip');
  await download.saveAs(pack);
  const names = namesIn(readFileSync(pack));
  assert.deepEqual(
    names.filter((name) => name.endsWith('.pdf')),
    ['001', '002', '003', '004'].map((number) => `learners/${number}/proof.pdf`),
  );
  // It verifies as it was downloaded, sheets and all.
  const { code, output } = await server.command('verify', pack, '--trust', join(server.folder, 'data/keys', 'public.json'));
  assert.equal(code, 0, output);
  assert.equal(output.match(/课时 class hours {2}PDF$/gm)?.length, 4, output);
  await assertAccessible(admin, 'after sealing');

  // Taken back, they can be claimed for again.
  await claim.getByRole('button', { name: '撤回' }).click();
  await claim.getByLabel('原因').fill('名单有误');
  await claim.getByRole('button', { name: '撤回这份申领' }).click();
  await claim.getByText('名单有误').waitFor();
  await admin.getByRole('button', { name: '为这 4 人封存' }).waitFor();
});

journey('the claim before axe, in both languages and themes', async ({ open }) => {
  for (const device of [
    { locale: 'zh-CN', theme: 'light', kind: 'phone' },
    { locale: 'zh-CN', theme: 'dark', kind: 'laptop' },
    { locale: 'en', theme: 'light', kind: 'laptop' },
    { locale: 'en', theme: 'dark', kind: 'phone' },
  ]) {
    const name = Object.values(device).join(' ');
    const admin = await staffPage(open, ADMIN, '/institution', device);
    const classes = (await api(admin, '/api/admin/classes')).json;
    const { class: id } = classes.find((one) => one.name.zh.startsWith('钢城电工结业班'));
    await admin.goto(`/classes/${id}/claim`);
    const matrix = admin.locator('table.claim-matrix');
    await matrix.waitFor();
    await assertAccessible(admin, `the matrix, ${name}`);
    const width = await admin.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(width, 0, `wider than the screen: ${name}`);
    // Each column's form, and leaving somebody out.
    for (const item of ['theory', 'practical', 'certificate', 'receipt', 'proof']) {
      await matrix.locator(`button[id$="-${item}"]`).last().click();
      await admin.locator('#claim-opened h3').waitFor();
      await assertAccessible(admin, `an opened cell of ${item}, ${name}`);
    }
    await matrix.locator('button[id^="leave-"]').last().click();
    await admin.locator('#claim-opened form').waitFor();
    await assertAccessible(admin, `leaving somebody out, ${name}`);
    await admin.context().close();
  }
});
