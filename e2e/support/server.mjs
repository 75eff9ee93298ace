// The real release server as a process: started on a free port with an empty folder and the demo province, killed without
// warning, started again at the same address.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const BINARY = process.env.ZHENXUE_BINARY ?? resolve(import.meta.dirname, '../../target/release/zhenxue');
// The first start makes the database and loads the demo province, which hashes some passwords.
const READY_WITHIN_MS = 120_000;

/** Face checks as the rules have them, but within seconds instead of a quarter of an hour. */
export const CHECKS_SOON = {
  mean_ms: 4_000,
  gap_max_ms: 6_000,
  answer_ms: 60_000,
  retries: 1,
  sign_in: true,
  frames_min: 3,
  frame_gap_ms: 300,
  make_up_permille: 1_000,
  make_up_min: 20,
  make_up_ms: 3_600_000,
};

export class Server {
  #child;

  constructor(port, folder, flags) {
    this.port = port;
    this.origin = `http://127.0.0.1:${port}`;
    this.folder = folder;
    this.flags = flags;
  }

  /** Starts a server and answers once it can take beats. `checks` are the face checks of the demo class, e.g. `CHECKS_SOON`. */
  static async start({ flags = ['--demo'], checks } = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'zhenxue-e2e-'));
    if (checks) {
      const file = join(folder, 'checks.json');
      writeFileSync(file, JSON.stringify(checks));
      flags = [...flags, '--demo-checks', file];
    }
    const server = new Server(await freePort(), folder, flags);
    await server.restart();
    return server;
  }

  /** Starts it (again) at the same address, with the same data. */
  async restart() {
    const log = openSync(this.#logPath, 'a');
    const address = ['--data', join(this.folder, 'data'), '--listen', `127.0.0.1:${this.port}`];
    const env = { ...process.env };
    delete env.DATABASE_URL;
    this.#child = spawn(BINARY, ['serve', ...this.flags, ...address], { stdio: ['ignore', log, log], env });
    const deadline = Date.now() + READY_WITHIN_MS;
    while (Date.now() < deadline) {
      if (this.#ended) throw new Error(`the server ended by itself\n${this.logTail()}`);
      const ready = await fetch(`${this.origin}/api/ready`).then((r) => r.ok, () => false);
      if (ready) return;
      await sleep(50);
    }
    throw new Error(`the server was not ready within ${READY_WITHIN_MS} ms\n${this.logTail()}`);
  }

  /** `kill -9`: nothing in the process gets to say a word. */
  async crash() {
    await this.#end('SIGKILL');
  }

  /** Asks it to stop, and removes what it kept. */
  async stop() {
    await this.#end('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs `zhenxue` with other arguments; never throws for its exit code. */
  async command(...args) {
    const child = spawn(BINARY, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (bytes) => (output += bytes));
    child.stderr.on('data', (bytes) => (output += bytes));
    const [code] = await once(child, 'close');
    return { code, output };
  }

  get log() {
    return readFileSync(this.#logPath, 'utf8');
  }

  logTail() {
    return this.log.split('\n').slice(-30).join('\n');
  }

  get #logPath() {
    return join(this.folder, 'server.log');
  }

  get #ended() {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async #end(signal) {
    if (!this.#child || this.#ended) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill(signal);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 30_000);
    await exit;
    clearTimeout(timer);
  }
}

async function freePort() {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
