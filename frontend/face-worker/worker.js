// Runs the face reader off the page's thread. Below the glue of face_worker_bg.wasm in face-worker.js.
//
// {id, start: {url, sha256}} → {id, models}; {id, jpeg, enrolment} → {id, seen}; anything that fails → {id, failed}.
const SHELF = 'zhenxue-face-models';
let reader;

// Kept by hash: a model that is there already is never fetched again.
const bytesOf = async (shelf, path, sha256) => {
  const key = `${path}?sha256=${sha256}`;
  const kept = await shelf?.match(key);
  if (kept) return new Uint8Array(await kept.arrayBuffer());
  const answer = await fetch(key, { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  // A full disk costs the next load, not this one.
  await shelf?.put(key, answer.clone()).catch(() => {});
  return new Uint8Array(await answer.arrayBuffer());
};

const start = async ({ url, sha256 }) => {
  const shelf = await self.caches?.open(SHELF).catch(() => undefined);
  try {
    // The program first: a browser that cannot run it is spared four megabytes of models.
    await wasm_bindgen({ module_or_path: '/face_worker_bg.wasm' });
    const manifest = await bytesOf(shelf, url, sha256);
    const { detector, landmarks, recogniser } = JSON.parse(new TextDecoder().decode(manifest));
    const folder = url.slice(0, url.lastIndexOf('/') + 1);
    const models = [detector, landmarks, recogniser].map(({ model }) => model);
    const files = await Promise.all(models.map(({ file, sha256: hash }) => bytesOf(shelf, folder + file, hash)));
    reader = new wasm_bindgen.FaceReader(manifest, ...files);
    const wanted = [sha256, ...models.map((model) => model.sha256)];
    for (const request of (await shelf?.keys()) ?? []) {
      if (!wanted.some((hash) => request.url.endsWith(hash))) await shelf.delete(request);
    }
    return reader.models();
  } catch (error) {
    // What was kept may be what is wrong.
    await self.caches?.delete(SHELF).catch(() => {});
    throw error;
  }
};

self.onmessage = async ({ data: { id, start: models, jpeg, enrolment } }) => {
  try {
    if (models) self.postMessage({ id, models: await start(models) });
    else self.postMessage({ id, seen: reader.read(jpeg, enrolment) });
  } catch (error) {
    self.postMessage({ id, failed: String(error) });
  }
};
