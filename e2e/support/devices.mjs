// A real Chromium, and the devices people come with: a phone, a laptop, in a language, in light or dark.

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'];
export const FLAGS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];

/** How long anything on a screen may take. No journey proves that something is quick; two cores with other work beside are not. */
export const PATIENCE_MS = 60_000;

const PHONE = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
  userAgent:
    'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36',
};
const LAPTOP = { viewport: { width: 1366, height: 768 } };

/** Starts a Chromium; `flags` are added to ours, e.g. those of a `Camera`. */
export async function launch({ flags = [] } = {}) {
  const executablePath = findChromium();
  const asRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath,
    timeout: 2 * PATIENCE_MS,
    chromiumSandbox: !asRoot,
    args: [...FLAGS, ...flags],
    // Playwright keeps hidden tabs at full speed unless told otherwise; people's browsers do not.
    ignoreDefaultArgs: [
      '--disable-background-timer-throttling',
      '--disable-backgrounding-occluded-windows',
      '--disable-renderer-backgrounding',
    ],
  });
}

/** A context of its own: another device, with its own cookies and storage. */
export async function device(browser, { kind = 'phone', locale = 'zh-CN', theme = 'light', ...more } = {}) {
  const shape = kind === 'phone' ? PHONE : LAPTOP;
  const context = await browser.newContext({
    ...shape,
    locale,
    colorScheme: theme,
    timezoneId: 'Asia/Shanghai',
    acceptDownloads: true,
    ...more,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}

/** The browser to test in: `CHROMIUM` or the first known name on PATH. */
export function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const dir of (process.env.PATH ?? '').split(delimiter)) {
    for (const program of PROGRAMS) {
      if (existsSync(join(dir, program))) return join(dir, program);
    }
  }
  throw new Error(`none of ${PROGRAMS.join(', ')} is on PATH: cargo xtask setup installs it`);
}
