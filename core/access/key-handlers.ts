import { implement } from '@orpc/server'
import type { EpochMs } from '@tingzhou/kernel'
import { problem, requireActor, requireRole, unwrap, type RequestContext } from '@tingzhou/http'
import { partiesOf } from '@tingzhou/parties'
import { createApiKey, listApiKeys, revokeApiKey } from './api-key.ts'
import { accessContract } from './contract.ts'
import { createFirmKey, firmKeysMax } from './firm-key.ts'
import { requireSession } from './me.ts'
import { problems } from './problems.ts'

const { apiKeys, firmKeys } = accessContract
const os = implement({ apiKeys, firmKeys }).$context<RequestContext>()
const dayMs = 86_400_000

const requireAdmin = (context: RequestContext) => requireRole(requireActor(context), 'admin')

const keyRouter = os.apiKeys.router({
  list: os.apiKeys.list.handler(async ({ context }) => {
    requireAdmin(context)
    return { rows: await listApiKeys(context.deps.db, context.deps.zoneId) }
  }),
  create: os.apiKeys.create.handler(async ({ context, input }) => {
    const admin = requireAdmin(context)
    const { db, zoneId, clock } = context.deps
    const wish = {
      id: input.commandId,
      accountId: input.accountId,
      name: input.name,
      roles: input.roles ?? null,
      // The contract's instants are whole milliseconds.
      expiresAt: (input.expiresAt ?? null) as EpochMs | null,
    }
    const result = await db.transaction().execute((tx) => createApiKey(tx, zoneId, wish, admin.accountId, clock()))
    const key = unwrap(result, problems)
    return { ...(await rowOf(context, wish.id)), key }
  }),
  revoke: os.apiKeys.revoke.handler(async ({ context, input }) => {
    const admin = requireAdmin(context)
    return revoke(context, { id: input.id }, admin.accountId)
  }),
})

/** The enterprises of whoever is signed in; a key makes and ends no keys. */
async function requireFirms(context: RequestContext) {
  const { actor } = await requireSession(context)
  requireRole(actor, 'enterprise')
  return { actor, partyIds: partiesOf(actor, 'enterprise') }
}

const firmKeyRouter = os.firmKeys.router({
  list: os.firmKeys.list.handler(async ({ context }) => {
    const { partyIds } = await requireFirms(context)
    const rows = await listApiKeys(context.deps.db, context.deps.zoneId, { partyIds })
    return { rows, most: firmKeysMax }
  }),
  create: os.firmKeys.create.handler(async ({ context, input }) => {
    const { actor, partyIds } = await requireFirms(context)
    const { db, zoneId, clock } = context.deps
    const { commandId: id, partyId, name, readOnly, days } = input
    if (!partyIds.includes(partyId))
      throw problem({
        kind: 'not_your_party',
        status: 403,
        area: 'access',
        field: 'partyId',
        value: partyId,
        rule: 'own enterprise',
      })
    const expiresAt = (clock() + days * dayMs) as EpochMs
    const wish = { id, partyId, name, readOnly, expiresAt }
    const result = await db.transaction().execute((tx) => createFirmKey(tx, zoneId, wish, actor, clock()))
    const key = unwrap(result, problems)
    return { ...(await rowOf(context, id)), key }
  }),
  revoke: os.firmKeys.revoke.handler(async ({ context, input }) => {
    const { actor, partyIds } = await requireFirms(context)
    return revoke(context, { id: input.id, partyIds }, actor.accountId)
  }),
})

async function rowOf({ deps: { db, zoneId } }: RequestContext, id: string) {
  const [row] = await listApiKeys(db, zoneId, { id })
  if (!row) throw new Error('a created key must be there')
  return row
}

type Which = { readonly id: string; readonly partyIds?: readonly string[] }

async function revoke(context: RequestContext, which: Which, by: string): Promise<Record<never, never>> {
  const { db, zoneId, clock, access } = context.deps
  const accountId = await db.transaction().execute((tx) => revokeApiKey(tx, zoneId, which, by, clock()))
  if (accountId === null)
    throw problem({ kind: 'not_found', status: 404, field: 'id', value: which.id, rule: 'a key in use' })
  access.actors.forget(accountId)
  return {}
}

export const keyRouters = { apiKeys: keyRouter, firmKeys: firmKeyRouter }
