// Writes a .br and a .gz beside every file of the built page that shrinks, once at build time and at full effort, so that the
// server never compresses and a phone on metered data gets the smallest bytes. Usage: node precompress.mjs DIR

import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

// Not html: the server writes the keys that proofs are checked against into each page as it starts.
const SHRINKS = /\.(js|mjs|css|wasm|svg|json|webmanifest|onnx|txt|vtt)$/;

const dir = process.argv[2];
for (const name of readdirSync(dir, { recursive: true })) {
  const path = join(dir, name);
  if (/\.(br|gz)$/.test(name)) rmSync(path);
}
for (const name of readdirSync(dir, { recursive: true })) {
  if (!SHRINKS.test(name)) continue;
  const path = join(dir, name);
  const bytes = readFileSync(path);
  const brotli = brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
  const gzip = gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION });
  if (brotli.length < bytes.length) writeFileSync(`${path}.br`, brotli);
  if (gzip.length < bytes.length) writeFileSync(`${path}.gz`, gzip);
}
