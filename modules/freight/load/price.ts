import { localDateOf } from '@tingzhou/calendar'
import type { Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { FreightError } from '../problems.ts'
import type { FreightDeps } from '../record.ts'
import '../tables.ts'
import type { Measure } from '../words.ts'

/** What a load is carried for: prices in thousandths of a fen, and the version of the rules it is settled by. */
export type Carriage = {
  readonly carrier_milli_fen: number
  readonly shipper_milli_fen: number
  readonly goods_milli_fen: number
  readonly terms_id: string
  readonly terms_version: number
}

type Lane = {
  readonly shipperId: string
  readonly goods: string
  readonly fromId: string
  readonly toId: string
  readonly measure: Measure
  readonly loadFrom: EpochMs
}

/**
 * What a contract says of a lane on the day on which loading begins: the price that began last.
 * @returns refused when the contract is not the shipper's, not open on that day, or has no price of the lane
 * Source: own. Two statements.
 */
export async function contractCarriage(
  tx: Tx,
  { zoneId }: FreightDeps,
  contractId: string,
  lane: Lane,
): Promise<Result<Carriage, FreightError>> {
  const day = localDateOf(lane.loadFrom)
  const contract = await tx
    .selectFrom('freight_contract')
    .select(['number', 'state', 'signed_on', 'valid_to', 'terms_id', 'terms_version'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', contractId)
    .where('shipper_id', '=', lane.shipperId)
    .executeTakeFirst()
  if (!contract) return err({ kind: 'field_refused', field: 'contractId', value: contractId, rule: 'within_reach' })
  if (contract.state === 'closed' || day < contract.signed_on || day > contract.valid_to)
    return err({ kind: 'not_open', field: 'contractId', value: contract.number, rule: 'open_that_day' })
  const price = await tx
    .selectFrom('freight_contract_price')
    .select(['carrier_milli_fen', 'shipper_milli_fen', 'goods_milli_fen'])
    .where('zone_id', '=', zoneId)
    .where('contract_id', '=', contractId)
    .where('from_id', '=', lane.fromId)
    .where('to_id', '=', lane.toId)
    .where('goods', '=', lane.goods)
    .where('measure', '=', lane.measure)
    .where('starts_on', '<=', day)
    .where('ends_on', '>=', day)
    .orderBy('starts_on', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst()
  if (!price) return err({ kind: 'field_refused', field: 'contractId', value: contract.number, rule: 'price_of_lane' })
  return ok({ ...price, terms_id: contract.terms_id, terms_version: contract.terms_version })
}

/** Whether a version of rules of settlement is there. One statement. */
export async function hasTerms(
  tx: Tx,
  { zoneId }: FreightDeps,
  { id, version }: { readonly id: string; readonly version: number },
): Promise<boolean> {
  const found = await tx
    .selectFrom('freight_terms')
    .select('version')
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return found !== undefined
}
