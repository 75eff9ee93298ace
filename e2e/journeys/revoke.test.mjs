// A proof is taken back: the admin says why, the learner sees it, whoever holds the document asks and is told, online and from disk, and the
// replacement stands.

import { strict as assert } from 'node:assert';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { assertAccessible } from '../support/axe.mjs';
import { staffPage } from '../support/faces.mjs';
import {
  api, downloadProof, joinClass, openFilm, pause, play, register, settledCredit, until, watchFor,
} from '../support/learner.mjs';
import { newPerson } from '../support/people.mjs';
import { stage } from '../support/stage.mjs';
import { verifiedInPage } from '../support/verifiers.mjs';

const { journey } = stage();
// The admin of the institution of the open class.
const ADMIN = '13800000001';
const LOOKS = [
  { locale: 'zh-CN', theme: 'light', kind: 'phone' },
  { locale: 'en', theme: 'dark', kind: 'laptop' },
];

/** Puts a file into the verifier, and answers what it says of the revocation once that is `expected`. */
async function told(page, expected) {
  const notice = page.locator(`[data-revocation="${expected}"]`);
  await notice.waitFor();
  return notice.innerText();
}

/** What the terminal says. */
function terminal(server, proof, ...more) {
  return server.command('verify', '--data', join(server.folder, 'data'), proof, ...more);
}

journey('a proof is revoked, and everybody who asks learns it', async ({ open, server }) => {
  const page = await open(null);
  await register(page, newPerson('赵春梅'));
  const { class: id } = await joinClass(page);
  await openFilm(page);
  await play(page);
  await watchFor(page, 12_000);
  await pause(page);
  assert.ok((await settledCredit(page)) > 0);
  const proof = join(server.folder, 'proof.json');
  await downloadProof(page, proof);

  // A stranger: valid, and nobody was asked; pressing asks, and it was not revoked.
  const stranger = await open(null, { kind: 'laptop' });
  const before = await verifiedInPage(stranger, '/verify', proof);
  assert.equal(before.verdict, 'valid');
  await told(stranger, 'not_asked');
  await assertAccessible(stranger, 'a proof whose revocation was not asked');
  await stranger.getByRole('button', { name: '查询是否被撤销' }).click();
  assert.match(await told(stranger, 'not_revoked'), /没有撤销/);
  assert.equal(await stranger.locator('[data-verdict]').getAttribute('data-verdict'), 'valid');
  await assertAccessible(stranger, 'a proof that was not revoked');

  // The admin revokes it: nothing is chosen for them, and what it means is said first.
  const admin = await staffPage(open, ADMIN, `/classes/${id}/proofs`);
  const line = admin.locator('ul.learners > li').filter({ hasText: '赵春梅' });
  await line.getByRole('button', { name: '撤销 赵春梅' }).click();
  await line.getByText('撤销不能收回').waitFor();
  await line.getByRole('button', { name: '确认撤销' }).click();
  await line.getByText('请选择原因').waitFor();
  await assertAccessible(admin, 'revoking a proof');
  await line.getByLabel('原因').selectOption({ label: '学时更正' });
  await line.getByLabel('说明').fill('第二单元的学时更正了');
  await line.getByRole('button', { name: '确认撤销' }).click();
  await line.locator('[data-revoked]').getByText('第二单元的学时更正了').waitFor();
  await admin.getByText('凭证已撤销。').waitFor();
  await assertAccessible(admin, 'a revoked proof');
  for (const look of LOOKS) {
    const other = await staffPage(open, ADMIN, `/classes/${id}/proofs`, look);
    await other.locator('[data-revoked]').first().waitFor();
    await assertAccessible(other, `a revoked proof ${Object.values(look).join(' ')}`);
    const width = await other.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(width, 0, 'wider than the screen');
    await other.context().close();
  }

  // The learner sees it among their proofs, and who did it in their record.
  await page.goto('/proofs');
  const mine = page.locator('[data-revoked]');
  await mine.getByText('学时更正').first().waitFor();
  assert.match(await mine.innerText(), /之后没有签发新的凭证/);
  await assertAccessible(page, 'my proofs with a revoked one');
  await page.goto('/record');
  await page.locator('.acts li').filter({ hasText: '撤销了' }).getByText('第二单元的学时更正了').waitFor();

  // The stranger asks again: red, and never in the colour of a valid one.
  await stranger.getByRole('button', { name: '查询是否被撤销' }).click();
  await told(stranger, 'revoked');
  const verdict = stranger.locator('[data-verdict]');
  assert.equal(await verdict.getAttribute('data-verdict'), 'revoked');
  assert.match(await verdict.getAttribute('class'), /void/);
  assert.doesNotMatch(await verdict.getAttribute('class'), /confirmed/);
  await assertAccessible(stranger, 'a proof that was revoked');

  // From disk, without a network: the list is a file that is put in beside the proof, in either order.
  const list = join(server.folder, 'list.json');
  const { status, json } = await api(stranger, '/status/0');
  assert.equal(status, 200);
  writeFileSync(list, JSON.stringify(json));
  const html = join(server.folder, 'verify.html');
  writeFileSync(html, await (await fetch(`${server.origin}/verify.html`)).text());
  for (const order of [[proof, list], [list, proof]]) {
    const offline = await open(null, { kind: 'laptop' });
    await offline.context().setOffline(true);
    await offline.goto(pathToFileURL(html).href);
    const input = offline.locator('input[type=file]');
    await input.waitFor({ state: 'attached' });
    await input.setInputFiles(order[0]);
    if (order[0] === proof) {
      // No button, for nothing can be fetched, but where to get the file.
      assert.match(await told(offline, 'not_asked'), /\/status\/0/);
      assert.equal(await offline.getByRole('button', { name: '查询是否被撤销' }).count(), 0);
      await assertAccessible(offline, 'a proof from disk');
    } else {
      await offline.getByText('这是状态列表').waitFor();
    }
    await input.setInputFiles(order[1]);
    await told(offline, 'revoked');
    await offline.context().close();
  }

  // The terminal says the same by its exit code.
  assert.equal((await terminal(server, proof)).code, 0);
  const asked = await terminal(server, proof, '--status', list);
  assert.equal(asked.code, 4, asked.output);
  assert.match(asked.output, /REVOKED/);
  const asJson = await terminal(server, proof, '--status', list, '--json');
  assert.equal(JSON.parse(asJson.output).report.revocation.state, 'revoked');

  // The replacement is issued at once, and stands.
  await line.getByRole('button', { name: '签发新的凭证' }).click();
  await until(async () => (await line.locator('summary').count()) === 1, 'the replacement');
  await line.locator('summary').getByText('以前的凭证').click();
  await line.locator('[data-revoked]').getByText('之后已签发新的凭证').waitFor();
  await assertAccessible(admin, 'a proof that was replaced');
  const replacement = join(server.folder, 'replacement.json');
  await downloadProof(page, replacement);
  const after = await verifiedInPage(stranger, '/verify', replacement);
  assert.equal(after.verdict, 'valid');
  await stranger.getByRole('button', { name: '查询是否被撤销' }).click();
  await told(stranger, 'not_revoked');
  for (const look of LOOKS) {
    const other = await open(null, look);
    await verifiedInPage(other, '/verify', proof);
    await other.getByRole('button', { name: look.locale === 'en' ? 'Ask whether it was revoked' : '查询是否被撤销' }).click();
    await told(other, 'revoked');
    await assertAccessible(other, `a revoked proof in the verifier ${Object.values(look).join(' ')}`);
    await other.context().close();
  }
});
