// What stands before the camera: clips drawn at test time from pictures, for the camera that Chromium plays from a file. It opens
// the file each time a camera is turned on, so that another clip can be put in its place between two checks.

import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PEOPLE = resolve(import.meta.dirname, '../../shared/face/tests/people');
/** Chromium plays JPEGs at this rate, whatever they show. */
const PLAYED_BY_S = 30;
/** A new picture this often; each is played several times. */
const DRAWN_BY_S = 10;
/** Straight, to the own left, straight, to the own right, straight: whatever is asked is there to be seen within seconds. */
const TURNS = [
  { seconds: 2, turn: 0 },
  { seconds: 1.6, turn: 1 },
  { seconds: 1, turn: 0 },
  { seconds: 1.6, turn: -1 },
  { seconds: 0.8, turn: 0 },
];

// Where the face is in each picture: its middle, half its width and half its height, in pixels of the 640 × 480 frame; and how far
// it can be turned so that a face is still found in it. The real nets read yaw ratios of 1.1 and -0.8 off the first one, 0.7 and
// -0.7 off the third (`cargo run --release -p face --example read` says it of a clip); 0.6 is asked for.
const FACES = {
  obama: { file: 'obama-1.jpg', x: 331, y: 262, rx: 125, ry: 165, far: 0.34 },
  biden: { file: 'biden-1.jpg', x: 345, y: 225, rx: 105, ry: 150, far: 0.2 },
  collins: { file: 'collins-1.jpg', x: 322, y: 158, rx: 66, ry: 92, far: 0.28 },
};

/** What can stand before a camera; `who` is one of the people above. */
export const SCENES = {
  /** Somebody who moves a little and turns the head to both sides. */
  person: (who) => ({ faces: [FACES[who]], steps: TURNS }),
  /** Somebody who looks straight ahead. */
  facing: (who) => ({ faces: [FACES[who]], steps: [{ seconds: 6, turn: 0 }] }),
  /** Somebody, and a second person who comes into the picture behind them. */
  withSecond: (who, second) => ({ faces: [FACES[who]], behind: FACES[second], steps: TURNS }),
  /** A photo held still: the same frame for ever. */
  photo: (who) => ({ faces: [FACES[who]], steps: [{ seconds: 1, turn: 0 }], still: true }),
  /** An empty room. */
  nobody: () => ({ faces: [], steps: [{ seconds: 4, turn: 0 }] }),
  /** A camera whose shutter is closed. */
  black: () => ({ faces: [], steps: [{ seconds: 2, turn: 0 }], black: true }),
};

/** A camera made of a file. `show(clip)` takes effect when it is turned on the next time. */
export class Camera {
  #folder = mkdtempSync(join(tmpdir(), 'zhenxue-camera-'));
  #n = 0;

