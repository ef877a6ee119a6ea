import { err, ok, type Result } from '@tingzhou/kernel'
import { dateCell, numberCell, textCell, type CellRefusal } from '@tingzhou/sheets'
import { columnWords } from './column-words.ts'
import words from './data/sheet-words.json' with { type: 'json' }
import { EnterpriseStatus, Ownership, Size } from './enterprise-contract.ts'
import type { IndustryIndex } from './industry.ts'

/** What readers of cells must know of the zone. */
export type SheetScene = {
  readonly industries: IndustryIndex
  /** Area id by code and by name, lower case. */
  readonly areas: ReadonlyMap<string, string>
  /** The year of the zone's today. */
  readonly thisYear: number
}

type Read<T> = (text: string) => Result<T, CellRefusal>

const { column, ...about } = columnWords(words.columns)
export const { fields: sheetFields, headOf, exampleOf, fieldOf } = about
export type SheetField = keyof typeof words.columns

/** The columns of an enterprise register. Heads, choices and examples are data: data/sheet-words.json. */
export const sheetColumns = (scene: SheetScene) => ({
  uscc: column('uscc', textCell(40)),
  name: { ...column('name', textCell(120)), required: true as const },
  aliases: column('aliases', listCell(20, 120)),
  areaId: column('areaId', areaCell(scene)),
  address: column('address', textCell(300)),
  industry: column('industry', industryCell(scene)),
  otherIndustries: column('otherIndustries', industriesCell(scene)),
  size: column('size', choiceCell('size', Size.options)),
  aboveScaleYears: column('aboveScaleYears', yearsCell(scene)),
  ownership: column('ownership', choiceCell('ownership', Ownership.options)),
  status: column('status', choiceCell('status', EnterpriseStatus.options)),
  founded: column('founded', dateCell),
  tags: column('tags', listCell(30, 30)),
  chains: column('chains', listCell(20, 40)),
  contactName: column('contactName', textCell(60)),
  contactRole: column('contactRole', textCell(60)),
  phone: column('phone', textCell(40)),
  email: column('email', textCell(120)),
  lon: column('lon', numberCell({ min: -180, max: 180 })),
  lat: column('lat', numberCell({ min: -90, max: 90 })),
  source: column('source', textCell(200)),
  asOf: column('asOf', dateCell),
})

const listCell =
  (itemsMax: number, itemMax: number): Read<string[]> =>
  (text) => {
    const items = splitList(text)
    if (items.length > itemsMax) return err({ rule: `items ${itemsMax}` })
    return items.every((item) => item.length <= itemMax) ? ok(items) : err({ rule: `max ${itemMax}` })
  }

const splitList = (text: string): string[] =>
  text
    .split(/[,，、;；|\n]+/)
    .map((item) => item.trim())
    .filter(Boolean)

function choiceCell<const Key extends string>(group: 'size' | 'ownership' | 'status', keys: readonly Key[]): Read<Key> {
  const meanings: Readonly<Record<string, readonly string[]>> = words[group]
  const byWord = new Map(keys.flatMap((key) => [key, ...(meanings[key] ?? [])].map((word) => [word, key])))
  return (text) => {
    const key = byWord.get(withoutEnding(text.normalize('NFKC').toLowerCase()))
    // The texts list the choices in the reader's language.
    return key === undefined ? err({ rule: `one_of_${group}` }) : ok(key)
  }
}

// A large enterprise is simply large.
function withoutEnding(text: string): string {
  const ending = words.wordEndings.find((ending) => text.endsWith(ending) && text.length > ending.length)
  return ending === undefined ? text : text.slice(0, -ending.length)
}

const areaCell =
  ({ areas }: SheetScene): Read<string> =>
  (text) => {
    const id = areas.get(text.toLowerCase())
    return id === undefined ? err({ rule: 'unknown_area' }) : ok(id)
  }

const industryCell =
  ({ industries }: SheetScene): Read<string> =>
  (text) => {
    const code = industries.resolve(text)
    return code === null ? err({ rule: 'unknown_industry' }) : ok(code)
  }

const industriesCell =
  ({ industries }: SheetScene): Read<string[]> =>
  (text) => {
    const codes = splitList(text).map((item) => industries.resolve(item))
    const known = codes.filter((code) => code !== null)
    return known.length === codes.length ? ok(known) : err({ rule: 'unknown_industry' })
  }

// A year or a span of years; between and behind the digits may stand a character such as that for "to" and for "year".
const yearSpan = /^(\d{4})\p{Script=Han}?(?:\s*[-–—~\p{Script=Han}]\s*(\d{4})\p{Script=Han}?)?$/u
const firstYear = 1949

/** Reads years and spans of years: `2021, 2023-2025`. */
const yearsCell =
  ({ thisYear }: SheetScene): Read<number[]> =>
  (text) => {
    const spans = splitList(text).map((item) => yearSpan.exec(item))
    if (spans.length === 0 || spans.includes(null)) return err({ rule: 'year' })
    const ends = spans.map((span) => [Number(span?.[1]), Number(span?.[2] ?? span?.[1])] as const)
    // A company may already be listed for the year that comes.
    if (ends.some(([from, to]) => from < firstYear || to < from || to > thisYear + 1))
      return err({ rule: `years ${firstYear}-${thisYear + 1}` })
    return ok(ends.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i)))
  }
