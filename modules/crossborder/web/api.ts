import { createApi, moveAnswer } from '@tingzhou/ui'
import { freightContract } from '@tingzhou/freight/contract'
import { registryContract } from '@tingzhou/registry/contract'
import { crossborderContract } from '../contract.ts'

/** Crossborder over HTTP. */
export const api = createApi(crossborderContract, 'crossborder')
/** What these screens read of the register of enterprises: who exports. */
export const registry = createApi({ enterprises: registryContract.enterprises }, 'registry')

/** What these screens read of freight: the waybill that brings goods to the border. */
export const freight = createApi({ waybills: freightContract.waybills }, 'freight')

export type ShipmentDetail = Awaited<ReturnType<typeof api.shipments.get.call>>
export type Standing = Awaited<ReturnType<typeof api.shipments.move.call>>
export type SaleDetail = Awaited<ReturnType<typeof api.sales.get.call>>
export type NurseryDetail = Awaited<ReturnType<typeof api.nurseries.get.call>>
export type LotDetail = Awaited<ReturnType<typeof api.lots.get.call>>
export type StockDetail = Awaited<ReturnType<typeof api.stock.get.call>>
export type CountDetail = Awaited<ReturnType<typeof api.counts.get.call>>
export type WarehouseDetail = Awaited<ReturnType<typeof api.warehouses.get.call>>
export type Saved = Awaited<ReturnType<typeof api.sales.create.call>>

type Wire = Parameters<typeof api.shipments.move.call>[0]
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
export type MoveInput = {
  readonly id: string
  readonly move: Without<Wire['move'], 'commandId'>
  readonly commandId: string
}

/** Makes a move; it had an id of its own only while it was none of this attempt. */
export const makeMove = ({ id, move, commandId }: MoveInput): Promise<Standing> =>
  moveAnswer(api.shipments.move.call({ id, move: { ...move, commandId } as Wire['move'] }))
