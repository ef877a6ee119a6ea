import { Refused } from './api.ts'
import { answerFiles } from './bank-run.ts'
import type { Watch, Zone } from './build.ts'
import { carryOn } from './carriage.ts'
import { commandIdOf } from './command-id.ts'
import type { BankHabits } from './bank.ts'

type Told = Pick<Watch, 'onRefused'>

const dayMs = 86_400_000
/** Turns until most stages have waybills, first and after the bank; the dice may ask for more until one is due to be paid. */
const turns = { beforeBank: 16, afterBank: 6, max: 60 }
const plainBank: BankHabits = {
  failShare: 0,
  returnShare: 0,
  twiceShare: 0,
  wrongSumShare: 0,
  unknownShare: 0,
  bombShare: 0,
}

/**
 * Lets the first waybills of a new zone be carried at once, so that whoever opens it finds them at every stage: offered, on the way,
 * signed, settled and due, paid and told to the regulator. A zone that has waybills is left as it is.
 * @returns steps that were taken
 */
export async function headStart(zone: Zone, loadId: string, watch: Told): Promise<number> {
  const { rows } = await zone.people.machine.api.freight.waybills.list({ loadId, limit: 1 })
  if (rows.length > 0) return 0
  let taken = await carryFor(zone, loadId, watch, turns.beforeBank)
  try {
    await payFirst(zone, watch)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    watch.onRefused('the first payments', error)
  }
  taken += await carryFor(zone, loadId, watch, turns.afterBank)
  return taken
}

async function carryFor(zone: Zone, loadId: string, watch: Told, times: number): Promise<number> {
  const { payments } = zone.people.machine.api.freight
  let taken = 0
  for (let turn = 0; turn < turns.max; turn++) {
    if (turn >= times && (await payments.list({ state: 'due', limit: 1 })).rows.length > 0) break
    // Whatever waits for its time has it within a day.
    taken += await carryOn(zone, loadId, watch, Date.now() + dayMs)
  }
  return taken
}

/** The first payments: one person prepares them, another approves, the bank books them without delay. */
async function payFirst(zone: Zone, watch: Told): Promise<void> {
  const { options, people } = zone
  const id = (word: string) => commandIdOf(options.seed, 'first batch', word)
  const [first, second] = [await people.get('finance'), await people.get('finance2')]
  const { batches } = first.api.freight
  const batch = await batches.prepare({ commandId: id('prepare') })
  const { rev } = await second.api.freight.batches.approve({ id: batch.id, commandId: id('approve'), rev: 1 })
  await batches.send({ id: batch.id, commandId: id('send'), rev })
  await answerFiles(zone, watch, { after: 0, until: Number.MAX_SAFE_INTEGER }, plainBank)
}
