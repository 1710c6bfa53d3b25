// A page's side of inWorker.browser.ts. A worker whose last argument is 'stays' lives for as long as the page.

export function callWorker(name: string, ...args: readonly unknown[]): Promise<unknown> {
  return new Promise<unknown>((resolve, reject) => {
    const worker = new Worker(new URL('./inWorker.browser.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data: { isReady, value, error } }) => {
      if (isReady) return worker.postMessage({ name, args });
      if (args.at(-1) !== 'stays') worker.terminate();
      if (error) reject(new Error(error));
      else resolve(value);
    });
    worker.addEventListener('error', ({ message }) => reject(new Error(message ?? 'the worker could not be loaded')));
  });
}
