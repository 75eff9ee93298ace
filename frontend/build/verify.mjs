// Builds the verifier: verify.js and verify_bg.wasm, which the app's verify page loads, and verify.html, which holds both and
// the style in one file that needs no server.
//
// By hand: node frontend/build/verify.mjs [FOLDER]
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, frontend, out, small, styled } from './wasm.mjs';

const glue = `${build({
  args: ['-p', 'frontend', '--bin', 'verify'],
  name: 'verify', file: 'verify',
  profile: small ? 'wasm-release' : 'dev',
  optimise: '-Oz',
})}\nglobalThis.zhenxueVerifier = wasm_bindgen;\n`;
writeFileSync(join(out, 'verify.js'), `${styled('report')}${glue}`);

// A debug build is too large for one file; the page that loads it works all the same.
if (small) {
  const wasm = readFileSync(join(out, 'verify_bg.wasm')).toString('base64');
  const style = ['app', 'report'].map((name) => readFileSync(join(frontend, `generated/${name}.css`), 'utf8')).join('');
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
}
