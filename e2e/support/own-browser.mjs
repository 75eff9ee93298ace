// A browser as a person has it: Playwright elsewhere pretends that every page is in view and has the keyboard, which is just what
// a hidden tab is about. Here Chromium runs by itself, and we attach without any such pretence.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { FLAGS, PATIENCE_MS, findChromium } from './devices.mjs';

const STARTED_WITHIN_MS = 2 * PATIENCE_MS;

/**
 * Starts a Chromium of its own; `page` is its first tab, `close()` ends it. With a `camera`, it looks through that one and asks
 * nobody; `deny` refuses the camera as a person would.
 */
export async function ownBrowser({ lang = 'zh-CN', width = 1366, height = 768, camera, deny = false } = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'zhenxue-chromium-'));
  const flags = [
    '--headless',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--mute-audio',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
    `--window-size=${width},${height}`,
    `--lang=${lang}`,
    `--accept-lang=${lang}`,
    ...(camera?.flags ?? []),
    ...(camera || deny ? [`--use-fake-ui-for-media-stream${deny ? '=deny' : ''}`] : []),
    'about:blank',
  ];
  const child = spawn(findChromium(), [...FLAGS, ...flags], { stdio: 'ignore' });
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${await port(profile)}`, { noDefaults: true });
  const [context] = browser.contexts();
  context.setDefaultTimeout(PATIENCE_MS);
  const page = context.pages()[0] ?? (await context.newPage());
  await page.bringToFront();
  const close = async () => {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
    const cdp = await browser.newBrowserCDPSession();
    // It answers by being gone.
    await cdp.send('Browser.close').catch(() => {});
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(timer);
    // Its helpers may write for a moment longer.
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  return { context, page, close };
}

/** Puts another tab in front of the page; the answer brings the page back. */
export async function hide(page) {
  const other = await page.context().newPage();
  await other.bringToFront();
  await page.waitForFunction(() => document.visibilityState === 'hidden', undefined, { polling: 100 });
  return async () => {
    await page.bringToFront();
    await other.close();
    await page.waitForFunction(() => document.visibilityState === 'visible', undefined, { polling: 100 });
  };
}

async function port(profile) {
  const deadline = Date.now() + STARTED_WITHIN_MS;
  while (Date.now() < deadline) {
    try {
      const [line] = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n');
      if (line) return line;
    } catch {
      // Not written yet.
    }
    await sleep(50);
  }
  throw new Error('Chromium did not open its debugging port');
}
