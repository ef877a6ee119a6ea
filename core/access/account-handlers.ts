import { implement } from '@orpc/server'
import type { EpochMs, Result } from '@tingzhou/kernel'
import { err } from '@tingzhou/kernel'
import { runCommand } from '@tingzhou/db'
import { problem, requireActor, requireRole, unwrap, type RequestContext } from '@tingzhou/http'
import { hasRole, listParties } from '@tingzhou/parties'
import { changeAccount, checkGrants, createAccount, removeTotp, type CreateError } from './account.ts'
import { findAccount, listAccounts } from './account-list.ts'
import { accessContract, type Account } from './contract.ts'
import { createLink, dropLinks } from './link.ts'
import { hashPassword } from './password.ts'
import { problems } from './problems.ts'
import { changeSettings, findSettings } from './settings.ts'
import { clearSubject } from './sign-in-guard.ts'

const { accounts, settings, parties, links } = accessContract
const os = implement({ accounts, settings, parties, invite: links.invite }).$context<RequestContext>()
const dayMs = 86_400_000
const resetMs = dayMs as EpochMs
const invitationMs = (7 * dayMs) as EpochMs

const requireAdmin = (context: RequestContext) => requireRole(requireActor(context), 'admin')
const later = (now: EpochMs, ms: EpochMs) => (now + ms) as EpochMs

const accountRouter = os.accounts.router({
  list: os.accounts.list.handler(async ({ context, input }) => {
    requireAdmin(context)
    const { db, zoneId, clock } = context.deps
    return listAccounts(db, zoneId, input, clock())
  }),
  get: os.accounts.get.handler(async ({ context, input }) => {
    requireAdmin(context)
    return getAccount(context, input.id)
  }),
  create: os.accounts.create.handler(async ({ context, input }) => {
    const admin = requireAdmin(context)
    const { zoneId, clock, access } = context.deps
    if (input.demo && access.demoPassword === null)
      throw problem({
        kind: 'not_the_demo',
        status: 422,
        area: 'access',
        field: 'demo',
        value: true,
        rule: 'demo only',
      })
    // The password stays out of the stored command, and is hashed before the transaction opens.
    const { commandId, password, email, ...plain } = input
    const wish = {
      ...plain,
      ...(email === undefined ? {} : { email }),
      ...(password === undefined ? {} : { passwordHash: await hashPassword(password) }),
    }
    const command = { commandId, actorId: admin.accountId, name: 'access.create_account', input: { ...plain, email } }
    const result = await uniqueness(input.username, () =>
      runCommand(context.deps, command, (tx) => createAccount(tx, zoneId, wish, admin, clock())),
    )
    return getAccount(context, unwrap(result, problems))
  }),
  change: os.accounts.change.handler(async ({ context, input }) => {
    const admin = requireAdmin(context)
    const { zoneId, clock, access } = context.deps
    const { commandId, id, ...change } = input
    const command = { commandId, actorId: admin.accountId, name: 'access.change_account', input: { id, ...change } }
    const result = await runCommand(context.deps, command, (tx) =>
      changeAccount(tx, zoneId, id, defined(change), admin, clock()),
    )
    access.actors.forget(id)
    access.sessions.forgetAccount(id)
    unwrap(result, problems)
    return getAccount(context, id)
  }),
  resetPassword: os.accounts.resetPassword.handler(async ({ context, input }) => {
    const admin = requireAdmin(context)
    const { db, zoneId, clock } = context.deps
    await getAccount(context, input.id)
    const expiresAt = later(clock(), resetMs)
    const link = {
      id: input.commandId,
      purpose: 'password_reset',
      accountId: input.id,
      role: null,
      partyId: null,
      expiresAt,
    } as const
    const result = await db.transaction().execute(async (tx) => {
      await dropLinks(tx, zoneId, 'password_reset', input.id)
      return createLink(tx, zoneId, link, admin.accountId, clock())
    })
    return { id: link.id, url: pageUrl(context, 'reset', unwrap(result, problems)), expiresAt }
  }),
  unlock: os.accounts.unlock.handler(async ({ context, input }) => {
    requireAdmin(context)
    const { db, zoneId } = context.deps
    const { username } = await getAccount(context, input.id)
    await clearSubject(db, zoneId, `name:${username}`)
    return getAccount(context, input.id)
  }),
  removeTotp: os.accounts.removeTotp.handler(async ({ context, input }) => {
    const admin = requireAdmin(context)
    const { db, zoneId, clock, access } = context.deps
    await getAccount(context, input.id)
    await db.transaction().execute((tx) => removeTotp(tx, zoneId, input.id, admin, clock()))
    access.actors.forget(input.id)
    return getAccount(context, input.id)
  }),
})

