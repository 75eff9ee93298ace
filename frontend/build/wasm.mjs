// How each wasm beside the app is made: cargo, wasm-bindgen, and after release builds wasm-opt; and how it is dressed.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const frontend = join(dirname(fileURLToPath(import.meta.url)), '..');
const root = join(frontend, '..');
const { TRUNK_PROFILE, TRUNK_STAGING_DIR } = process.env;
/** Where the files go. */
export const out = process.argv[2] ?? TRUNK_STAGING_DIR ?? join(frontend, 'dist');
/** A debug build is large, and made fast. */
export const small = TRUNK_PROFILE !== 'debug';

const target = 'wasm32-unknown-unknown';
const features = [
  '--enable-bulk-memory', '--enable-nontrapping-float-to-int', '--enable-sign-ext', '--enable-mutable-globals',
  '--enable-reference-types', '--enable-multivalue',
];
const run = (program, args, env = {}) =>
  execFileSync(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });

/**
 * Builds `name` and writes `<file>_bg.wasm`; gives back the glue that starts it, a classic script whose `wasm_bindgen` it is.
 * `simd` builds with SIMD and into a folder of its own, since other flags would make cargo build everything anew each time.
 */
export function build({ args, name, file, profile, optimise, simd = false }) {
  const { target_directory } = JSON.parse(run('cargo', ['metadata', '--format-version=1', '--no-deps', '--offline']));
  const folder = simd ? join(target_directory, 'simd') : target_directory;
  const flags = [process.env.RUSTFLAGS, '-C target-feature=+simd128'].filter(Boolean).join(' ');
  run('cargo', ['build', ...args, '--target', target, '--profile', profile, '--locked', '--quiet', '--target-dir', folder], simd ? { RUSTFLAGS: flags } : {});
  const made = join(folder, target, profile === 'dev' ? 'debug' : profile, `${name}.wasm`);
  const work = mkdtempSync(join(tmpdir(), 'zhenxue-wasm-'));
  try {
    run('wasm-bindgen', [made, '--target', 'no-modules', '--no-typescript', '--out-dir', work, '--out-name', file]);
    const [from, to] = [join(work, `${file}_bg.wasm`), join(out, `${file}_bg.wasm`)];
    if (small || simd) run('wasm-opt', [optimise, ...features, ...(simd ? ['--enable-simd'] : []), from, '-o', to]);
    else copyFileSync(from, to);
    return readFileSync(join(work, `${file}.js`), 'utf8');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * A classic script that dresses the page in the style sheet `name` of generated/, and holds it, so that one file is asked for and
 * nothing is shown undressed. A browser without constructed style sheets (Safari before 16.4) asks for the file.
 */
export function styled(name) {
  const css = JSON.stringify(readFileSync(join(frontend, `generated/${name}.css`), 'utf8'));
  return `(() => {
try {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(${css});
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
} catch {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = '/${name}.css';
  document.head.append(link);
}
})();
`;
}
