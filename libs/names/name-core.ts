// Legal forms and what register offices append to them, longest first so that 股份有限公司 goes before 有限公司.
const legalForms = [
  '农民专业合作社联合社',
  '特殊的普通合伙',
  '个人独资企业',
  '农民专业合作社',
  '特殊普通合伙',
  '股份有限公司',
  '有限责任公司',
  '有限合伙企业',
  '普通合伙企业',
  '个体工商户',
  '专业合作社',
  '合伙企业',
  '个人独资',
  '有限合伙',
  '普通合伙',
  '股份公司',
  '责任公司',
  '有限公司',
  '集团公司',
  '总公司',
  '分公司',
  '子公司',
  '合作社',
  '经营部',
  '公司',
  '集团',
  '股份',
  '总厂',
  '分厂',
  '控股',
]
const latinForms = /\b(company|corporation|incorporated|limited|group|corp|inc|ltd|llc|plc|gmbh|co)\b\.?/g
// What may stand after a place without saying more than the place: 昌吉 = 昌吉市 = 昌吉回族自治州.
const placeEndings = '(?:回族自治州|维吾尔自治区|自治区|自治州|自治县|地区|省|市|县|州)?'

/**
 * Reduces an enterprise name to the part that tells it from others, for comparing: NFKC, small letters, brackets, spaces and
 * punctuation removed, then place names wherever they stand, then the legal forms at the end.
 * @param name        as registered or typed
 * @param placeNames  places of the region, with or without 市/县/州; the caller's data
 * @returns the core; the places stay when nothing else would be left (新疆有限公司 → 新疆), the form too when it is all there is
 * Source: own. O(length · forms + places).
 */
export function nameCore(name: string, placeNames: readonly string[]): string {
  const plain = name.normalize('NFKC').toLowerCase()
  const letters = lettersOf(plain.replace(latinForms, ' ')) || lettersOf(plain)
  const placeless = letters.replace(placePattern(placeNames), '')
  return removeForms(placeless) || removeForms(letters) || letters
}

const lettersOf = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '')

// A branch carries two forms (某某有限公司城南分公司), so the inner one goes as well as the last.
function removeForms(letters: string): string {
  const withoutInner = letters.replace(/股份有限公司|有限责任公司|有限公司/g, '')
  const form = legalForms.find((form) => withoutInner.endsWith(form))
  return form ? removeForms(withoutInner.slice(0, -form.length)) : withoutInner
}

let lastPlaces: readonly string[] = []
let lastPattern = /(?!)/g

// The list of places is the same for a whole import; its pattern is kept.
function placePattern(placeNames: readonly string[]): RegExp {
  if (placeNames === lastPlaces) return lastPattern
  const names = placeNames.map((place) => lettersOf(place.normalize('NFKC').toLowerCase())).filter(Boolean)
  const longestFirst = names.toSorted((a, b) => b.length - a.length)
  lastPattern = longestFirst.length > 0 ? new RegExp(`(?:${longestFirst.join('|')})${placeEndings}`, 'g') : /(?!)/g
  lastPlaces = placeNames
  return lastPattern
}
