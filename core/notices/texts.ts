import { fill } from '@tingzhou/http'
import { assert } from '@tingzhou/kernel'
import type { Lang } from '@tingzhou/parties'

/** Notice texts by key, in which `{name}` stands for a parameter. */
export type NoticeTexts = { readonly [key: string]: string }

const areas = new Map<string, Record<Lang, NoticeTexts>>()

/**
 * Adds a package's notice texts; a notice names them as `area:key`. Each area has one package.
 * @param texts  the objects of `locales/zh-CN.json` and `locales/en.json` under their key `notice`
 */
export function registerNoticeTexts(area: string, texts: Record<Lang, NoticeTexts>): void {
  assert(!areas.has(area), `the notices of ${area} are registered once`)
  areas.set(area, texts)
}

/**
 * The sentence of a notice in a language; the key itself when no package has registered it.
 * Source: own. O(length).
 */
export function noticeText(lang: Lang, titleKey: string, params: Readonly<Record<string, unknown>>): string {
  const [area = '', ...rest] = titleKey.split(':')
  const text = areas.get(area)?.[lang][rest.join(':')]
  return text === undefined ? titleKey : fill(text, params)
}
