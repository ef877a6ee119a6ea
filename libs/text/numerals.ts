import numbers from './data/numbers.json' with { type: 'json' }
import { anyOf } from './normalise.ts'

/** A number in a text, and where it ends; `high` is above `value` in 二三十. */
type ReadNumber = { readonly value: number; readonly high: number; readonly end: number; readonly isWord: boolean }

const digits: Readonly<Record<string, number>> = numbers.digits
const tens: Readonly<Record<string, number>> = numbers.tens
const groups: Readonly<Record<string, number>> = numbers.groups
const latinGroups: Readonly<Record<string, number>> = numbers.latinGroups
const arabic = /\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|\d{1,15}(?:\.\d{1,9})?/y
// 20千瓦 is 20 of a unit that has its thousand in its name.
const han = `${anyOf([...Object.keys(groups), ...Object.keys(tens)])}(?!${anyOf(numbers.prefixed)})`
const latin = `${anyOf(Object.keys(latinGroups))}(?![a-z0-9])`
const slang = `${numbers.slangTenThousand}(?=${anyOf(numbers.slangBefore)})`
const scale = new RegExp(` ?(${han}|${latin}|${slang})`, 'y')
const word = new RegExp(
  `${anyOf([...Object.keys(digits), ...Object.keys(tens), ...Object.keys(groups), numbers.half])}{1,16}`,
  'y',
)
const digitSign = anyOf(Object.keys(digits).filter((letter) => digits[letter] !== 0))
const unitsUp = anyOf([...Object.keys(tens), ...Object.keys(groups)])
// 二三十, 三五百万; 十二三, 一百五六: two digits beside each other where one belongs.
const rough = new RegExp(`^((?:.*${unitsUp})?)(${digitSign})(${digitSign})(${unitsUp}*)$`)

/**
 * The number that begins at a place of a normalised text: 5,000 · 3.5万 · 20 万 · 三百五十 · 两万五 · 二三十 · 1.2亿 · 3 thousand.
 * @returns its value, or null when none begins there
 * Source: own. O(length of the number).
 */
export function readNumber(text: string, at: number): ReadNumber | null {
  arabic.lastIndex = at
  const plain = arabic.exec(text)
  if (plain) return scaled(text, Number(plain[0].replaceAll(',', '')), at + plain[0].length)
  word.lastIndex = at
  const spoken = word.exec(text)
  if (!spoken) return null
  const [low, high] = spokenRange(spoken[0])
  return low === null || high === null ? null : { value: low, high, end: at + spoken[0].length, isWord: true }
}

function scaled(text: string, value: number, end: number): ReadNumber {
  let [product, at] = [value, end]
  for (;;) {
    scale.lastIndex = at
    const found = scale.exec(text)
    const name = found?.[1]
    if (!found || name === undefined) return { value: product, high: product, end: at, isWord: false }
    product *= groups[name] ?? tens[name] ?? latinGroups[name] ?? 10_000
    at += found[0].length
  }
}

function spokenRange(letters: string): readonly [number | null, number | null] {
  const [, before = '', first = '', second = '', after = ''] = rough.exec(letters) ?? []
  if ((digits[first] ?? 0) < (digits[second] ?? 0) && before + after !== '')
    return [spokenValue(before + first + after), spokenValue(before + second + after)]
  const value = spokenValue(letters)
  return [value, value]
}

// 三百五十, 两千零五, 十二万, 一亿两千万; 两万五 is 25,000; 二五 (digits in a row) is read as 25.
function spokenValue(letters: string): number | null {
  let [total, section, digit, isRow, last] = [0, 0, null as number | null, true, 1]
  for (const letter of letters) {
    const one = letter === numbers.half ? 0.5 : digits[letter]
    const ten = tens[letter]
    if (one !== undefined) {
      digit = digit !== null && isRow ? digit * 10 + one : one
      isRow = true
      if (one === 0) last = 1
    } else if (ten !== undefined) {
      section += (digit ?? 1) * ten
      last = ten
      digit = null
      isRow = false
    } else {
      const group = groups[letter] ?? 1
      const sum = section + (digit ?? 0)
      if (sum === 0) return null
      total = group === 1e8 ? (total + sum) * group : total + sum * group
      section = 0
      last = group
      digit = null
      isRow = false
    }
  }
  const place = digit === 0.5 ? last : last > 10 && digit !== null && digit < 10 ? last / 10 : 1
  return total + section + (digit ?? 0) * place
}
