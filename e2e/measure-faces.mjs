// What a face check costs a learner's browser, measured in a real Chromium against the release server with a camera made of a
// clip: from the camera's frame to the worker's verdict, the first time and afterwards; bytes over the wire; frames that the player
// drops meanwhile. Prints Markdown for BENCHMARKS.md; `cargo xtask bench faces` runs it.

import { Camera, SCENES, Studio } from './support/camera.mjs';
import { device, launch } from './support/devices.mjs';
import { giveFaceReader } from './support/faces.mjs';
import { joinClass, openFilm, play, register, watchFor } from './support/learner.mjs';
import { newPerson } from './support/people.mjs';
import { Server } from './support/server.mjs';

const N_FRAMES = 100;
const PLAYED_MS = 15_000;

const server = await Server.start();
const camera = new Camera();
const browser = await launch({ flags: camera.flags });
try {
  const studio = await Studio.open(browser);
  camera.show(await studio.draw(SCENES.person('obama')));
  await studio.close();
  const context = await device(browser, { kind: 'laptop', baseURL: server.origin, permissions: ['camera'] });
  await giveFaceReader(context);
  const page = await context.newPage();
  await register(page, newPerson());
  await joinClass(page);

  const first = await measured(page, () => page.evaluate(check, { n: N_FRAMES }));
  await page.reload();
  const again = await measured(page, () => page.evaluate(check, { n: 3 }));
  const playing = await dropped(page);

  const each = first.result.each.slice(1).sort((a, b) => a - b);
  const at = (share) => `${Math.round(each[Math.floor(share * (each.length - 1))])} ms`;
  const rows = [
    [`camera frame to the worker's verdict, ${each.length} frames, median`, at(0.5)],
    ['the same, 95th percentile', at(0.95)],
    ['of that, taking the frame and making it a JPEG, median', `${Math.round(median(first.result.taking))} ms`],
    ['worker, models and first verdict, nothing there yet', `${Math.round(first.result.start + first.result.each[0])} ms`],
    ['the same in a page that comes back', `${Math.round(again.result.start + again.result.each[0])} ms`],
    ['bytes for the first check', String(first.bytes)],
    ['bytes for the first check of a page that comes back', String(again.bytes)],
    [`frames dropped in ${PLAYED_MS / 1000} s of film, no check`, playing.before],
    ['the same while a worker loads and reads without pause', playing.during],
  ];
  console.log(['| figure | seen |', '|---|--:|', ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n'));
  console.log(`\n${first.table}`);
} finally {
  await browser.close();
  await server.stop();
  camera.remove();
}

/** Runs something and adds up what of the face checks came over the wire meanwhile. */
async function measured(page, run) {
  const came = [];
  const note = (request) => {
    const { pathname } = new URL(request.url());
    if (/face|annex/.test(pathname) && !pathname.startsWith('/api/')) came.push(request.sizes().then((sizes) => [pathname, sizes]));
  };
  page.on('requestfinished', note);
  const result = await run();
  page.off('requestfinished', note);
  const sizes = (await Promise.all(came)).map(([path, one]) => [path, one.responseBodySize + one.responseHeadersSize]);
  return {
    result,
    bytes: sizes.reduce((sum, [, bytes]) => sum + bytes, 0),
    table: sizes.map(([path, bytes]) => `${String(bytes).padStart(9)}  ${path}`).join('\n'),
  };
}

/** Frames that the player drops, of all it should have shown: left alone, and with a worker loading and at work. */
async function dropped(page) {
  await openFilm(page);
  await play(page);
  await watchFor(page, 3_000);
  const count = async (run) => {
    const quality = () =>
      page.evaluate(() => {
        const { droppedVideoFrames, totalVideoFrames } = document.querySelector('video[slot=media]').getVideoPlaybackQuality();
        return [droppedVideoFrames, totalVideoFrames];
      });
    const from = await quality();
    await run();
    const to = await quality();
    return `${to[0] - from[0]} of ${to[1] - from[1]}`;
  };
  const before = await count(() => watchFor(page, PLAYED_MS));
  await page.evaluate(() => caches.keys().then((keys) => Promise.all(keys.map((key) => caches.delete(key)))));
  const during = await count(() => page.evaluate(check, { forMs: PLAYED_MS }));
  return { before, during };
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Runs in the page: the page's own worker on frames of the camera, `n` of them or for `forMs`. All times in ms. */
async function check({ n = Infinity, forMs = Infinity }) {
  const { models } = await (await fetch('/api/my/face')).json();
  const began = performance.now();
  const { ask, end } = window.faceReader();
  await ask({ start: { url: models.manifest_url, sha256: models.manifest } });
  const start = performance.now() - began;

  const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
  const video = Object.assign(document.createElement('video'), { srcObject: stream, muted: true });
  await video.play();
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
  const [taking, each] = [[], []];
  while (each.length < n && performance.now() - began < forMs) {
    const from = performance.now();
    canvas.getContext('2d').drawImage(video, 0, 0);
    const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.85));
    const jpeg = new Uint8Array(await blob.arrayBuffer());
    taking.push(performance.now() - from);
    await ask({ jpeg, enrolment: false });
    each.push(performance.now() - from);
  }
  for (const track of stream.getTracks()) track.stop();
  end();
  return { start, taking, each };
}
