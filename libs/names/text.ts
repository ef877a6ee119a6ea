import { bigrams, jaccard } from './bigrams.ts'

/**
 * Reduces a short text to what is compared: NFKC, small letters, letters and digits only.
 * @param text  a title or a few sentences
 * Source: own. O(length).
 */
export const textKey = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')

/**
 * How alike two short texts are, for proposing duplicates of an appeal.
 * @returns bigram Jaccard in [0, 1]; 1 for texts that differ in spacing, punctuation and case only
 * Source: own. O(length).
 */
export const textSimilarity = (a: string, b: string): number => jaccard(bigrams(textKey(a)), bigrams(textKey(b)))
