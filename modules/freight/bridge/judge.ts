import { createHash } from 'node:crypto'
import { err, ok, type Result } from '@tingzhou/kernel'
import { canonicalJson } from '@tingzhou/settlement'
import { plateKey } from '../numbers.ts'
import type { SentWeighing } from './bridge-contract.ts'
import type { WeighingState } from './words.ts'

/** What of a record is refused; `rule` is a key of the texts and, after a space, its limit. */
export type WeighingFault = { readonly field: string; readonly value: string | number; readonly rule: string }

/** What is known of a slip. */
export type Known = {
  readonly plateKey: string
  readonly grossKg: number | null
  readonly tareKg: number | null
  readonly weighedAt: number
  readonly operator: string
  readonly photoId: string | null
  readonly passes: readonly string[]
  readonly state: WeighingState
}

/** A weighbridge's clock may be this much before ours. Own. */
const aheadMaxMs = 5 * 60_000
/** Weighbridges keep what they could not tell; after a week it is no news. Own. */
const ageMaxMs = 7 * 86_400_000

const plateMax = 20

const refused = (field: string, value: string | number, rule: string): WeighingFault => ({ field, value, rule })

/** What a record cannot be, whatever is known already; null: nothing. Pure. O(1). */
export function faultOf(sent: SentWeighing, maxKg: number, now: number): WeighingFault | null {
  const { plate, grossKg, tareKg, weighedAt } = sent
  const key = plateKey(plate)
  // Some signs become several when they are normalised.
  if (key === '' || key.length > plateMax) return refused('plate', plate, 'bridge_plate')
  if (grossKg === null && tareKg === null) return refused('grossKg', '', 'bridge_one_weight')
  for (const [field, kg] of [
    ['grossKg', grossKg],
    ['tareKg', tareKg],
  ] as const) {
    if (kg !== null && kg <= 0) return refused(field, kg, 'bridge_above_zero')
    if (kg !== null && kg > maxKg) return refused(field, kg, `bridge_max ${maxKg}`)
  }
  if (weighedAt > now + aheadMaxMs) return refused('weighedAt', weighedAt, 'bridge_future')
  if (weighedAt < now - ageMaxMs) return refused('weighedAt', weighedAt, 'bridge_old')
  return netFault(grossKg, tareKg)
}

function netFault(grossKg: number | null, tareKg: number | null): WeighingFault | null {
  if (grossKg === null || tareKg === null || grossKg > tareKg) return null
  return grossKg === tareKg
    ? refused('grossKg', grossKg, 'bridge_net_zero')
    : refused('tareKg', tareKg, `bridge_swapped ${grossKg}`)
}

/** The same for the same content, however its plate is written. O(1). */
export function passOf({ plate, grossKg, tareKg, weighedAt, operator, photoId }: SentWeighing): string {
  const content = { plateKey: plateKey(plate), grossKg, tareKg, weighedAt, operator, photoId }
  return createHash('sha256').update(canonicalJson(content)).digest('hex')
}

/**
 * What is known of a slip once a record of it has come that is not known yet: a new slip, or the second pass of one.
 * @param known  null: of a number that was never heard
 * @returns refused when the number says something else already
 * Pure. O(1).
 */
export function mergePass(known: Known | null, sent: SentWeighing): Result<Known, WeighingFault> {
  const pass = passOf(sent)
  const { grossKg, tareKg, weighedAt, operator, photoId } = sent
  const key = plateKey(sent.plate)
  if (known === null) {
    const state = grossKg === null || tareKg === null ? 'first' : 'kept'
    return ok({ plateKey: key, grossKg, tareKg, weighedAt, operator, photoId, passes: [pass], state })
  }
  const completes = known.grossKg === null ? grossKg !== null : known.tareKg === null && tareKg !== null
  const differs = differenceOf(known, sent)
  if (differs || !completes) return err(differs ?? refused('weighedAt', weighedAt, 'bridge_number_used'))
  const gross = known.grossKg ?? grossKg
  const tare = known.tareKg ?? tareKg
  const fault = netFault(gross, tare)
  if (fault) return err(fault)
  return ok({
    plateKey: key,
    grossKg: gross,
    tareKg: tare,
    weighedAt: Math.max(known.weighedAt, weighedAt),
    operator: operator || known.operator,
    photoId: photoId ?? known.photoId,
    passes: [...known.passes, pass],
    // What a clerk set aside stays so until a clerk says otherwise.
    state: known.state === 'first' ? 'kept' : known.state,
  })
}

/** The first thing of which a record says something else than is known of its number. */
function differenceOf(known: Known, sent: SentWeighing): WeighingFault | null {
  const used = 'bridge_number_used'
  if (plateKey(sent.plate) !== known.plateKey) return refused('plate', sent.plate, used)
  for (const field of ['grossKg', 'tareKg'] as const) {
    const kg = sent[field]
    if (kg !== null && known[field] !== null && kg !== known[field]) return refused(field, kg, used)
  }
  if (sent.photoId !== null && known.photoId !== null && sent.photoId !== known.photoId)
    return refused('photoId', sent.photoId, used)
  return null
}
