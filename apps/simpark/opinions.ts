import { Refused, type Api } from './api.ts'
import type { Watch, Zone } from './build.ts'
import { commandIdOf } from './command-id.ts'
import data from './data/opinions.json' with { type: 'json' }

type Freight = Api['freight']
type Opining = Pick<Zone, 'options' | 'people' | 'firms'>

const signed = ['signed', 'audited', 'settled', 'paid', 'reported'] as const

/**
 * Lets the first firm and the first carrier say what they think of the first trips, and complain once, so that ratings and a
 * complaint in progress are there to be looked at. A zone that has a complaint is left as it is.
 * @returns ratings that were given
 */
export async function sayOpinions(
  { options, people, firms }: Opining,
  watch: Pick<Watch, 'onRefused'>,
): Promise<number> {
  await people.refresh()
  const { freight } = people.machine.api
  const username = firms[0]?.username
  if (username === undefined || !people.has(username) || !people.has('carrier1')) return 0
  if ((await freight.complaints.list({ limit: 1 })).rows.length > 0) return 0
  const [shipper, carrier] = [(await people.get(username)).api.freight, (await people.get('carrier1')).api.freight]
  const { rows } = await carrier.waybills.list({ state: [...signed], limit: data.rated })
  let given = 0
  const rate = async (by: Freight, side: 'shipper' | 'carrier', waybillId: string, n: number) => {
    const said = data[side][n % data[side].length]
    if (!said) return
    const commandId = commandIdOf(options.seed, 'rating', side, waybillId)
    await by.ratings.give({ ...said, waybillId, commandId })
    given++
  }
  try {
    // A handful, in order.
    for (const [n, { id }] of rows.entries()) {
      await rate(shipper, 'shipper', id, n)
      // Some are left to be answered by a visitor, until then neither side sees the other's.
      if (n % 4 !== 3) await rate(carrier, 'carrier', id, n)
    }
    const [first] = rows
    if (first) await complain({ shipper, carrier, freight }, options.seed, first.id)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    watch.onRefused('opinions', error)
  }
  return given
}

type Speakers = { readonly shipper: Freight; readonly carrier: Freight; readonly freight: Freight }

/** A complaint that was accepted, to which the other side has said something; a dispatcher has to answer it. */
async function complain({ shipper, carrier, freight }: Speakers, seed: string, waybillId: string): Promise<void> {
  const id = (word: string) => commandIdOf(seed, 'complaint', word, waybillId)
  const { kind, words, contact, statement } = data.complaint
  const made = await shipper.complaints.create({ commandId: id('open'), kind, waybillId, words, contact })
  const { rev } = await freight.complaints.move({
    id: made.id,
    move: { move: 'accept', commandId: id('accept'), rev: made.rev },
  })
  const move = { move: 'state', words: statement, commandId: id('state'), rev } as const
  await carrier.complaints.move({ id: made.id, move })
}
