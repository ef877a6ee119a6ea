import { accessContract } from '@tingzhou/access/contract'
import { telemetryContract } from '@tingzhou/telemetry/contract'
import { createApi } from '@tingzhou/ui'
import { geographyContract } from '../contract.ts'

/** Fences and what vehicles did to them over HTTP. */
export const api = createApi(geographyContract, 'geography')
/** Vehicles to choose from. */
export const vehicles = createApi(telemetryContract, 'telemetry')
/** Enterprises to choose from. */
export const parties = createApi({ parties: accessContract.parties }, 'access')

/** Who may draw fences. */
export const keeperRoles = ['admin', 'dispatcher'] as const

export type Geofence = Awaited<ReturnType<typeof api.geofencesShown.call>>['rows'][number]
export type Detail = Awaited<ReturnType<typeof api.geofence.call>>
export type Crossing = Awaited<ReturnType<typeof api.crossings.call>>['rows'][number]
