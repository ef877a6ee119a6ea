import type { Judges } from './audit-rules.ts'

/** What was paid for a waybill, by the settlement that counts. Fen, milliseconds since the epoch. */
export type PaidFacts = {
  /** What had to leave, advances among it. */
  readonly dueFen: number
  readonly doneFen: number
  /** Paid before the settlement and set off against it. */
  readonly setOffFen: number
  readonly signedAt: number | null
  /** Payments of the bank that are not advances. */
  readonly bank: readonly { readonly line: string; readonly doneAt: number; readonly serial: string }[]
  /** Bank serial numbers that stand on another payment too. */
  readonly serialsTwice: readonly string[]
  readonly fuelFen: number
  /** Null: nobody planned it. */
  readonly plannedM: number | null
}

/** Rules that are asked once the waybill is paid. */
export const paidJudges: Judges<'R11' | 'R20', PaidFacts> = {
  // As much as is due, each payment once, none before the signature.
  R11: ({ dueFen, doneFen, setOffFen, signedAt, bank, serialsTwice }) => {
    const early = bank.filter(({ doneAt }) => signedAt === null || doneAt < signedAt)
    const paidFen = doneFen + setOffFen
    return {
      holds: paidFen === dueFen && serialsTwice.length === 0 && early.length === 0,
      evidence: {
        dueFen,
        paidFen,
        signedAt,
        early: early.slice(0, 20).map(({ line, doneAt, serial }) => ({ line, doneAt, serial })),
        serialsTwice: [...serialsTwice],
      },
    }
  },
  // What a fuel card was filled with drives the way, there and back.
  R20: ({ fuelFen, plannedM }, limits) => {
    const { litreFen = 1, fuelMaxLPer100Km = 0, waysPct = 100 } = limits
    if (fuelFen === 0 || plannedM === null || plannedM <= 0) return { holds: null, evidence: { fuelFen, plannedM } }
    const fuelL = Math.round((10 * fuelFen) / litreFen) / 10
    const fuelMaxL = Math.round((10 * plannedM * fuelMaxLPer100Km * waysPct) / 10_000_000) / 10
    return { holds: fuelL <= fuelMaxL, evidence: { fuelFen, litreFen, fuelL, fuelMaxL, plannedM } }
  },
}
