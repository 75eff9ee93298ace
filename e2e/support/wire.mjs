// What a page costs over the wire, as Chromium received it: headers and compressed bodies.

/** Starts counting; the answer tells bytes so far, by path. Films are told apart, since people choose to load them. */
export async function meter(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.enable');
  const paths = new Map();
  const bytes = new Map();
  cdp.on('Network.requestWillBeSent', ({ requestId, request }) => paths.set(requestId, new URL(request.url).pathname));
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const path = paths.get(requestId) ?? requestId;
    bytes.set(path, (bytes.get(path) ?? 0) + encodedDataLength);
  });
  return {
    bytes,
    total: () => [...bytes].filter(([path]) => !path.startsWith('/films/')).reduce((sum, [, n]) => sum + n, 0),
    table: () => [...bytes].sort((a, b) => b[1] - a[1]).map(([path, n]) => `${String(n).padStart(9)}  ${path}`).join('\n'),
  };
}
