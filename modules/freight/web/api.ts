import { createApi } from '@tingzhou/ui'
import { freightContract } from '../contract.ts'

/** Freight over HTTP. */
export const api = createApi(freightContract, 'freight')

export type CarrierDetail = Awaited<ReturnType<typeof api.carriers.get.call>>
export type DriverDetail = Awaited<ReturnType<typeof api.drivers.get.call>>
export type VehicleDetail = Awaited<ReturnType<typeof api.vehicles.get.call>>
export type Saved = Awaited<ReturnType<typeof api.vehicles.create.call>>
export type Done = Awaited<ReturnType<typeof api.papers.add.call>>
export type PaperRow = VehicleDetail['papers'][number]
export type DrivingRow = VehicleDetail['drivings'][number]
