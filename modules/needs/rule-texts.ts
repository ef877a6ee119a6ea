import { registerWords } from '@tingzhou/http'
import en from './locales/rules.en.json' with { type: 'json' }
import zhCN from './locales/rules.zh-CN.json' with { type: 'json' }
import screenEn from './web/locales/en.json' with { type: 'json' }
import screenZh from './web/locales/zh-CN.json' with { type: 'json' }

/** States and reasons are called in problems what the screens call them. */
const named = (screen: typeof screenEn): Record<string, string> => ({
  ...keyed('state', screen.state),
  ...keyed('states', screen.state),
  ...keyed('reason', screen.reason),
})

const keyed = (name: string, words: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(words).map(([value, word]) => [`${name}.${value}`, word]))

const words = { 'zh-CN': { ...named(screenZh), ...zhCN }, en: { ...named(screenEn), ...en } }
// Refusals of the loop of an appeal have an area of their own.
for (const area of ['needs', 'appeal']) registerWords(area, words)
