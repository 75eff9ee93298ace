// What the first visit costs over the wire, as Chromium received it.

import { strict as assert } from 'node:assert';
import { filmReady, joinClass, register } from '../support/learner.mjs';
import { newPerson } from '../support/people.mjs';
import { stage } from '../support/stage.mjs';
import { meter } from '../support/wire.mjs';

const { journey } = stage();
const SIGN_IN_BYTES_MAX = 350_000;
const WATCH_BYTES_MAX = 450_000;

journey('the sign-in page stays within its budget', async ({ open }) => {
  const page = await open(null);
  const wire = await meter(page);
  await page.goto('/sign-in');
  await page.getByLabel('手机号或身份证号').waitFor();
  await page.waitForLoadState('networkidle');
  console.log(`sign-in: ${wire.total()} bytes\n${wire.table()}`);
  assert.ok(wire.total() > 10_000, 'nothing was measured');
  assert.ok(wire.total() <= SIGN_IN_BYTES_MAX, `${wire.total()} bytes`);
});

journey('the watch page stays within its budget before the film', async ({ open }) => {
  const person = newPerson();
  const before = await open(null);
  await register(before, person);
  const { class: id, units } = await joinClass(before);
  const address = `/classes/${id}/units/${units[0].unit}`;
  // The same person on a browser that has nothing yet.
  const page = await open(null);
  await page.context().addCookies(await before.context().cookies());
  const wire = await meter(page);
  await page.goto(address);
  await filmReady(page);
  console.log(`watch: ${wire.total()} bytes\n${wire.table()}`);
  assert.ok(wire.total() > 10_000, 'nothing was measured');
  assert.ok(wire.total() <= WATCH_BYTES_MAX, `${wire.total()} bytes`);
});
