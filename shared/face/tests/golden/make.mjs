// Asks the original library (@vladmandic/face-api, its own tfjs, CPU) what it sees in our pictures and writes original.json.
// Run from the root of the repository after `npm ci`; needed only when the pinned package or the set of pictures changes:
//   cargo build --release -p face --example decode && node shared/face/tests/golden/make.mjs
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const packageFolder = 'node_modules/@vladmandic/face-api';
const decode = process.env.FACE_DECODE ?? 'target/release/examples/decode';
const pictures = [
  ...['biden-1', 'collins-1', 'obama-1', 'obama-2', 'obama-3'].map((name) => `shared/face/tests/people/${name}.jpg`),
  ...[1, 2, 3, 4, 5, 6].map((n) => `${packageFolder}/demo/sample${n}.jpg`),
];
// The package's browser bundle holds its own tfjs; enough of a page for it to start. Pictures are handed over as tensors, so
// nothing here ever draws.
globalThis.window = globalThis;
globalThis.document = { createElement: () => ({ getContext: () => null }), body: {} };
for (const name of ['HTMLImageElement', 'HTMLCanvasElement', 'HTMLVideoElement', 'ImageData', 'CanvasRenderingContext2D']) {
  globalThis[name] ??= class {};
}
const faceapi = await import(`${process.cwd()}/${packageFolder}/dist/face-api.esm.js`);
const { tf } = faceapi;
await tf.setBackend('cpu');
await tf.ready();

// The browser bundle reads its weights by fetch; give it the files.
globalThis.fetch = async (url) => {
  const bytes = readFileSync(url);
  return { ok: true, status: 200, json: async () => JSON.parse(bytes), arrayBuffer: async () => new Uint8Array(bytes).buffer };
};
faceapi.env.monkeyPatch({ fetch: globalThis.fetch });
for (const net of ['tinyFaceDetector', 'faceLandmark68TinyNet', 'faceRecognitionNet']) {
  await faceapi.nets[net].loadFromUri(`${packageFolder}/model`);
}

const digits = (value) => Number(value.toPrecision(7));
const box = ({ x, y, width, height }) => [x, y, width, height].map(digits);
const result = [];
for (const picture of pictures) {
  const raw = execFileSync(decode, [picture], { maxBuffer: 1 << 28 });
  const end = raw.indexOf(10);
  const [width, height] = raw.subarray(0, end).toString().split(' ').map(Number);
  const rgb = raw.subarray(end + 1);
  const tensor = tf.tensor3d(new Uint8Array(rgb), [height, width, 3], 'int32');
  const options = new faceapi.TinyFaceDetectorOptions({ inputSize: 416, scoreThreshold: 0.5 });
  const found = await faceapi.detectAllFaces(tensor, options).withFaceLandmarks(true).withFaceDescriptors();
  tensor.dispose();
  result.push({
    picture,
    rgb_sha256: createHash('sha256').update(rgb).digest('hex'),
    faces: found.map(({ detection, landmarks, descriptor }) => ({
      score: digits(detection.score),
      box: box(detection.box),
      points: landmarks.positions.flatMap(({ x, y }) => [digits(x), digits(y)]),
      aligned: box(landmarks.align(null, { useDlibAlignment: true })),
      descriptor: [...descriptor].map(digits),
    })),
  });
  console.log(picture, width, height, found.length);
}
const about = 'What @vladmandic/face-api 1.7.15 itself sees; made by make.mjs';
writeFileSync('shared/face/tests/golden/original.json', `${JSON.stringify({ about, pictures: result })}\n`);
