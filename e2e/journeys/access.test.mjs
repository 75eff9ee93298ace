// Every screen in both languages and both themes, on a phone and on a laptop, before axe: no violation at all.

import { filmReady, joinClass, openFilm, pause, play, register, until, credited, watchFor } from '../support/learner.mjs';
import { assertAccessible } from '../support/axe.mjs';
import { newPerson } from '../support/people.mjs';
import { stage } from '../support/stage.mjs';

const { journey } = stage();
const OUTSIDE = ['/sign-in', '/register', '/verify', '/about', '/no-such-page'];
const INSIDE = ['/classes', '/record', '/proofs', '/me'];
const LOOKS = [
  { locale: 'zh-CN', theme: 'light', kind: 'phone' },
  { locale: 'zh-CN', theme: 'dark', kind: 'laptop' },
  { locale: 'en', theme: 'light', kind: 'laptop' },
  { locale: 'en', theme: 'dark', kind: 'phone' },
];

journey('screens that anybody sees', async ({ open }) => {
  for (const look of LOOKS) {
    const page = await open(null, look);
    for (const path of OUTSIDE) {
      await page.goto(path);
      await page.locator('h1').waitFor();
      // Some come in two parts.
      await page.waitForLoadState('networkidle');
      await assertAccessible(page, `${path} ${Object.values(look).join(' ')}`);
    }
    await page.goto('/register');
    await page.locator('form button[type=submit]').click();
    await page.locator('[aria-invalid=true]').first().waitFor();
    await assertAccessible(page, `/register with mistakes ${Object.values(look).join(' ')}`);
  }
});

journey('screens of a learner with a record', async ({ open }) => {
  const first = await open(null);
  await register(first, newPerson());
  const { class: id, units } = await joinClass(first);
  await openFilm(first);
  await play(first);
  await watchFor(first, 4_000);
  await pause(first);
  await until(async () => (await credited(first)) > 0, 'some credit');
  await first.goto('/proofs');
  await first.getByRole('button', { name: '生成凭证' }).click();
  await first.getByRole('button', { name: '下载 JSON' }).first().waitFor();
  const cookies = await first.context().cookies();
  for (const look of LOOKS) {
    const page = await open(null, look);
    await page.context().addCookies(cookies);
    for (const path of INSIDE) {
      await page.goto(path);
      await page.locator('h1').waitFor();
      await page.waitForLoadState('networkidle');
      await assertAccessible(page, `${path} ${Object.values(look).join(' ')}`);
    }
    await page.goto(`/classes/${id}/units/${units[0].unit}`);
    // The devices before this one may still hold the lease.
    const film = page.locator('video[slot=media]');
    const takeOver = page.getByRole('button', { name: /移到本机|Move here/ });
    await film.or(takeOver).first().waitFor();
    await assertAccessible(page, `watch, first sight ${Object.values(look).join(' ')}`);
    if (await takeOver.isVisible()) await takeOver.click();
    await filmReady(page);
    await assertAccessible(page, `watch ${Object.values(look).join(' ')}`);
  }
});
