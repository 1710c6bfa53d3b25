// Names as numbers, for the streams of random numbers.

/** 32-bit hash of a stream's name (FNV-1a over UTF-16 code units). */
export function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
