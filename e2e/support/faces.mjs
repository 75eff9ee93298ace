// Face checks in people's hands: what the learner, the staff and the camera do about them, and what the server then says.

import { strict as assert } from 'node:assert';
import { SCENES } from './camera.mjs';
import { api, myClass, register, until } from './learner.mjs';

/** Everybody's password in the demo province, and who works at the institution of its class with face checks. */
const DEMO_PASSWORD = 'zhenxuedemo';
/** Tries that a check allows. */
const TRIES = 3;
export const STAFF = { admin: '13800000007', teacher: '13800000008', otherTeacher: '13800000009' };

/** A page of a member of staff, signed in, at `path`. */
export async function staffPage(open, phone, path, options = {}) {
  const page = await open('/sign-in', { kind: 'laptop', permissions: [], ...options });
  const body = { account: phone, password: DEMO_PASSWORD, device: 'staff' };
  const { status } = await api(page, '/api/sign-ins', { method: 'POST', body });
  assert.ok(status < 300, `a member of staff cannot sign in: ${status}`);
  await page.goto(path);
  return page;
}

/** Joins the open class that has face checks; answers it as the server sees it. */
export async function joinFaceClass(page) {
  const open = await api(page, '/api/open-classes');
  assert.equal(open.status, 200);
  const found = open.json.find(({ name }) => /人脸/.test(name.zh));
  assert.ok(found, `no open class with face checks among ${open.json.map(({ name }) => name.zh).join(', ')}`);
  await post(page, '/api/my/classes', { class: found.class });
  return myClass(page);
}

/** A learner in the class with face checks whose enrolment was confirmed; the camera is watched. Answers page and class. */
export async function readyLearner({ open, studio }, person, { who = 'obama', ...options } = {}) {
  const page = await open(null, options);
  await watchCamera(page.context());
  await register(page, person);
  const mine = await joinFaceClass(page);
  await enrolled(page, studio, who);
  await confirmEnrolment(open, person.name);
  return { page, class: mine };
}

/** Agrees to face checks and enrols through the page's own API: for journeys about something else. */
export async function enrolled(page, studio, who = 'obama') {
  const mine = await api(page, '/api/my/face');
  assert.equal(mine.status, 200);
  await post(page, '/api/my/face', { way: 'face', text: mine.json.text });
  const frames = await studio.frames(SCENES.person(who));
  const shots = [0, 6, 12].map((at) => ({ jpeg: frames[at].toString('base64'), at_ms: 100 * at }));
  await post(page, '/api/my/face/enrolments', { frames: shots, camera: 'camera' });
}

/** A member of staff says that the enrolment of this name is the person on the card. */
export async function confirmEnrolment(open, name) {
  const page = await staffPage(open, STAFF.admin, '/about');
  const waiting = await api(page, '/api/staff/enrolments');
  assert.equal(waiting.status, 200);
  const [enrolment] = waiting.json.filter((one) => one.name === name);
  assert.ok(enrolment, `no enrolment of ${name} waits`);
  await post(page, `/api/staff/enrolments/${enrolment.enrolment}/decision`, { confirmed: true, reason: '' });
  await page.context().close();
}

/** Posts, and fails where the server refuses; answers what it says. */
export async function post(page, path, body) {
  const { status, json } = await api(page, path, { method: 'POST', body });
  assert.ok(status < 300, `POST ${path}: ${status} ${JSON.stringify(json)}`);
  return json;
}

/** Where the learner stands with face checks. */
export async function checksOf(page) {
  const { checks } = await myClass(page);
  assert.ok(checks, 'this class has no face checks');
  return checks;
}

/** Waits for a fact about where the learner stands. */
export async function standing(page, fact, what, within = 60_000) {
  let last;
  await until(async () => fact((last = await checksOf(page))), what, within).catch((error) => {
    error.message += `: ${JSON.stringify(last)}`;
    throw error;
  });
  return last;
}

/** Keeps hold of every camera track that pages of this context are given. Call before the first page is opened. */
export async function watchCamera(context) {
  await context.addInitScript(() => {
    window.cameraTracks = [];
    const { mediaDevices } = navigator;
    const real = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = async (wish) => {
      const stream = await real(wish);
      window.cameraTracks.push(...stream.getTracks());
      return stream;
    };
  });
}

/** How many tracks a page was given so far, and how many of them are live. */
export function cameraTracks(page) {
  return page.evaluate(() => ({
    given: window.cameraTracks.length,
    live: window.cameraTracks.filter(({ readyState }) => readyState === 'live').length,
  }));
}

/** Waits until the camera's light is off; it must have been on `given` times at least. */
export async function cameraGoesOff(page, { given = 1 } = {}) {
  await until(async () => (await cameraTracks(page)).live === 0, 'the camera to go off');
  const tracks = await cameraTracks(page);
  assert.ok(tracks.given >= given, `the camera was on ${tracks.given} times`);
}

/**
 * Puts somebody before the camera who moves otherwise at each try: it begins its clip anew each time it is turned on, and frames that
 * were seen before are what a recording gives. The answer waits until a page has passed its check.
 */
export async function standBefore({ studio, camera }, who = 'obama') {
  const clips = [];
  for (let i = 0; i < TRIES; i += 1) clips.push(await studio.draw(SCENES.person(who)));
  camera.show(clips.pop());
  return async (page) => {
    let seen = 0;
    const passed = async () => {
      const { given } = await cameraTracks(page);
      const next = given > seen && clips.pop();
      seen = given;
      if (next) camera.show(next);
      return page.getByText('核验通过').first().isVisible();
    };
    await until(passed, 'the check to be passed');
  };
}

/** Notes what of the face checks a page fetches: models, worker, screens. */
export function faceRequests(page) {
  const paths = [];
  page.context().on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (/face/.test(pathname) && !pathname.startsWith('/api/')) paths.push(pathname);
  });
  return paths;
}

/** Gives pages of this context `faceReader()`: the worker that the page itself uses, to be asked directly. */
export async function giveFaceReader(context) {
  await context.addInitScript(() => {
    window.faceReader = () => {
      const worker = new Worker('/face-worker.js');
      let id = 0;
      const ask = (parts) =>
        new Promise((done, failed) => {
          id += 1;
          worker.onmessage = ({ data }) => (data.failed ? failed(new Error(data.failed)) : done(data));
          worker.onerror = (event) => failed(new Error(event.message));
          worker.postMessage({ id, ...parts });
        });
      return { ask, end: () => worker.terminate() };
    };
  });
}
