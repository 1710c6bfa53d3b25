// SHA-256 that is there at once: that of browsers is a promise, and only where a page is secure.

import { sha256 as algorithm } from '@noble/hashes/sha2.js';
import type { Sha256 } from './checkpoint.ts';

export const sha256: Sha256 = (chunks) => {
  const hash = algorithm.create();
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest();
};
