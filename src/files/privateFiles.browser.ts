// The origin's private file system, as workers see it. A file is written beside its place, flushed, and moved there.
// Source: WHATWG, File System Standard, https://fs.spec.whatwg.org.

import { storageError } from './error.ts';
import type { Files } from './files.ts';

/** What unfinished files begin with. */
const TEMPORARY = '.tmp-';

/** Part of the standard's drafts and of all engines, but not of TypeScript's types. */
interface Movable {
  move(name: string): Promise<void>;
}

function isMovable(handle: object): handle is Movable {
  return 'move' in handle && typeof handle.move === 'function';
}

/** Undefined where the browser has none: in private windows of some, in pages that are not secure, outside of workers. */
export async function privateFiles(): Promise<Files | undefined> {
  const handles = globalThis.FileSystemFileHandle?.prototype;
  if (!handles || !isMovable(handles) || !('createSyncAccessHandle' in handles)) return undefined;
  try {
    return new PrivateFiles(await navigator.storage.getDirectory());
  } catch {
    return undefined;
  }
}

class PrivateFiles implements Files {
  readonly kind = 'private file system';
  readonly #root: FileSystemDirectoryHandle;

  constructor(root: FileSystemDirectoryHandle) {
    this.#root = root;
  }

  async read(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const { folder, name } = split(path);
    const file = await orNone(path, 'read', async () => {
      const directory = await this.#folder(folder);
      return (await directory.getFileHandle(name)).getFile();
    });
    return file && new Uint8Array(await file.arrayBuffer());
  }

  async write(path: string, chunks: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
    const { folder, name } = split(path);
    const temporary = TEMPORARY + crypto.randomUUID();
    let directory: FileSystemDirectoryHandle | undefined;
    try {
      directory = await this.#folder(folder, true);
      const handle = await directory.getFileHandle(temporary, { create: true });
      await fill(handle, chunks);
      await move(handle, name);
    } catch (error) {
      await directory?.removeEntry(temporary).catch(() => {});
      throw storageError(path, 'written', error);
    }
  }

  async list(folder: string): Promise<string[]> {
    const names = await orNone(folder, 'read', async () => {
      const found: string[] = [];
      for await (const name of (await this.#folder(folder)).keys()) found.push(name);
      return found.sort();
    });
    return names ?? [];
  }

  async rename(path: string, name: string): Promise<void> {
    const { folder, name: old } = split(path);
    try {
      await move(await (await this.#folder(folder)).getFileHandle(old), name);
    } catch (error) {
      throw storageError(path, 'renamed', error);
    }
  }

  async remove(path: string): Promise<void> {
    const { folder, name } = split(path);
    await orNone(path, 'removed', async () => (await this.#folder(folder)).removeEntry(name, { recursive: true }));
  }

  async #folder(path: string, create = false): Promise<FileSystemDirectoryHandle> {
    let directory = this.#root;
    for (const name of path.split('/').filter(Boolean)) {
      directory = await directory.getDirectoryHandle(name, { create });
    }
    return directory;
  }
}

async function fill(handle: FileSystemFileHandle, chunks: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
  const file = await handle.createSyncAccessHandle();
  try {
    let at = 0;
    for (const chunk of chunks) at += file.write(chunk, { at });
    file.flush();
    const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
    if (file.getSize() !== bytes) throw new DOMException(`${file.getSize()} of ${bytes} bytes`, 'QuotaExceededError');
  } finally {
    file.close();
  }
}

async function move(handle: FileSystemFileHandle, name: string): Promise<void> {
  if (!isMovable(handle)) throw new Error('the browser cannot move files');
  await handle.move(name);
}

function split(path: string): { folder: string; name: string } {
  const at = path.lastIndexOf('/');
  return { folder: path.slice(0, Math.max(0, at)), name: path.slice(at + 1) };
}

/** Undefined if there is no such file or folder. */
async function orNone<T>(path: string, deed: string, get: () => Promise<T>): Promise<T | undefined> {
  try {
    return await get();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return undefined;
    throw storageError(path, deed, error);
  }
}
