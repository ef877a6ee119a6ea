import { createApi, i18n, useMe, type Me } from '@tingzhou/ui'
import { useLocation } from 'react-router'
import { webhooksContract } from '../contract.ts'

/** Endpoints and deliveries over HTTP. */
export const api = createApi(webhooksContract, 'webhooks')

export type Firm = { readonly id: string; readonly name: string }

/** The enterprises for which somebody acts. */
export const firmsOf = (me: Me | null): readonly Firm[] =>
  (me?.memberships ?? []).flatMap(({ role, partyId, partyName }) =>
    role === 'enterprise' && partyId !== null ? [{ id: partyId, name: partyName ?? partyId }] : [],
  )

/** Whether the reader acts for the party, and whether they administer the zone. */
export function useRights(partyId: string | undefined) {
  const me = useMe()
  return {
    owns: firmsOf(me).some(({ id }) => id === partyId),
    administers: (me?.memberships ?? []).some(({ role }) => role === 'admin'),
  }
}

/** The addresses of endpoints on the surface that the reader is on. */
export function usePlaces() {
  const list = useLocation().pathname.startsWith('/counter') ? '/counter/webhooks' : '/webhooks'
  return { list, endpoint: (id: string) => `${list}/${id}` }
}

/** `freight.waybill_moved` is worded by its module under `webhook.waybill_moved`, a test here. */
export function typeName(type: string): string {
  const [module = '', ...rest] = type.split('.')
  const key = module === 'webhook' ? `webhooks:type.${rest.join('_')}` : `${module}:webhook.${rest.join('_')}`
  return i18n.exists(key) ? i18n.t(key) : type
}
