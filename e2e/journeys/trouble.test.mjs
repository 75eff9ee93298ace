// What is not the learner's fault costs nothing: a network that drops for ten seconds, a server that is killed, a reload.

import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { credited, filmReady, joinClass, openFilm, pause, play, position, register, settledCredit, until, watchFor } from '../support/learner.mjs';
import { newPerson } from '../support/people.mjs';
import { stage } from '../support/stage.mjs';

const { journey } = stage();
const OUTAGE_MS = 10_000;
const BEAT_MS = 10_000;
// Between reading the film's position and the page being gone, on busy cores.
const SLACK_MS = 3_000;
// A film loses no more than this share to frames and timers around an interruption.
const KEPT_MIN = 0.9;

journey('ten seconds without network lose no credit', async ({ open }) => {
  const page = await open(null);
  await register(page, newPerson());
  await joinClass(page);
  await openFilm(page);
  await wholeFilm(page);
  await play(page);
  await watchFor(page, 5_000);
  await page.context().setOffline(true);
  await page.getByText('网络中断').first().waitFor();
  await sleep(OUTAGE_MS);
  await page.context().setOffline(false);
  await page.getByText(/已记录到/).first().waitFor();
  await watchFor(page, 3_000);
  await pause(page);
  const watched = await position(page);
  const total = await settledCredit(page);
  assert.ok(total >= watched * KEPT_MIN, `${total} of ${watched} ms credited`);
  assert.ok(total <= watched + 500, `${total} of ${watched} ms credited`);
});

journey('a server killed and started again: the page goes on by itself and nothing acknowledged is lost', async ({ open, server }) => {
  const page = await open(null);
  await register(page, newPerson());
  await joinClass(page);
  await openFilm(page);
  await wholeFilm(page);
  await play(page);
  await until(async () => (await credited(page)) >= 8_000, 'the first beats');
  const acknowledged = await credited(page);
  await server.crash();
  await sleep(3_000);
  await server.restart();
  assert.ok((await credited(page)) >= acknowledged, 'an acknowledged beat is lost');
  await until(async () => (await credited(page)) > acknowledged, 'credit to go on');
  await pause(page);
  const watched = await position(page);
  const total = await settledCredit(page);
  assert.ok(total >= watched * KEPT_MIN && total <= watched + 500, `${total} of ${watched} ms credited`);
});

journey('a reload in the middle loses at most one beat, and the film resumes', async ({ open }) => {
  const page = await open(null);
  await register(page, newPerson());
  await joinClass(page);
  await openFilm(page);
  await play(page);
  await watchFor(page, 14_000);
  const watched = await position(page);
  await page.reload();
  await filmReady(page);
  const total = await settledCredit(page);
  assert.ok(total >= watched - BEAT_MS - SLACK_MS, `${total} of ${watched} ms credited`);
  const resumed = await position(page);
  assert.ok(Math.abs(resumed - watched) <= BEAT_MS + SLACK_MS, `stopped at ${watched} ms, starts at ${resumed} ms`);
});

/** Waits until the browser has the film, so that an outage is about beats and not about buffering. */
async function wholeFilm(page) {
  await until(
    () =>
      page.evaluate(() => {
        const video = document.querySelector('video[slot=media]');
        return video.buffered.length > 0 && video.buffered.end(0) >= Math.min(video.duration, 60) - 1;
      }),
    'the film to be there',
  );
}
