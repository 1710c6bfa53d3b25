// The service worker: keeps the files of one build, so that the page works without a network after the first visit. The build
// fills in its version and its files.

const CACHE = `alchemie ${'version'}`;
const FILES = ['files'];

addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(FILES))
      .then(() => skipWaiting()),
  );
});

addEventListener('activate', (event) => {
  const removeOld = async () => {
    for (const name of await caches.keys())
      if (name.startsWith('alchemie ') && name !== CACHE) await caches.delete(name);
    await clients.claim();
  };
  event.waitUntil(removeOld());
});

addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(registration.scope)) return;
  const answer = async () =>
    (await (await caches.open(CACHE)).match(request, { ignoreSearch: true })) ?? fetch(request);
  event.respondWith(answer());
});
