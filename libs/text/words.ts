import list from './data/words.json' with { type: 'json' }

/** What a word after a name makes of it: a machine for it, its packaging, its transport … */
export const serviceKinds = [
  'equipment',
  'line',
  'packaging',
  'transport',
  'storage',
  'test',
  'lease',
  'install',
  'repair',
  'recycling',
  'other',
] as const
export type ServiceKind = (typeof serviceKinds)[number]

type Services = Readonly<Record<ServiceKind, readonly string[]>>

type ServicesBefore = Readonly<Partial<Record<ServiceKind, readonly string[]>>>

/** The word lists of the resolver, in both languages; data/words.json is the default. */
export type Words = {
  readonly zh: {
    readonly services: Services
    readonly links: readonly string[]
    readonly headChars: readonly string[]
    readonly forms: readonly string[]
    readonly actors: readonly string[]
    readonly suppliers: readonly string[]
    readonly seekers: readonly string[]
    readonly recyclingBefore: readonly string[]
    readonly negationBefore: readonly string[]
    readonly serviceBefore: ServicesBefore
    readonly purposeBefore: readonly string[]
    readonly makeBefore: readonly string[]
    readonly makeAfter: readonly string[]
    readonly afterUse: readonly string[]
    readonly stops: readonly string[]
    readonly filler: readonly string[]
    readonly needVerbs: readonly string[]
    readonly useLinks: readonly string[]
    readonly of: string
    readonly gradeAfter: string
    readonly chargeAfter: readonly string[]
    /** 检测合格, 存放在: what is said of the goods, no service. */
    readonly facts: Readonly<Record<'of' | 'ends' | 'places', readonly string[]>>
  }
  readonly en: {
    readonly services: Services
    readonly links: readonly string[]
    readonly forms: readonly string[]
    readonly actors: readonly string[]
    readonly needVerbs: readonly string[]
    readonly recyclingBefore: readonly string[]
    readonly negationBefore: readonly string[]
    readonly containers: readonly string[]
    readonly serviceBefore: ServicesBefore
    readonly purposeBefore: readonly string[]
    readonly seekersFor: readonly string[]
    readonly noPurpose: readonly string[]
    readonly stops: readonly string[]
    readonly filler: readonly string[]
  }
  /** Of these the lower number is the better: 一级 fits 二级以上. */
  readonly ranks: readonly string[]
  readonly grades: readonly string[]
}

export const defaultWords: Words = list
