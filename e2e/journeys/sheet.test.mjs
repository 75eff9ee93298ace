// The proof on paper: a learner takes PDF and code, foreign programs judge both, a stranger scans the code and puts the PDF in; an
// admin issues the proofs of a class.

import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeInPicture, codeOnPaper, pdfsig, pyhanko } from '../interop/sheet-judges.mjs';
import { assertAccessible } from '../support/axe.mjs';
import { staffPage } from '../support/faces.mjs';
import { joinClass, openFilm, pause, play, register, settledCredit, watchFor } from '../support/learner.mjs';
import { newPerson } from '../support/people.mjs';
import { stage } from '../support/stage.mjs';
import { verifiedInPage } from '../support/verifiers.mjs';

const { journey } = stage();
// The admin of the institution of the open class.
const ADMIN = '13800000001';
const LOOKS = [
  { locale: 'zh-CN', theme: 'light', kind: 'phone' },
  { locale: 'zh-CN', theme: 'dark', kind: 'laptop' },
  { locale: 'en', theme: 'light', kind: 'laptop' },
  { locale: 'en', theme: 'dark', kind: 'phone' },
];

async function save(page, button, file) {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  await download.saveAs(file);
  return file;
}

journey('a learner prints a proof, and whoever is shown it scans it and verifies it', async ({ open, server }) => {
  const page = await open(null);
  await register(page, newPerson('李小燕'));
  const { class: id } = await joinClass(page);
  await openFilm(page);
  await play(page);
  await watchFor(page, 12_000);
  await pause(page);
  assert.ok((await settledCredit(page)) > 0);

  await page.goto('/proofs');
  await page.getByRole('button', { name: '生成凭证' }).click();
  const sheet = await save(page, page.getByRole('button', { name: '下载 PDF' }).first(), join(server.folder, 'sheet.pdf'));
  await page.getByRole('button', { name: '二维码' }).first().click();
  const code = page.locator('figure.code img');
  await code.waitFor();
  await page.waitForFunction(() => document.querySelector('figure.code img').naturalWidth > 0);
  await assertAccessible(page, 'my proofs with a code');
  const picture = await save(
    page,
    { click: () => code.evaluate((image) => { const link = document.createElement('a'); link.href = image.src; link.click(); }) },
    join(server.folder, 'code.png'),
  );

  for (const judged of [pdfsig(sheet), pyhanko(sheet, join(server.folder, 'data/keys/sheet.crt.pem'))]) {
    assert.ok(judged.valid, judged.text);
  }
  const address = codeInPicture(picture);
  assert.equal(codeOnPaper(sheet, server.folder), address);

  // A stranger scans it: the content is there, and it says that it is a summary.
  const stranger = await open(null);
  await stranger.goto(address);
  await stranger.locator('[data-slip=valid]').waitFor();
  const text = await stranger.locator('main').innerText();
  assert.match(text, /李\*燕/);
  assert.match(text, /没有逐条重算/);
  // And puts the PDF in.
  const judged = await verifiedInPage(stranger, address, sheet);
  assert.equal(judged.verdict, 'valid');
  assert.match(judged.text, /指纹相同/);
  for (const look of LOOKS) {
    const other = await open(null, look);
    await other.goto(address);
    await other.locator('[data-slip=valid]').waitFor();
    await assertAccessible(other, `a slip ${Object.values(look).join(' ')}`);
    await other.context().close();
  }
  // One character less is no slip.
  await stranger.goto('/verify');
  await stranger.goto(address.slice(0, -1));
  await stranger.locator('[data-slip=invalid]').waitFor();
  assert.doesNotMatch(await stranger.locator('main').innerText(), /李\*燕/);

  // The admin of the institution: from the board to the proofs of the class.
  const admin = await staffPage(open, ADMIN, `/classes/${id}/board`);
  await admin.getByRole('link', { name: '班级凭证' }).click();
  await admin.getByRole('button', { name: /给全班 \d+ 人签发凭证/ }).click();
  await admin.getByText('签发完成').waitFor();
  const theirs = await save(admin, admin.getByRole('button', { name: 'PDF 李小燕' }), join(server.folder, 'theirs.pdf'));
  assert.ok(readFileSync(theirs).subarray(0, 5).equals(Buffer.from('%PDF-')));
  assert.ok(pdfsig(theirs).valid);
  for (const look of LOOKS) {
    const other = await staffPage(open, ADMIN, `/classes/${id}/proofs`, look);
    await other.locator('ul.rows li').first().waitFor();
    await assertAccessible(other, `the proofs of a class ${Object.values(look).join(' ')}`);
    await other.context().close();
  }
});
