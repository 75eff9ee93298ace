// A reviewer verifies a sealed claim learner by learner, by keyboard; the decision cannot be signed before.

import { strict as assert } from 'node:assert';
import { assertAccessible } from '../support/axe.mjs';
import { post, staffPage } from '../support/faces.mjs';
import { api, until } from '../support/learner.mjs';
import { stage } from '../support/stage.mjs';

const { journey } = stage();
// The admin of the demo class that is ready to be claimed for, and who reviews for the province.
const ADMIN = '13800000007';
const REVIEWER = '13800000010';

/** Seals a claim for everybody in the finished demo class who is ready. */
async function sealed(open) {
  const admin = await staffPage(open, ADMIN, '/institution');
  const classes = (await api(admin, '/api/admin/classes')).json;
  const { class: id } = classes.find(({ name }) => name.zh.startsWith('钢城电工结业班'));
  const { rows } = (await api(admin, `/api/admin/classes/${id}/claim-matrix`)).json;
  const learners = rows.filter(({ missing }) => missing.length === 0).map(({ person }) => person);
  assert.equal(learners.length, 3);
  const path = `/api/admin/classes/${id}/claims`;
  let run = await post(admin, path, { learners });
  await until(async () => {
    ({ run } = (await api(admin, path)).json);
    return run.finished_at !== null;
  }, 'the claim to be sealed');
  assert.equal(run.refused, null);
  return run.claim;
}

/** Why the server does not take a decision about the claim. */
async function refused(page, claim) {
  const { status, json } = await api(page, `/api/review/claims/${claim}/decision`, { method: 'POST', body: { remark: '' } });
  return `${status} ${json.code}`;
}

journey('a claim is verified learner by learner before it can be signed', async ({ open }) => {
  const claim = await sealed(open);
  const page = await staffPage(open, REVIEWER, '/me', { kind: 'laptop' });
  await page.getByRole('link', { name: '逐一核验申领' }).click();
  await page.waitForURL('**/review');
  const card = page.getByRole('article').filter({ hasText: '钢城电工结业班' });
  await card.getByText('0/3').waitFor();
  await assertAccessible(page, 'the claims to review');
  await card.getByRole('button', { name: '打开' }).click();
  await page.getByText('3 名学员的凭证都有效').waitFor();
  const sign = page.getByRole('button', { name: '签字' });
  assert.equal(await sign.getAttribute('aria-disabled'), 'true');
  assert.equal(await refused(page, claim), '409 rows_unverified');
  await assertAccessible(page, 'a claim to review');

  // Enter opens the first, 1 passes it, and the next one is there by itself.
  await page.locator('.pack-rows button').first().focus();
  await page.keyboard.press('Enter');
  const number = page.locator('#reviewed code');
  await until(async () => (await number.innerText()) === '001', 'the first learner');
  await page.getByText('实训签到表').first().waitFor();
  await page.locator('dd', { hasText: '培训合格证书 YS-ZS' }).waitFor();
  await page.locator('.heat li:not(.shade-0)').first().waitFor();
  // The class of the demo has no face checks, and the screen says so instead of showing an empty row.
  await page.getByRole('heading', { name: '照片' }).waitFor();
  await page.getByText('这个班级不用人脸核验，没有照片').waitFor();
  await assertAccessible(page, 'a learner under review');
  await page.keyboard.press('1');
  await until(async () => (await number.innerText()) === '002', 'the second learner');

  // 3 fails one, and needs to say why; a digit within the reason is only a digit.
  await page.keyboard.press('3');
  await page.getByText('请写明理由').waitFor();
  await page.keyboard.type('签到表第 1 页无签名');
  await page.keyboard.press('Enter');
  await until(async () => (await number.innerText()) === '003', 'the third learner');
  await page.keyboard.press('Escape');
  await page.getByText('已核验 2/3').waitFor();
  assert.equal(await sign.getAttribute('aria-disabled'), 'true');
  await page.locator('.pack-rows button').nth(2).click();
  await until(async () => (await number.innerText()) === '003', 'the third learner again');
  await page.keyboard.press('1');
  await page.getByText('全部学员都已核验').waitFor();
  const focused = () => page.evaluate(() => document.activeElement.id);
  await until(async () => (await focused()) === 'decision', 'the focus on the decision');

  await page.getByLabel('给申领单位的话').fill('第 2 名请补签到表');
  await sign.click();
  await page.getByText('通过 2，存疑 0，不通过 1').waitFor();
  await assertAccessible(page, 'a claim that is decided');
  assert.equal(await refused(page, claim), '409 claim_over');

  // In English, dark, on a phone.
  const phone = await staffPage(open, REVIEWER, '/review', { kind: 'phone', locale: 'en', theme: 'dark' });
  await phone.getByRole('button', { name: 'Open' }).first().click();
  await phone.getByText('Verified 3/3').waitFor();
  await phone.locator('.pack-rows button').first().click();
  await phone.locator('#reviewed').waitFor();
  await assertAccessible(phone, 'a learner under review, English, dark, phone');
});
