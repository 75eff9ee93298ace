// Builds the verifier: verify.js and verify_bg.wasm, which the app's verify page loads, and verify.html, which holds both and
// the style in one file that needs no server.
//
// trunk runs this after each build (see Trunk.toml); by hand: node frontend/build/verify.mjs [FOLDER]
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const frontend = join(dirname(fileURLToPath(import.meta.url)), '..');
const root = join(frontend, '..');
const { TRUNK_PROFILE, TRUNK_STAGING_DIR } = process.env;
const out = process.argv[2] ?? TRUNK_STAGING_DIR ?? join(frontend, 'dist');
// A debug build is too large for one file; the page that loads it works all the same.
const small = TRUNK_PROFILE !== 'debug';

const run = (program, args) => execFileSync(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
const target = 'wasm32-unknown-unknown';
const profile = small ? 'wasm-release' : 'dev';
const folder = small ? profile : 'debug';
run('cargo', ['build', '-p', 'frontend', '--bin', 'verify', '--target', target, '--profile', profile, '--locked', '--quiet']);
const { target_directory } = JSON.parse(run('cargo', ['metadata', '--format-version=1', '--no-deps', '--offline']));

const work = mkdtempSync(join(tmpdir(), 'verify-html-'));
try {
  run('wasm-bindgen', [
    join(target_directory, target, folder, 'verify.wasm'),
    '--target', 'no-modules', '--no-typescript', '--out-dir', work, '--out-name', 'verify',
  ]);
  const glue = `${readFileSync(join(work, 'verify.js'), 'utf8')}\nglobalThis.zhenxueVerifier = wasm_bindgen;\n`;
  writeFileSync(join(out, 'verify.js'), glue);
  if (!small) {
    copyFileSync(join(work, 'verify_bg.wasm'), join(out, 'verify_bg.wasm'));
    process.exit(0);
  }
  run('wasm-opt', [
    '-Oz', '--enable-bulk-memory', '--enable-nontrapping-float-to-int', '--enable-sign-ext', '--enable-mutable-globals',
    '--enable-reference-types', '--enable-multivalue',
    join(work, 'verify_bg.wasm'), '-o', join(out, 'verify_bg.wasm'),
  ]);
  const wasm = readFileSync(join(out, 'verify_bg.wasm')).toString('base64');
  const style = readFileSync(join(frontend, 'generated/app.css'), 'utf8');
  // In a text of its own, so that `</script` in the glue could never end the element early.
  const code = `${glue}
wasm_bindgen({ module_or_path: Uint8Array.from(atob(document.getElementById('wasm').textContent), (c) => c.charCodeAt(0)) });
`.replaceAll('</script', '<\\/script');
  const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  // The file may run exactly this script and this style, and may fetch nothing at all.
  const policy = `default-src 'none'; script-src ${hash(code)} 'wasm-unsafe-eval'; style-src ${hash(style)}; img-src data:; base-uri 'none'; form-action 'none'`;
  writeFileSync(join(out, 'verify.html'), `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>真学 · 验证学习凭证</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="zhenxue-trust" content="">
<style>${style}</style>
</head>
<body>
<p id="starting" class="starting" role="status">真学 正在打开… <span lang="en">Opening…</span></p>
<script type="text/plain" id="wasm">${wasm}</script>
<script>${code}</script>
</body>
</html>
`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
// Here rather than as a hook of its own: trunk runs the hooks of a stage side by side.
await import('./minify.mjs');
