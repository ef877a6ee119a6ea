import { Jieba } from '@node-rs/jieba'
import { dict } from '@node-rs/jieba/dict'

let jieba: Jieba | null = null

/**
 * Cuts a text into words: Chinese by dictionary, Latin and digits as they are; single characters and signs are left out.
 * @param text  at most 2,000 characters are read
 * Source: jieba, search mode. The dictionary is loaded at the first call. O(length).
 */
export function tokensOf(text: string): readonly string[] {
  jieba ??= Jieba.withDict(dict)
  return jieba
    .cutForSearch(text.slice(0, 2_000).normalize('NFKC').toLowerCase(), true)
    .filter((token) => token.length >= 2 && /[\p{L}\p{N}]/u.test(token))
}
