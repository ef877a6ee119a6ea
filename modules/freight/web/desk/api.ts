import { useQuery } from '@tanstack/react-query'
import { useLive } from '@tingzhou/ui'
import { api } from '../api.ts'

export type Desk = Awaited<ReturnType<typeof api.desk.get.call>>
export type LoadRow = Desk['loads']['rows'][number]
export type OfferRow = Desk['offers']['rows'][number]
export type TroubleRow = Desk['troubles']['rows'][number]
export type RunningRow = Desk['running']['rows'][number]
export type Positions = Awaited<ReturnType<typeof api.desk.positions.call>>
export type Truck = Positions['trucks'][number]
export type Place = Positions['places'][number]
export type TripWay = Awaited<ReturnType<typeof api.desk.trip.call>>
export type Box = { readonly west: number; readonly south: number; readonly east: number; readonly north: number }

const deskEveryMs = 30_000
const trucksEveryMs = 10_000

export function useDesk() {
  useLive({ kinds: ['freight_waybill', 'freight_load'], keys: [api.desk.key()] })
  return useQuery({ ...api.desk.get.queryOptions(), refetchInterval: deskEveryMs })
}

/** @param box  a part of the map, once there are more trucks than are told at a time */
export const usePositions = (box: Box | null) =>
  useQuery({
    ...api.desk.positions.queryOptions({ input: box ?? {} }),
    refetchInterval: trucksEveryMs,
    placeholderData: (before) => before,
  })

export const useTrip = (id: string | null) =>
  useQuery({
    ...api.desk.trip.queryOptions({ input: { id: id ?? '' } }),
    enabled: id !== null,
    refetchInterval: deskEveryMs,
    retry: false,
  })

export const useNear = (loadId: string | null) =>
  useQuery({
    ...api.desk.near.queryOptions({ input: { loadId: loadId ?? '' } }),
    enabled: loadId !== null,
    refetchInterval: deskEveryMs * 2,
  })
