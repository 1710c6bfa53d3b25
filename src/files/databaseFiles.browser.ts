// Files in IndexedDB, for browsers and windows without a private file system: a transaction writes all or nothing.

import { storageError } from './error.ts';
import type { Files } from './files.ts';
import { joined } from './joined.ts';

const DATABASE = 'alchemie';
const STORE = 'files';

/** @throws UserError when the browser keeps nothing at all */
export async function databaseFiles(): Promise<Files> {
  try {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    return new DatabaseFiles(await settled(opening));
  } catch (error) {
    throw storageError(DATABASE, 'opened', error);
  }
}

class DatabaseFiles implements Files {
  readonly kind = 'IndexedDB';
  readonly #database: IDBDatabase;

  constructor(database: IDBDatabase) {
    this.#database = database;
  }

  async read(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#transact(path, 'read', (store) => settled(store.get(path)));
  }

  async write(path: string, chunks: readonly Uint8Array[]): Promise<void> {
    await this.#transact(path, 'written', (store) => settled(store.put(joined(chunks), path)));
  }

  async list(folder: string): Promise<string[]> {
    const keys = await this.#transact(folder, 'read', (store) => settled(store.getAllKeys(within(folder))));
    const names = keys.map(
      (key) =>
        String(key)
          .slice(folder.length + 1)
          .split('/', 1)[0] ?? '',
    );
    return [...new Set(names)].sort();
  }

  async rename(path: string, name: string): Promise<void> {
    await this.#transact(path, 'renamed', async (store) => {
      const bytes = await settled(store.get(path));
      store.put(bytes, path.replace(/[^/]*$/, name));
      await settled(store.delete(path));
    });
  }

  async remove(path: string): Promise<void> {
    await this.#transact(path, 'removed', async (store) => {
      store.delete(path);
      await settled(store.delete(within(path)));
    });
  }

  /** What `use` gives, once all that it did is durable. */
  async #transact<T>(path: string, deed: string, use: (store: IDBObjectStore) => Promise<T>): Promise<T> {
    try {
      const mode = deed === 'read' ? 'readonly' : 'readwrite';
      const transaction = this.#database.transaction(STORE, mode, { durability: 'strict' });
      const done = new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(transaction.error);
      });
      const [result] = await Promise.all([use(transaction.objectStore(STORE)), done]);
      return result;
    } catch (error) {
      throw storageError(path, deed, error);
    }
  }
}

/** All paths below a folder: `0` is the character after the slash. */
function within(folder: string): IDBKeyRange {
  return IDBKeyRange.bound(`${folder}/`, `${folder}0`, false, true);
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
