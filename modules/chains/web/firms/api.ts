import { useLocation } from 'react-router'
import { holdsRole, type Me } from '@tingzhou/ui'
import { keepingRoles } from '../../roles.ts'
import type { api } from '../api.ts'

export type FirmDetail = Awaited<ReturnType<typeof api.firms.get.call>>
export type Position = Awaited<ReturnType<typeof api.positions.get.call>>
export type Link = Awaited<ReturnType<typeof api.links.get.call>>
export type Outside = Awaited<ReturnType<typeof api.outside.get.call>>
export type Leader = Awaited<ReturnType<typeof api.leaders.get.call>>
export type Demand = Awaited<ReturnType<typeof api.demands.get.call>>
export type Saved = Awaited<ReturnType<typeof api.links.create.call>>

/** The addresses of these screens on the surface that the reader is on: a firm's own people have them at the counter. */
export function usePlaces() {
  const counter = useLocation().pathname.startsWith('/counter')
  const base = counter ? '/counter' : ''
  return {
    counter,
    firm: (id: string, year?: number) => `${base}/chain-firms/${id}${year === undefined ? '' : `?year=${year}`}`,
    positions: (query = '') => `${base}/chain-positions${query}`,
    links: (query = '') => `${base}/chain-links${query}`,
    outside: `${base}/chain-outside-firms`,
    imports: `${base}/chain-imports`,
  }
}

type Party = { readonly id: string; readonly name: string }

/** The firms that the reader is of. */
export const firmsOf = (me: Me | null): readonly Party[] =>
  (me?.memberships ?? []).flatMap((one) =>
    one.role === 'enterprise' && one.partyId !== null ? [{ id: one.partyId, name: one.partyName ?? one.partyId }] : [],
  )

export const keepsAll = (me: Me | null): boolean => holdsRole(me, keepingRoles)

/** Whether the reader keeps what one of these firms says of itself. */
export const keepsFor = (me: Me | null, ...firmIds: readonly string[]): boolean =>
  keepsAll(me) || firmsOf(me).some(({ id }) => firmIds.includes(id))
