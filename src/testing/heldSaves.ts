// Scripts for workers of a browser: they hold a save for ever where it is most delicate, and say so on a channel.

const CHANNEL = 'held';

/** After everything before it has happened, and nothing after it. */
const HOLD = `
  const hold = () => {
    new BroadcastChannel('${CHANNEL}').postMessage('');
    for (;;);
  };`;

/** Counts checkpoints: of all files only they are written in several pieces. */
const COUNT = `
  const { write, flush } = FileSystemSyncAccessHandle.prototype;
  let [checkpoints, before] = [0, 0];
  const count = ({ at }) => {
    if (at > 0 && before === 0) checkpoints++;
    before = at;
    return checkpoints;
  };`;

/** By what was being done. */
export const heldSaves = {
  'a part of the second checkpoint is written': `{ ${HOLD} ${COUNT}
    FileSystemSyncAccessHandle.prototype.write = function (piece, options) {
      if (count(options) < 2) return write.call(this, piece, options);
      write.call(this, piece.subarray(0, piece.length >> 1), options);
      hold();
    };
  }`,
  'the second checkpoint is written, and not yet in its place': `{ ${HOLD} ${COUNT}
    FileSystemSyncAccessHandle.prototype.write = function (piece, options) {
      count(options);
      return write.call(this, piece, options);
    };
    FileSystemSyncAccessHandle.prototype.flush = function () {
      flush.call(this);
      if (checkpoints === 2) hold();
    };
  }`,
  'the second checkpoint has just come to its place': `{ ${HOLD}
    const { move } = FileSystemFileHandle.prototype;
    FileSystemFileHandle.prototype.move = async function (name) {
      await move.call(this, name);
      if (name.startsWith('checkpoint-2.')) hold();
    };
  }`,
  'the third checkpoint is there, and the first not yet gone': `{ ${HOLD}
    const { removeEntry } = FileSystemDirectoryHandle.prototype;
    FileSystemDirectoryHandle.prototype.removeEntry = function (name, options) {
      if (name.startsWith('checkpoint-1.')) hold();
      return removeEntry.call(this, name, options);
    };
  }`,
  'the second checkpoint is put into a database': `{ ${HOLD}
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (value, key) {
      const request = put.call(this, value, key);
      if (key.includes('/checkpoint-2.')) hold();
      return request;
    };
  }`,
} as const;

/** As if the browser had no private file system, so that there is a database. */
export const withoutPrivateFiles =
  'navigator.storage.getDirectory = () => Promise.reject(new DOMException("", "SecurityError"));';

/** Resolves in a page when a save is held. */
export const whenHeld = `new Promise((resolve) => {
  new BroadcastChannel('${CHANNEL}').onmessage = () => resolve(true);
})`;
