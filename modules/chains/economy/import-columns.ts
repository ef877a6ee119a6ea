import { err, ok } from '@tingzhou/kernel'
import { dateCell, integerCell, numberCell, oneOfCell, textCell, type ColumnSpec } from '@tingzhou/sheets'
import en from '../locales/en.json' with { type: 'json' }
import zhCN from '../locales/zh-CN.json' with { type: 'json' }
import { modes, positionRoles, type Mode, type PositionRole } from '../words.ts'
import { kmMax, rateFenMax, sourceMax } from './limits.ts'

const [zhWords, enWords] = [zhCN.economy, en.economy]

const column = <T, R extends boolean>(
  key: keyof typeof zhWords.column,
  required: R,
  parse: ColumnSpec<T>['parse'],
) => ({
  headers: [zhWords.column[key], enWords.column[key], key] as [string, string, string],
  required,
  parse,
})

/** Words in both languages, and the words of the API. */
const oneWord = <Word extends string>(words: readonly Word[], zh: Record<Word, string>, named: Record<Word, string>) =>
  oneOfCell<Word>(
    Object.fromEntries(words.flatMap((word) => [zh[word], named[word], word].map((name) => [name, word]))),
  )

const yesOrNo = oneOfCell({
  [zhWords.yes]: true,
  [zhWords.no]: false,
  [enWords.yes]: true,
  [enWords.no]: false,
  true: true,
  false: false,
})

/** So much a year: a number of the product's unit, or words with a unit of their own, which are read when the product is known. */
export type Amount = { readonly number: number } | { readonly text: string }
const volumes = numberCell({ min: 0, max: 1e12 })
const amount: ColumnSpec<Amount>['parse'] = (text) => {
  const number = volumes(text)
  if (number.ok) return ok({ number: number.value })
  if (number.error.rule !== 'number') return number
  return text.length <= 60 ? ok({ text }) : err({ rule: 'max 60' })
}

/** Yuan with at most two decimals, as whole fen. */
const fen: ColumnSpec<number>['parse'] = (text) => {
  const yuan = numberCell({ min: 0, max: 1e10 })(text)
  return yuan.ok ? ok(Math.round(yuan.value * 100)) : yuan
}

const firm = textCell(120)
const year = integerCell({ min: 2000, max: 2200 })

/** The columns of an import of positions. */
export const positionColumns = {
  firm: column('firm', true, firm),
  product: column('product', true, textCell(60)),
  role: column<PositionRole, true>('role', true, oneWord(positionRoles, zhWords.role, enWords.role)),
  year: column('year', true, year),
  capacity: column('capacity', true, amount),
  output: column('output', true, amount),
  isQualified: column('isQualified', false, yesOrNo),
  evidence: column('evidence', false, textCell(300)),
  asOf: column('asOf', true, dateCell),
}

/** The columns of an import of links. */
export const linkColumns = {
  seller: column('seller', true, firm),
  buyer: column('buyer', true, firm),
  product: column('product', true, textCell(60)),
  year: column('year', true, year),
  volume: column('volume', true, amount),
  price: column('price', true, fen),
  distanceKm: column('distanceKm', false, numberCell({ min: 0, max: kmMax })),
  mode: column<Mode, false>('mode', false, oneWord(modes, zhWords.mode, enWords.mode)),
  rate: column('rate', false, numberCell({ min: 0, max: rateFenMax / 100 })),
  isContract: column('isContract', false, yesOrNo),
  source: column('source', false, textCell(sourceMax)),
  asOf: column('asOf', true, dateCell),
}
