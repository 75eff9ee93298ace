// Builds the screens beside the app (annex.js, annex_bg.wasm) and the reader of camera frames that runs in a worker (face-worker.js,
// face_worker_bg.wasm). The app loads the first when somebody comes to such a screen, the screens the second when a camera opens.
//
// By hand: node frontend/build/annex.mjs [FOLDER]
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build, frontend, out, small, styled } from './wasm.mjs';

const screens = build({
  args: ['-p', 'frontend', '--bin', 'annex'],
  name: 'annex', file: 'annex',
  profile: small ? 'wasm-release' : 'dev',
  optimise: '-Oz',
});
// In a function, because the verifier's glue uses the same name at the top of its script.
writeFileSync(join(out, 'annex.js'), `${styled('annex')}globalThis.zhenxueAnnex = (() => {\n${screens}\nreturn wasm_bindgen;\n})();\n`);

// Always the fast build: without optimisation one frame takes seconds.
const reader = build({
  args: ['-p', 'face-worker'],
  name: 'face_worker', file: 'face_worker',
  profile: 'face-worker',
  optimise: '-O3',
  simd: true,
});
writeFileSync(join(out, 'face-worker.js'), `${reader}\n${readFileSync(join(frontend, 'face-worker/worker.js'), 'utf8')}`);

for (const name of ['annex_bg.wasm', 'face_worker_bg.wasm']) {
  const path = join(out, name);
  console.log(`${name}: ${statSync(path).size} bytes, ${brotliCompressSync(readFileSync(path)).length} with brotli`);
}
