import { readFormula, type Compute } from './formula-text.ts'
import type { Computed, Point } from './point.ts'
import { countsFrom, fromSteps, quality, toSteps, type Quality } from './sample.ts'

/** What the inputs of a formula said last: each is held until it says something else, or for as long as it may be. */
export type Hold = {
  /** Milliseconds since the epoch; −∞ where nothing is known. */
  readonly at: Float64Array
  readonly values: Float64Array
  readonly qualities: Uint8Array
}

/** Makes room for what inputs said. O(inputs). */
export const newHold = (inputs: number): Hold => ({
  at: new Float64Array(inputs).fill(-Infinity),
  values: new Float64Array(inputs),
  qualities: new Uint8Array(inputs),
})

/** What a formula gives at a time. */
export type FormulaResult = { readonly at: number; readonly steps: number; readonly quality: Quality }

/** A point that is computed, ready to be computed. */
export type ComputedPoint = {
  readonly id: number
  readonly computed: Computed
  readonly compute: Compute
  readonly hold: Hold
  /** Up to which time it was computed; −∞: not yet, and nothing is held. */
  until: number
  /** When it was first heard of here, milliseconds since the epoch. */
  primedAt: number
  /** Bits of the inputs that nothing was heard of here yet; what they said is known from before. */
  unheard: number
  /** What it gave last. */
  last: FormulaResult | null
  /** 1 for what asks measured points only, else one more than the highest of those it asks. */
  level: number
  /** The time for which it is on its way to be computed. */
  dueAt: number
}

/** An input of a formula. */
export type Use = { readonly of: ComputedPoint; readonly index: number }

/** The formulas of the zone by the points that they ask. */
export type FormulaBook = {
  /** Takes a point that is new, or says something else now. O(inputs) */
  readonly take: (point: Point) => void
  readonly isEmpty: () => boolean
  /** The formulas that ask a point; undefined: none. O(1) */
  readonly usersOf: (point: number) => readonly Use[] | undefined
  readonly find: (point: number) => ComputedPoint | undefined
  /** The highest level there is. O(inputs) after a change, else O(1). */
  readonly levels: () => number
  /** How long an input is held. O(1) */
  readonly holdMs: (point: number) => number
  /** What a formula gives at a time by what is held; null: no reading. O(text) */
  readonly resultAt: (of: ComputedPoint, hold: Hold, at: number) => FormulaResult | null
  /**
   * Whether a reading takes back what was computed, so that it is as if there had been none. Nothing else that is computed is bad.
   * O(1)
   */
  readonly isTakenBack: (point: number, q: Quality) => boolean
  /** Lets an input say something. O(1) */
  readonly say: (of: ComputedPoint, hold: Hold, index: number, at: number, steps: number, q: Quality) => void
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/**
 * How long a value stands for its point: as long as the point says, else three of its periods, else an hour; a day at most.
 * Pure. O(1).
 */
export function holdMsOf({ staleAfterS, sampleMs }: Pick<Point, 'staleAfterS' | 'sampleMs'>): number {
  if (staleAfterS !== null) return Math.min(staleAfterS * 1_000, dayMs)
  return sampleMs === null ? hourMs : Math.min(3 * sampleMs, dayMs)
}

/**
 * Makes the book of formulas.
 * @param find  the points of the zone
 * Memory: a few hundred bytes a formula. One text is read once, however many points have it.
 */
export function createFormulaBook(find: (point: number) => Point | undefined): FormulaBook {
  const byId = new Map<number, ComputedPoint>()
  const users: (Use[] | undefined)[] = []
  const texts = new Map<string, Compute | null>()
  let levels: number | null = 0

  const computeOf = ({ formula }: Computed): Compute | null => {
    const text = JSON.stringify([formula.expression, formula.inputs.map(({ name }) => name)])
    const known = texts.get(text)
    if (known !== undefined) return known
    const read = readFormula(formula)
    const compute = read.ok ? read.value : null
    texts.set(text, compute)
    return compute
  }
  const drop = (point: ComputedPoint): void => {
    byId.delete(point.id)
    for (const input of new Set(point.computed.inputs)) {
      const left = users[input]?.filter(({ of }) => of !== point) ?? []
      users[input] = left.length === 0 ? undefined : left
    }
    levels = null
  }
  const add = (id: number, computed: Computed, compute: Compute): void => {
    const { inputs } = computed
    const point: ComputedPoint = {
      id,
      computed,
      compute,
      hold: newHold(inputs.length),
      until: -Infinity,
      primedAt: 0,
      unheard: (1 << inputs.length) - 1,
      last: null,
      level: 1,
      dueAt: Number.NaN,
    }
    byId.set(id, point)
    for (const [index, input] of inputs.entries()) (users[input] ??= []).push({ of: point, index })
    levels = null
  }
  const countLevels = (): number => {
    for (const point of byId.values()) point.level = 0
    let highest = 0
    const levelOf = (point: ComputedPoint): number => {
      if (point.level > 0) return point.level
      // While the plant is read anew two points may for a moment stand on one another.
      point.level = 1
      let level = 1
      for (const input of point.computed.inputs) {
        const below = byId.get(input)
        if (below) level = Math.max(level, levelOf(below) + 1)
      }
      highest = Math.max(highest, level)
      return (point.level = level)
    }
    for (const point of byId.values()) levelOf(point)
    return highest
  }
  const holdMs = (point: number): number => holdMsOf(find(point) ?? unknown)
  const isSame = (a: Computed, b: Computed): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

  return {
    take: ({ id, computed }) => {
      const before = byId.get(id)
      if (!before && !computed) return
      if (before && computed && isSame(before.computed, computed)) return
      if (before) drop(before)
      const compute = computed && computeOf(computed)
      if (computed && compute) add(id, computed, compute)
    },
    isEmpty: () => byId.size === 0,
    usersOf: (point) => users[point],
    find: (point) => byId.get(point),
    levels: () => (levels ??= countLevels()),
    holdMs,
    isTakenBack: (point, q) => !countsFrom(q) && byId.has(point),
    resultAt: ({ id, computed: { inputs }, compute }, { at, values, qualities }, time) => {
      let worst: Quality = quality.good
      for (let index = 0; index < inputs.length; index++) {
        const saidAt = at[index] as number
        // What is written here was a quality.
        const q = qualities[index] as Quality
        if (!countsFrom(q) || time - saidAt > holdMs(inputs[index] as number)) return null
        if (q > worst) worst = q
      }
      const value = compute(values)
      const resolution = find(id)?.resolution
      if (value === null || !resolution) return null
      const steps = toSteps(value, resolution)
      return steps === null ? null : { at: time, steps, quality: worst }
    },
    say: ({ computed: { inputs } }, hold, index, at, steps, q) => {
      const resolution = find(inputs[index] as number)?.resolution
      hold.at[index] = at
      hold.qualities[index] = resolution ? q : quality.bad
      hold.values[index] = resolution ? fromSteps(steps, resolution) : 0
    },
  }
}

const unknown = { staleAfterS: null, sampleMs: null }
