import type { Shown } from './device-page.tsx'

// A page of the table of points: as many cost one look every two seconds.
export const pointsPerPage = 50

/**
 * How often a device is asked for anew: the more points it has, the more seldom, so that a look at it costs the server 25 points a
 * second at most; where an order is under way, its end is not waited for. Pure. O(commands).
 * @param pollMs  how often one with few points is
 * @returns milliseconds
 */
export function pollEvery(shown: Pick<Shown, 'points' | 'commands'> | undefined, pollMs: number): number {
  if (!shown || shown.commands.some(isUnderWay)) return pollMs
  return pollMs * Math.max(1, Math.ceil(shown.points.length / pointsPerPage))
}

const isUnderWay = ({ state }: Pick<Shown['commands'][number], 'state'>): boolean =>
  state === 'proposed' || state === 'queued' || state === 'sent'
