import { frontHeavy } from './bigrams.ts'
import { createNameIndex, type NameIndex } from './name-index.ts'
import { nameCore } from './name-core.ts'

/** An invented name; `trueId` is the enterprise a variant writes differently, null for one not in the register. */
export type NamedParty = { readonly trueId: string | null; readonly name: string }

/** Invented names to measure on: a register, and names to look up in it. */
export type NameSample = {
  readonly places: readonly string[]
  readonly registered: readonly { readonly id: string; readonly name: string }[]
  readonly asked: readonly NamedParty[]
}

/** Recall = variants whose enterprise is suggested / variants; precision = look-ups whose best is right / look-ups with a suggestion. */
export type NameMeasure = {
  readonly registered: number
  readonly variants: number
  readonly strangers: number
  readonly recall: number
  readonly precision: number
  readonly sharedCoreShare: number
}

type Random = (below: number) => number

const places = [
  '新疆',
  '昌吉',
  '昌吉市',
  '阜康',
  '呼图壁',
  '玛纳斯',
  '奇台',
  '吉木萨尔',
  '木垒',
  '准东',
  '五家渠',
  '庭州',
]
const firstSyllables = [...'恒瑞盛鑫泰博锦宏远卓越康隆裕昊晟嘉禾源润丰茂达通顺诚信和谐天山雪莲金银']
const secondSyllables = [...'安祥达源兴旺发盛荣华泰成业利贞辉煌宇峰岭川海洋林森木禾田原野穗实果']
const trades =
  '科技 商贸 物流 农业科技 新材料 建材 新能源 机械制造 食品 生物科技 纺织 环保科技' +
  ' 化工 畜牧 种业 装备制造 包装 电力设备 番茄制品 面粉 葡萄酒 运输 建筑安装 信息技术'
const tradeList = trades.split(' ')
const forms = ['有限公司', '有限责任公司', '股份有限公司', '集团有限公司', '农民专业合作社']

/**
 * Invents a register and names to look up, the same for the same seed.
 * @param seed        any integer
 * @param registered  enterprises in the register
 * @param variants    other spellings of registered names
 * @param strangers   names that are not in the register
 * Source: own. O(sum).
 */
export function makeNameSample(seed: number, registered = 2_360, variants = 1_500, strangers = 500): NameSample {
  const random = seeded(seed)
  const register = Array.from({ length: registered }, (_, i) => ({ id: `e${i}`, name: inventName(random) }))
  const asked = Array.from({ length: variants }, () => {
    const own = register[random(register.length)]
    return { trueId: own?.id ?? null, name: vary(own?.name ?? '', random) }
  })
  const known = new Set(register.map(({ name }) => nameCore(name, places)))
  const unknown: NamedParty[] = []
  while (unknown.length < strangers) {
    const name = inventName(random)
    if (!known.has(nameCore(name, places))) unknown.push({ trueId: null, name })
  }
  return { places, registered: register, asked: [...asked, ...unknown] }
}

/** An index of the sample's register. */
export function indexSample(sample: NameSample): NameIndex {
  const index = createNameIndex(frontHeavy)
  for (const { id, name } of sample.registered) index.add(id, nameCore(name, sample.places))
  return index
}

/**
 * Looks every asked name up and counts.
 * @param threshold  least likeness of a suggestion
 * Source: own. O(asked look-ups).
 */
export function measureNames(sample: NameSample, threshold = 0.7): NameMeasure {
  const index = indexSample(sample)
  const answers = sample.asked.map(({ trueId, name }) => {
    const suggestions = index.lookup(nameCore(name, sample.places), { threshold })
    return { trueId, suggested: suggestions.length > 0, right: suggestions.some(({ id }) => id === trueId) }
  })
  const variants = answers.filter(({ trueId }) => trueId !== null)
  const suggested = answers.filter((answer) => answer.suggested)
  const cores = new Map<string, number>()
  for (const { name } of sample.registered) {
    const core = nameCore(name, sample.places)
    cores.set(core, (cores.get(core) ?? 0) + 1)
  }
  const shared = [...cores.values()].filter((count) => count > 1).reduce((sum, count) => sum + count, 0)
  return {
    registered: sample.registered.length,
    variants: variants.length,
    strangers: answers.length - variants.length,
    recall: share(variants.filter(({ right }) => right).length, variants.length),
    precision: share(suggested.filter(({ right }) => right).length, suggested.length),
    sharedCoreShare: share(shared, sample.registered.length),
  }
}

function inventName(random: Random): string {
  const pick = (list: readonly string[]) => list[random(list.length)] ?? ''
  const brand = pick(firstSyllables) + pick(secondSyllables) + (random(3) === 0 ? pick(secondSyllables) : '')
  return pick(places) + brand + pick(tradeList) + pick(forms)
}

// What people do to names: another place or form, brackets round the place, the trade cut short, one character wrong or missing.
function vary(name: string, random: Random): string {
  const kind = random(7)
  if (kind === 0) return name.replace(/(股份)?有限(责任)?公司$/, '公司')
  if (kind === 1) return name.replace(/(股份|集团)?有限(责任)?公司$/, '（集团）股份有限公司')
  if (kind === 2) return movePlace(name)
  if (kind === 3) return `${places[random(places.length)] ?? ''}${stripPlace(name)}`
  if (kind === 4) return name.replace(/(科技|制造|设备|制品)/, '')
  if (kind === 5) return ` ${name.replace('有限公司', ' 有限公司').normalize('NFD')} 阜康分公司`
  const at = 2 + random(Math.max(1, name.length - 6))
  return name.slice(0, at) + (firstSyllables[random(firstSyllables.length)] ?? '') + name.slice(at + 1)
}

const stripPlace = (name: string): string => name.replace(new RegExp(`^(${places.join('|')})市?`), '')

function movePlace(name: string): string {
  const rest = stripPlace(name)
  const place = name.slice(0, name.length - rest.length)
  return `${rest.slice(0, 2)}（${place}）${rest.slice(2)}`
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

// mulberry32: the same numbers for the same seed on every machine. Source: Tommy Ettinger (2017), public domain.
function seeded(seed: number): Random {
  let state = seed | 0
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
