// Texts of foreign origin on a terminal: nothing in them may move the cursor, change colours, or hide what is written.

// All but line feeds and tabs: control characters, those that are invisible or turn the direction of writing, lone
// surrogates, and separators that are lines to some and not to others.
const UNPRINTABLE = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The text with whatever is no printable character as `\\u001b`; of JSON text that is JSON of the same value. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) =>
    Array.from({ length: character.length }, (_, i) => {
      const code = character.charCodeAt(i).toString(16);
      return `\\u${code.padStart(4, '0')}`;
    }).join(''),
  );
}
