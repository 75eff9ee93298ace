// Face checks in a browser that cannot run the reader of frames: wasm without SIMD, as on processors and systems of ten years ago.
// The page looks at nothing, the server judges alone, and the learner loses nothing.

import { strict as assert } from 'node:assert';
import { SCENES } from '../support/camera.mjs';
import {
  cameraGoesOff,
  confirmEnrolment,
  faceRequests,
  joinFaceClass,
  standBefore,
  standing,
  watchCamera,
} from '../support/faces.mjs';
import { openFilm, pause, play, register, watchFor } from '../support/learner.mjs';
import { newPerson } from '../support/people.mjs';
import { CHECKS_SOON } from '../support/server.mjs';
import { stage } from '../support/stage.mjs';

const CHECKS = { ...CHECKS_SOON, mean_ms: 1_500, gap_max_ms: 3_000, answer_ms: 40_000, sign_in: false };
// V8 offers SIMD in wasm only where the processor has SSE 4.1.
const { journey } = stage({ checks: CHECKS, camera: true, chromium: ['--js-flags=--no-enable-sse4-1'] });
const CHECK_WITHIN = { timeout: 60_000 };
// One instruction on a vector, in a function that is never called.
const SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];

journey('without SIMD the server judges alone: shots and a check go through, and the film plays', async ({ open, studio, camera }) => {
  const person = newPerson('何平');
  const page = await open(null);
  await watchCamera(page.context());
  const fetched = faceRequests(page);
  await register(page, person);
  assert.equal(await page.evaluate((bytes) => WebAssembly.validate(new Uint8Array(bytes)), SIMD), false, 'this browser has SIMD');
  await joinFaceClass(page);

  camera.show(await studio.draw(SCENES.facing('obama')));
  await page.goto('/face');
  await page.getByRole('button', { name: '同意并使用人脸核验' }).click();
  await page.getByRole('button', { name: '打开摄像头，开始采集' }).click();
  await page.getByText('这台设备不能在本机检查照片').waitFor(CHECK_WITHIN);
  await page.getByText('已采集，等老师核对身份证').waitFor(CHECK_WITHIN);
  await cameraGoesOff(page);
  await confirmEnrolment(open, person.name);

  const passed = await standBefore({ studio, camera });
  await openFilm(page);
  await play(page);
  await watchFor(page, 4_000);
  await pause(page);
  await page.getByText('这台设备不能在本机检查画面，由服务器来判断').first().waitFor(CHECK_WITHIN);
  await passed(page);
  await cameraGoesOff(page);
  const { confirmed_ms } = await standing(page, ({ passed }) => passed === 1, 'the check to be passed');
  assert.ok(confirmed_ms > 0, 'what was studied counts');
  assert.deepEqual(fetched.filter((path) => path.endsWith('.onnx')), [], 'models came that nothing here can run');
});
