// Minifies the glue that wasm-bindgen writes, after a release build. trunk's own minifier would also rewrite index.html, in
// which the server looks for one exact line to write the trusted keys into.
import { transform } from 'esbuild';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const { TRUNK_PROFILE, TRUNK_STAGING_DIR } = process.env;
if (TRUNK_PROFILE === 'debug' || !TRUNK_STAGING_DIR) process.exit(0);
for (const name of await readdir(TRUNK_STAGING_DIR)) {
  // Player and charts are minified already.
  if (!name.endsWith('.js') || name === 'player.js' || name === 'charts.js') continue;
  const path = join(TRUNK_STAGING_DIR, name);
  const { code } = await transform(await readFile(path, 'utf8'), {
    minifyWhitespace: true,
    minifySyntax: true,
    // Names at the top of verify.js are how others call it.
    minifyIdentifiers: name !== 'verify.js',
  });
  await writeFile(path, code);
}
