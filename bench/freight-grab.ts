import { newId } from '@tingzhou/db'
import { grabLoad } from '../modules/freight/load/grab.ts'
import { figure, quantile, type Figure, type Say } from './harness.ts'
import type { FreightZone } from './freight-zone.ts'

const grabs = 5_000
const rounds = 5

/**
 * Five thousand who grab one truckload at the same moment, each for a crew that may be dispatched: who has it, what the others are told,
 * and how long each waits. In the server's own process, at the door that a request comes to when it was read and its sender is known.
 */
export async function grabFigures(name: string, zone: FreightZone, say: Say): Promise<readonly Figure[]> {
  const { deps, crews, db } = zone
  const p99s: number[] = []
  let [winners, others] = [0, 0]
  for (let round = 0; round < rounds; round++) {
    const id = await zone.addLoad(1)
    const times: number[] = []
    const answers = await Promise.all(
      Array.from({ length: grabs }, async (_, i) => {
        const crew = crews[(i + round) % crews.length]
        if (!crew) throw new Error('there are crews')
        const began = performance.now()
        const answer = await grabLoad(deps, crew.boss, {
          commandId: newId(),
          id,
          vehicleId: crew.vehicleId,
          driverId: crew.driverId,
          plan: null,
        })
        times.push(performance.now() - began)
        return answer
      }),
    )
    winners += answers.filter(({ ok }) => ok).length
    others += answers.filter((one) => !one.ok && one.error.kind !== 'load_taken').length
    p99s.push(quantile(times, 0.99))
    say(`${name}: ${grabs} grabs of one truckload, p99 ${quantile(times, 0.99).toFixed(0)} ms`)
    // The crew that has it is free for the next round.
    await db
      .updateTable('freight_waybill')
      .set({ state: 'cancelled' })
      .where('zone_id', '=', zone.zoneId)
      .where('load_id', '=', id)
      .execute()
  }
  return [
    figure(
      `${name}: winners in ${rounds} rounds of ${grabs} grabs of one truckload`,
      winners,
      'winners',
      `>= ${rounds}`,
    ),
    figure(`${name}: winners beyond one a round`, winners - rounds, 'winners', '<= 0'),
    figure(`${name}: grabs told anything but that the load is taken`, others, 'answers', '<= 0'),
    figure(`${name}: p99 of a grab, the worst round`, Math.max(...p99s), 'ms', name === 'PostgreSQL' ? '<= 200' : null),
  ]
}
