import { readdirSync, readFileSync } from 'node:fs'

type Bundle = { readonly [key: string]: string | Bundle }

/** The texts of a module's screens, as its tests look at them. */
export type ScreenTexts = {
  /** Keys that one language lacks, or that have other values to fill in. */
  readonly unequal: readonly string[]
  /** Keys that the screens name: `t('…')`, `labelKey`, and the beginnings, with their dot, of those that they put together. */
  readonly named: readonly string[]
  /** Those of the keys that have no text; of a beginning, that no key begins so. */
  readonly lacking: (keys: readonly string[]) => readonly string[]
}

/**
 * Reads `locales/` of a module's screens and what its code names.
 * @param folder  of the screens: `new URL('.', import.meta.url)`
 * @throws Error when a file cannot be read. O(size).
 */
export function screenTexts(folder: URL): ScreenTexts {
  const [chinese, english] = (['zh-CN', 'en'] as const).map((language) =>
    flatten(JSON.parse(readFileSync(new URL(`locales/${language}.json`, folder), 'utf8')) as Bundle),
  ) as [Texts, Texts]
  const code = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n')
  const named = [
    ...code.matchAll(
      /\bt\(\s*'([a-zA-Z0-9_.]*[a-zA-Z0-9_])'|\bt\(\s*`([\w.]+\.)\$\{|\b(?:label|words|group)Key: '([^']+)'/g,
    ),
  ]
  const has = (texts: Texts, key: string): boolean =>
    key.endsWith('.') ? [...texts.keys()].some((one) => one.startsWith(key)) : texts.has(key)
  return {
    unequal: [...new Set([...chinese.keys(), ...english.keys()])].filter(
      (key) => holesOf(chinese.get(key)) !== holesOf(english.get(key)),
    ),
    named: named.map(([, told, begun, kept]) => told ?? begun ?? kept ?? ''),
    lacking: (keys) => keys.filter((key) => !has(chinese, key) || !has(english, key)),
  }
}

type Texts = ReadonlyMap<string, string>

const flatten = (bundle: Bundle, prefix = ''): Texts =>
  new Map(
    Object.entries(bundle).flatMap(([key, value]) =>
      typeof value === 'string' ? [[prefix + key, value] as const] : [...flatten(value, `${prefix}${key}.`)],
    ),
  )

/** The values that a text is filled with; undefined when there is no text. */
const holesOf = (text: string | undefined): string | undefined =>
  text === undefined
    ? undefined
    : [...text.matchAll(/\{\{(\w+)\}\}/g)]
        .map(([, name]) => name)
        .toSorted()
        .join(' ')

/** `under('state', ['open'])` is `['state.open']`. Pure. O(names). */
export const under = (prefix: string, names: readonly string[]): string[] => names.map((name) => `${prefix}.${name}`)

// They have a name in the file, but none in the picture.
const notDrawn: ReadonlySet<string> = new Set(['message', 'process', 'error'])

/**
 * The named elements that one sees in a drawing.
 * @returns the key of its process, and their ids. O(size).
 */
export function drawnIn(file: URL): { readonly key: string; readonly ids: readonly string[] } {
  const drawing = readFileSync(file, 'utf8')
  const ids = [...drawing.matchAll(/<(?:\w+:)?(\w+)\b([^>]*)>/g)].flatMap(([, kind = '', attributes = '']) => {
    const id = /\bid="([^"]+)"/.exec(attributes)?.[1]
    return id !== undefined && /\bname="/.test(attributes) && !notDrawn.has(kind) ? [id] : []
  })
  return { key: /<(?:\w+:)?process\b[^>]*\bid="([^"]+)"/.exec(drawing)?.[1] ?? '', ids }
}
