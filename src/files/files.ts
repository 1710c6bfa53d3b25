// Files as a browser keeps them: by path, whole, for one page's origin.

export interface Files {
  /** What keeps them, in words. */
  readonly kind: string;

  /** All bytes of a file; undefined if there is none. */
  read(path: string): Promise<Uint8Array<ArrayBuffer> | undefined>;

  /**
   * Replaces a file durably: whatever happens, the path holds either what it held before or all of the chunks. Folders
   * are made where they are missing.
   *
   * @throws UserError when the browser grants no more space
   */
  write(path: string, chunks: readonly Uint8Array[]): Promise<void>;

  /** Names of the files and folders in a folder, sorted; none if there is no such folder. */
  list(folder: string): Promise<string[]>;

  /** Gives a file another name in its folder, at once. */
  rename(path: string, name: string): Promise<void>;

  /** Removes a file, or a folder with all that is in it; does nothing if there is neither. */
  remove(path: string): Promise<void>;
}
