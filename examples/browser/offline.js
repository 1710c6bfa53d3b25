// The service worker: keeps the files of one build, so that the page works without a network after the first visit. The build
// fills in its version and its files. That of a newer build waits until no tab shows this one any more.

// One host may have several copies of the page.
const MINE = `alchemie ${registration.scope} `;
const CACHE = `${MINE}${'version'}`;
const FILES = ['files'];

addEventListener('install', (event) => {
  // Not what the browser has kept of an earlier build.
  const requests = FILES.map((file) => new Request(file, { cache: 'reload' }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(requests)));
});

addEventListener('activate', (event) => {
  const removeOld = async () => {
    for (const name of await caches.keys()) if (name.startsWith(MINE) && name !== CACHE) await caches.delete(name);
    await clients.claim();
  };
  event.waitUntil(removeOld());
});

addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(registration.scope)) return;
  const wanted = request.url.replace(/\/index\.html(?=$|[?#])/, '/');
  const answer = async () =>
    (await (await caches.open(CACHE)).match(wanted, { ignoreSearch: true, ignoreVary: true })) ?? fetch(request);
  event.respondWith(answer());
});
