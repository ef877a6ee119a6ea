/**
 * Somebody else's words as they are kept: on one line, without control characters.
 * @returns at most 500 characters
 * Source: own. O(length), of which at most 4,000 are looked at.
 */
export const keptWords = (text: string): string =>
  [
    ...text
      .slice(0, 4_000)
      .replaceAll(/\p{C}+/gu, ' ')
      .trim(),
  ]
    .slice(0, 500)
    .join('')
