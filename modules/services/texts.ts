import { fill } from '@tingzhou/http'
import en from './locales/text.en.json' with { type: 'json' }
import zh from './locales/text.zh-CN.json' with { type: 'json' }
import type { Words } from './words.ts'

/** A text of the module in both languages, with values filled in. O(length). */
export const textOf = (key: keyof typeof zh, values: Readonly<Record<string, unknown>> = {}): Words => ({
  zh: fill(zh[key], values),
  en: fill(en[key], values),
})