const invite = os.invite.handler(async ({ context, input }) => {
  const actor = requireActor(context)
  const { db, zoneId, clock } = context.deps
  const ownEnterprise = actor.memberships.some((held) => held.role === 'enterprise' && held.partyId === input.partyId)
  // A system of the enterprise invites nobody.
  const ownColleague = ownEnterprise && input.role === 'enterprise' && context.identity.by === 'session'
  if (!hasRole(actor, 'admin') && !ownColleague)
    throw problem({
      kind: 'not_your_party',
      status: 403,
      area: 'access',
      field: 'partyId',
      value: input.partyId,
      rule: 'own enterprise',
    })
  const { commandId: id, role, partyId } = input
  const refusal = await checkGrants(db, zoneId, [{ role, partyId }])
  if (refusal) unwrap(err(refusal), problems)
  const expiresAt = later(clock(), invitationMs)
  const link = { id, purpose: 'invitation', accountId: null, role, partyId, expiresAt } as const
  const token = unwrap(await createLink(db, zoneId, link, actor.accountId, clock()), problems)
  return { id, url: pageUrl(context, 'invitation', token), expiresAt }
})

const settingRouter = os.settings.router({
  get: os.settings.get.handler(async ({ context }) => {
    requireAdmin(context)
    return findSettings(context.deps.db, context.deps.zoneId)
  }),
  change: os.settings.change.handler(async ({ context, input }) => {
    const admin = requireAdmin(context)
    const { zoneId, clock, access } = context.deps
    const { commandId, ...change } = input
    const command = { commandId, actorId: admin.accountId, name: 'access.change_settings', input: change }
    const result = await runCommand(context.deps, command, (tx) =>
      changeSettings(tx, zoneId, change, admin.accountId, clock()),
    )
    access.actors.forgetAll()
    return unwrap(result, problems)
  }),
})

const partyRouter = os.parties.router({
  list: os.parties.list.handler(async ({ context, input }) => {
    requireRole(requireActor(context), 'admin', 'dispatcher', 'supervisor')
    const { kind, q, limit } = input
    const found = await listParties(context.deps.db, context.deps.zoneId, { kind, limit, ...(q ? { text: q } : {}) })
    return { rows: found.map(({ id, name, state }) => ({ id, kind, name, state })) }
  }),
})

async function getAccount(context: RequestContext, id: string): Promise<Account> {
  const { db, zoneId, clock } = context.deps
  const account = await findAccount(db, zoneId, id, clock())
  if (account) return account
  throw problem({ kind: 'no_such_account', status: 404, area: 'access', meta: { accountId: id } })
}

const pageUrl = (context: RequestContext, page: string, token: string): string =>
  `${context.deps.access.publicUrl}/${page}?token=${token}`

/** Two who choose the same name at once: the database refuses the second. */
async function uniqueness<T, E>(
  username: string,
  work: () => Promise<Result<T, E>>,
): Promise<Result<T, E | CreateError>> {
  try {
    return await work()
  } catch (error) {
    const constraint = error instanceof Error && 'constraint' in error ? error.constraint : null
    if (constraint === 'account_zone_id_username_key') return err({ kind: 'username_taken', username })
    throw error
  }
}

/** Without the properties that were left out. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  // Only properties that hold undefined are dropped.
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
}

export const accountRouters = {
  accounts: accountRouter,
  settings: settingRouter,
  parties: partyRouter,
  invite,
}
