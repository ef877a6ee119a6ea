import { change, only, say, write, type Told } from '@tingzhou/casework'
import { at, type Tx } from '@tingzhou/db'
import { assert, err, ok, type Result } from '@tingzhou/kernel'
import { checkLeastData } from './least-data.ts'
import type { OrderError, OrderMove } from './move-spec.ts'
import { rulesOf, type Slip } from './slip.ts'
import type { Side } from './words.ts'

export const depart: OrderMove<'depart'> = {
  from: ['accepted'],
  may: (stand) => only(stand.sender, 'sender_only'),
  run: async ({ dossier: slip, input }) => {
    const clean = checkLeastData({ transport: input.transport })
    if (!clean.ok) return clean
    change(slip, { departed_at: slip.now, transport: input.transport })
    say(slip, { verb: 'depart', data: { transport: input.transport } })
    return ok({ kind: 'complete', node: 'depart', vars: { outcome: 'depart' } })
  },
}

export const handOver: OrderMove<'hand_over'> = {
  from: ['on_the_way'],
  node: 'hand_over',
  // A side that has signed is not asked again.
  unreached: 'signed_already',
  may: (stand) => only(stand.sender, 'sender_only'),
  run: ({ tx, dossier: slip, input }) => sign(tx, slip, 'hand_over', slip.row.from_id, input),
}

export const takeOver: OrderMove<'take_over'> = {
  from: ['on_the_way'],
  node: 'take_over',
  // A side that has signed is not asked again.
  unreached: 'signed_already',
  may: (stand) => only(stand.receiver, 'receiver_only'),
  run: async ({ tx, dossier: slip, input }) => {
    assert(slip.row.target_id, 'a patient on the way goes to a receiver')
    const signed = await sign(tx, slip, 'take_over', slip.row.target_id, input)
    if (!signed.ok) return signed
    const { rules } = await rulesOf(tx, slip)
    const missing = rules.checklist.flatMap(({ code, paper }) => (paper && !input.items.includes(code) ? [code] : []))
    change(slip, { papers_missing: missing })
    return signed
  },
}

/** Signs one side's list: which of the items were there. The second signature is the arrival. */
async function sign(
  tx: Tx,
  slip: Slip,
  side: Side,
  institutionId: string,
  input: { readonly items: readonly string[]; readonly words: string },
): Promise<Result<Told, OrderError>> {
  const { rules } = await rulesOf(tx, slip)
  const known = rules.checklist.map(({ code }) => code)
  const strange = input.items.find((item) => !known.includes(item))
  if (strange !== undefined)
    return err({ kind: 'unknown_item', field: 'items', value: strange, rule: known.join(', ') })
  const repeated = input.items.find((item, index) => input.items.indexOf(item) !== index)
  if (repeated !== undefined)
    return err({ kind: 'item_repeated', field: 'items', value: repeated, rule: 'each item once' })
  const clean = checkLeastData({ words: input.words })
  if (!clean.ok) return clean
  const other = await tx
    .selectFrom('referral_signature')
    .select('side')
    .where('zone_id', '=', slip.deps.zoneId)
    .where('order_id', '=', slip.row.id)
    .execute()
  // A second signature of the same side finds its task gone.
  if (!other.some((row) => row.side === side))
    write(
      slip,
      tx.insertInto('referral_signature').values({
        zone_id: slip.deps.zoneId,
        order_id: slip.row.id,
        side,
        at: at(slip.now),
        account_id: slip.doer.id,
        account_name: slip.doer.name,
        institution_id: institutionId,
        items: [...input.items],
        words: input.words,
      }),
    )
  if (other.some((row) => row.side !== side)) change(slip, { arrived_at: slip.now })
  say(slip, { verb: side, reason: input.words || null, data: { items: [...input.items] } })
  return ok({ kind: 'complete', node: side, vars: {} })
}
