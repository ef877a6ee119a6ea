/** What a fleet did, since it began. */
export const countNames = [
  'connects',
  'connectErrors',
  'disconnects',
  'registrations',
  'refused',
  'admissions',
  'reports',
  'reportsAnswered',
  'reportsReplayed',
  'reportsLost',
  'framesSent',
  'framesResent',
  'framesBroken',
  'framesUnreadable',
  'ordersHeard',
  'picturesSent',
  'picturesGivenUp',
] as const
export type CountName = (typeof countNames)[number]
export type Counts = Readonly<Record<CountName, number>>

/** Counts of things that happen in many terminals. */
export type Tally = { readonly add: (name: CountName, by?: number) => void; readonly read: () => Counts }

export function createTally(): Tally {
  const counts = Object.fromEntries(countNames.map((name) => [name, 0])) as Record<CountName, number>
  return {
    add: (name, by = 1) => void (counts[name] += by),
    read: () => ({ ...counts }),
  }
}
