// Packs the style sheets, the player's controls and the charts into frontend/generated, before trunk builds the page.
import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from 'sass';

const frontend = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = ['chrome94', 'edge94', 'firefox93', 'safari15.4'];

// media-chrome writes its styles as inline <style> elements, which a page under `style-src 'self'` may not have. Here they
// become constructed style sheets: `fill` takes the styles out of the markup, adopts them, and leaves a <template> in their
// place whose `sheet` is what media-chrome's own rule functions look for.
const filled = /this\.shadowRoot\.setHTMLUnsafe \? this\.shadowRoot\.setHTMLUnsafe\(html\) : this\.shadowRoot\.innerHTML = html;/g;
const filledPlainly = /this\.shadowRoot\.innerHTML = (this\.constructor\.getTemplateHTML\(attrs\));/g;
const lookup = /querySelectorAll\("style:not\(\[media\]\)"\)/g;
let n_filled = 0;
let n_lookups = 0;

// Where media-chrome says something to assistive technology that axe rightly refuses.
const mends = [
  // It is checked or not, so it is a switch: a button cannot be checked.
  ['media-captions-button.js', 'this.setAttribute("role", "button");', 'this.setAttribute("role", "switch");'],
  // Its name must hold the text that it shows.
  ['media-playback-rate-button.js', 't("Playback rate {playbackRate}", { playbackRate })', 't("Playback rate {playbackRate}", { playbackRate: `${playbackRate}x` })'],
];
let n_mended = 0;
const noInlineStyle = {
  name: 'no-inline-style',
  setup({ onLoad }) {
    onLoad({ filter: /media-chrome[\\/]dist[\\/].*\.js$/ }, async ({ path }) => {
      let contents = await readFile(path, 'utf8');
      const before = contents;
      contents = contents
        .replace(filled, () => (n_filled++, '__fill(this.shadowRoot, html);'))
        .replace(filledPlainly, (_, html) => (n_filled++, `__fill(this.shadowRoot, ${html});`))
        .replace(lookup, () => (n_lookups++, 'querySelectorAll("template.sheet")'));
      if (contents.includes('shadowRoot.innerHTML =') || contents.includes('style:not([media])')) {
        throw new Error(`${path} fills its shadow root in a way that assets.mjs does not know`);
      }
      for (const [file, wrong, right] of mends) {
        if (path.endsWith(file) && contents.includes(wrong)) {
          contents = contents.replace(wrong, right);
          n_mended += 1;
        }
      }
      if (contents !== before && contents.includes('__fill(')) {
        contents = `import { fill as __fill } from ${JSON.stringify(join(frontend, 'player/fill.js'))};\n${contents}`;
      }
      return { contents, loader: 'js' };
    });
  },
};

await build({
  entryPoints: [join(frontend, 'player/player.js')],
  outfile: join(frontend, 'generated/player.js'),
  bundle: true, minify: true, format: 'esm', target, legalComments: 'none', logLevel: 'warning',
  plugins: [noInlineStyle],
});
if (n_filled < 5 || n_lookups < 2 || n_mended !== mends.length) {
  throw new Error(`media-chrome has changed: ${n_filled} fills, ${n_lookups} look-ups and ${n_mended} mends, at least 5, 2 and ${mends.length} were expected`);
}

// Chartist gives two of its elements a style attribute, which such a page may not have either; the style sheet says the same.
let n_styles = 0;
const noStyleAttribute = {
  name: 'no-style-attribute',
  setup({ onLoad }) {
    onLoad({ filter: /chartist[\\/]dist[\\/].*\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8'))
        .replace(/\.attr\(\{\s*(?:\/\/[^\n]*\s*)*style: "width: "\.concat\(width, "; height: "\)\.concat\(height, ";"\)\s*\}\)/, () => (n_styles++, ''))
        .replace(/style: "overflow: visible;",/, () => (n_styles++, '')),
      loader: 'js',
    }));
  },
};

await build({
  entryPoints: [join(frontend, 'charts/charts.js')],
  outfile: join(frontend, 'generated/charts.js'),
  bundle: true, minify: true, format: 'esm', target, legalComments: 'none', logLevel: 'warning',
  plugins: [noStyleAttribute],
});
if (n_styles !== 2) {
  throw new Error(`chartist has changed: ${n_styles} style attributes, 2 were expected`);
}

// Pico dresses everything with role="button" or role="group", which media-chrome's controls and our groups also carry. Here it
// dresses only what is called a button or a group.
const pico = {
  name: 'pico',
  setup({ onLoad }) {
    onLoad({ filter: /pico\.scss$/ }, ({ path }) => ({
      contents: compile(path, { loadPaths: [join(frontend, '../node_modules')], quietDeps: true })
        .css.replaceAll('[role=button]', '.button')
        .replaceAll('[role=group]', '.group'),
      loader: 'css',
    }));
  },
};

// One for every page, and beside it what the verifier and the annex bring along themselves.
for (const name of ['app', 'report', 'annex']) {
  await build({
    entryPoints: [join(frontend, `style/${name}.css`)],
    plugins: [pico],
    outfile: join(frontend, `generated/${name}.css`),
    bundle: true, minify: true, target, legalComments: 'none', logLevel: 'warning',
  });
}