  get file() {
    return join(this.#folder, 'camera.mjpeg');
  }

  /** Flags for the Chromium that looks through it. */
  get flags() {
    return ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${this.file}`];
  }

  /** Puts a clip before it. The file is exchanged, never rewritten: the browser may be reading the old one. */
  show(clip) {
    this.#n += 1;
    const next = join(this.#folder, `${this.#n}.mjpeg`);
    writeFileSync(next, clip);
    renameSync(next, this.file);
  }

  /** Removes what it kept. */
  remove() {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A page that draws clips. Two of the same scene are never the same film, as two visits of a person are not. */
export class Studio {
  #page;
  #seed = 20261125;

  static async open(browser) {
    const studio = new Studio();
    studio.#page = await browser.newPage();
    await studio.#page.evaluate(furnish);
    return studio;
  }

  /** The clip of a scene, as a camera file. */
  async draw(scene) {
    const played = (frame) => Array.from({ length: PLAYED_BY_S / DRAWN_BY_S }, () => frame);
    return Buffer.concat((await this.frames(scene)).flatMap(played));
  }

  /** The frames of a scene as JPEGs, a tenth of a second apart; the first two seconds look straight ahead. */
  async frames(scene) {
    this.#seed += 1;
    const files = [...scene.faces, ...(scene.behind ? [scene.behind] : [])].map(({ file }) => file);
    const pictures = Object.fromEntries(files.map((file) => [file, dataUrl(join(PEOPLE, file))]));
    const order = { scene, pictures, by_s: DRAWN_BY_S, seed: this.#seed };
    const frames = await this.#page.evaluate((order) => window.draw(order), order);
    return frames.map((frame) => Buffer.from(frame, 'base64'));
  }

  async close() {
    await this.#page.close();
  }
}

function dataUrl(path) {
  return `data:image/jpeg;base64,${readFileSync(path).toString('base64')}`;
}

/** Runs in the page and gives it `draw`: the frames of a scene as JPEGs in base64. */
function furnish() {
  const [WIDTH, HEIGHT] = [640, 480];
  const STEPS = 3;
  const canvas = (width = WIDTH, height = HEIGHT) => Object.assign(document.createElement('canvas'), { width, height });

  const load = async (url) => {
    const image = new Image();
    image.src = url;
    await image.decode();
    return image;
  };

  /** The picture with the head turned: what stands out, the nose most of all, moves sideways, as it does on a real head. */
  const turned = (from, { x: cx, y: cy, rx, ry }, by) => {
    const to = new ImageData(new Uint8ClampedArray(from.data), WIDTH, HEIGHT);
    const depth = (u, v) => Math.max(0, 1 - u * u - v * v) + 0.4 * Math.exp(-((u / 0.3) ** 2) - ((v - 0.12) / 0.3) ** 2);
    for (let y = Math.max(0, Math.floor(cy - 1.1 * ry)); y < Math.min(HEIGHT, cy + 1.1 * ry); y += 1) {
      const v = (y - cy) / ry;
      for (let x = Math.max(0, Math.floor(cx - 1.6 * rx)); x < Math.min(WIDTH, cx + 1.6 * rx); x += 1) {
        const u = (x - cx) / rx;
        let source = u;
        for (let i = 0; i < 6; i += 1) source = u - by * depth(source, v);
        const exact = Math.min(WIDTH - 1.001, Math.max(0, cx + source * rx));
        const left = Math.floor(exact);
        const share = exact - left;
        const [a, b] = [4 * (y * WIDTH + left), 4 * (y * WIDTH + left + 1)];
        const at = 4 * (y * WIDTH + x);
        for (let c = 0; c < 3; c += 1) to.data[at + c] = from.data[a + c] * (1 - share) + from.data[b + c] * share;
      }
    }
    const result = canvas();
    result.getContext('2d').putImageData(to, 0, 0);
    return result;
  };

  const made = new Map();
  /** All positions of a head, from the own right to the own left; made once. */
  const headsOf = async (face, picture) => {
    if (!made.has(face.file)) {
      const still = canvas().getContext('2d');
      still.drawImage(await load(picture), 0, 0);
      const pixels = still.getImageData(0, 0, WIDTH, HEIGHT);
      const steps = Array.from({ length: 2 * STEPS + 1 }, (_, i) => i - STEPS);
      made.set(face.file, new Map(steps.map((step) => [step, turned(pixels, face, (face.far * step) / STEPS)])));
    }
    return made.get(face.file);
  };

  const room = (context) => {
    const wall = context.createLinearGradient(0, 0, WIDTH, HEIGHT);
    wall.addColorStop(0, '#c9c2b4');
    wall.addColorStop(1, '#6f6a5f');
    for (const [colour, ...place] of [
      [wall, 0, 0, WIDTH, HEIGHT],
      ['#4a5a6a', 60, 60, 170, 220],
      ['#7a5230', 0, 380, WIDTH, 100],
    ]) {
      context.fillStyle = colour;
      context.fillRect(...place);
    }
  };

  /** A smaller person at the left edge. */
  const second = (context, image, { x, y, rx, ry }) => {
    const scale = 0.56;
    const [left, top] = [110, 290];
    context.save();
    context.beginPath();
    context.ellipse(left, top, rx * scale * 1.5, ry * scale * 1.5, 0, 0, 2 * Math.PI);
    context.clip();
    context.drawImage(image, left - x * scale, top - y * scale, WIDTH * scale, HEIGHT * scale);
    context.restore();
  };

  const base64 = async (picture) => {
    const blob = await new Promise((done) => picture.toBlob(done, 'image/jpeg', 0.85));
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let text = '';
    for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return btoa(text);
  };

  window.draw = async ({ scene, pictures, by_s, seed }) => {
    // Made-up numbers that are the same in each run.
    let state = seed;
    const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
    const noise = canvas(WIDTH + 64, HEIGHT + 64);
    const grain = new ImageData(noise.width, noise.height);
    for (let i = 0; i < grain.data.length; i += 4) {
      grain.data.fill(random() * 255, i, i + 3);
      grain.data[i + 3] = 255;
    }
    noise.getContext('2d').putImageData(grain, 0, 0);
    const [face] = scene.faces;
    const heads = face && (await headsOf(face, pictures[face.file]));
    const other = scene.behind && (await load(pictures[scene.behind.file]));

    const out = canvas();
    const context = out.getContext('2d');
    // Nobody sits in the same place twice, and nobody sits still.
    const between = (from, to) => from + (to - from) * random();
    const today = scene.still
      ? { dx: 0, dy: 0, scale: 1, turn: 0, light: 1 }
      : { dx: between(-16, 16), dy: between(-8, 8), scale: between(0.94, 1.04), turn: between(-0.05, 0.05), light: between(0.9, 1.08) };
    // Beside them, another room each time: what the server takes for a picture of before is not to be found here by chance.
    const things = Array.from({ length: 12 }, (_, i) => ({
      place: [i % 2 ? between(525, 600) : between(-40, 30), between(0, 440), between(60, 110), between(40, 160)],
      shade: `rgba(${Math.floor(between(0, 255))}, ${Math.floor(between(0, 255))}, ${Math.floor(between(0, 255))}, 0.8)`,
    }));
    const frames = [];
    let angle = 0;
    for (const { seconds, turn } of scene.steps) {
      for (let i = 0; i < seconds * by_s; i += 1) {
        angle += Math.sign(turn * STEPS - angle);
        const move = scene.still ? 0 : 1;
        const [dx, dy] = [today.dx + move * between(-4, 4), today.dy + move * between(-3, 3)];
        const light = today.light + move * between(-0.03, 0.03);
        room(context);
        context.save();
        context.translate(WIDTH / 2 + dx, HEIGHT / 2 + dy);
        context.rotate(today.turn + move * between(-0.01, 0.01));
        // A little larger than the frame, so that moving it shows no edge.
        const scale = 1.08 * today.scale;
        context.scale(scale, scale);
        context.translate(-WIDTH / 2, -HEIGHT / 2);
        if (face) context.drawImage(heads.get(angle), 0, 0);
        context.restore();
        if (!scene.still) {
          for (const { place, shade } of things) {
            context.fillStyle = shade;
            context.fillRect(...place);
          }
        }
        if (other) second(context, other, scene.behind);
        // Light as a veil over all: the canvas's own filter takes a second a frame where there is no graphics card.
        context.fillStyle = scene.black ? '#000' : light < 1 ? `rgba(0, 0, 0, ${1 - light})` : `rgba(255, 255, 255, ${light - 1})`;
        context.fillRect(0, 0, WIDTH, HEIGHT);
        if (!scene.still && !scene.black) {
          context.globalAlpha = 0.04;
          context.drawImage(noise, -Math.floor(64 * random()), -Math.floor(64 * random()));
          context.globalAlpha = 1;
        }
        frames.push(await base64(out));
      }
    }
    return frames;
  };
}
