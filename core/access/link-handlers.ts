import { implement } from '@orpc/server'
import type { EpochMs } from '@tingzhou/kernel'
import { newId, type Db } from '@tingzhou/db'
import { problem, unwrap, type RequestContext } from '@tingzhou/http'
import { findParty } from '@tingzhou/parties'
import { createAccount, endSessions, hasAdmin, savePassword } from './account.ts'
import { findAccount } from './account-list.ts'
import { accessContract } from './contract.ts'
import { createLink, dropLinks, findLink, spendLink } from './link.ts'
import { hashPassword } from './password.ts'
import { problems } from './problems.ts'
import { clearSubject } from './sign-in-guard.ts'

const { setup, links } = accessContract
const { setPassword, readInvitation, acceptInvitation } = links
const os = implement({ setup, setPassword, readInvitation, acceptInvitation }).$context<RequestContext>()
const setupMs = 86_400_000

/**
 * Opens the way for the first administrator: a link that works once within a day. Links of earlier starts end.
 * @returns the token, or null when the zone has an administrator
 */
export async function openSetup(db: Db, zoneId: string, now: EpochMs): Promise<string | null> {
  if (await hasAdmin(db, zoneId)) return null
  const expiresAt = (now + setupMs) as EpochMs
  const link = { id: newId(), purpose: 'setup', accountId: null, role: 'admin', partyId: null, expiresAt } as const
  return db.transaction().execute(async (tx) => {
    await dropLinks(tx, zoneId, 'setup')
    return unwrap(await createLink(tx, zoneId, link, 'setup', now), problems)
  })
}

const setupRouter = os.setup.router({
  complete: os.setup.complete.handler(async ({ context, input }) => {
    const { token, username, name, lang } = input
    await createByLink(context, 'setup', token, { username, name, lang, password: input.password })
    return {}
  }),
})

const setPasswordHandler = os.setPassword.handler(async ({ context, input }) => {
  const { db, zoneId, clock, access } = context.deps
  await requireLink(context, 'password_reset', input.token)
  const hash = await hashPassword(input.password)
  const accountId = await db.transaction().execute(async (tx) => {
    const link = unwrap(await spendLink(tx, zoneId, 'password_reset', input.token, clock()), problems)
    const id = link.accountId ?? ''
    await savePassword(tx, zoneId, id, hash, clock())
    await endSessions(tx, zoneId, id)
    return id
  })
  access.sessions.forgetAccount(accountId)
  const account = await findAccount(db, zoneId, accountId, clock())
  const username = account?.username ?? ''
  await clearSubject(db, zoneId, `name:${username}`)
  return { username }
})

const readInvitationHandler = os.readInvitation.handler(async ({ context, input }) => {
  const { db, zoneId } = context.deps
  const link = await requireLink(context, 'invitation', input.token)
  const party = await findParty(db, zoneId, link.partyId ?? '')
  return { role: link.role ?? 'enterprise', partyName: party?.name ?? '', expiresAt: link.expiresAt }
})

const acceptInvitationHandler = os.acceptInvitation.handler(async ({ context, input }) => {
  const { token, username, name, lang, password } = input
  return { username: await createByLink(context, 'invitation', token, { username, name, lang, password }) }
})

async function requireLink(context: RequestContext, purpose: 'setup' | 'invitation' | 'password_reset', token: string) {
  const { db, zoneId, clock } = context.deps
  const link = await findLink(db, zoneId, purpose, token, clock())
  if (link) return link
  throw problem({ kind: 'link_spent', status: 410, area: 'access' })
}

type Newcomer = {
  readonly username: string
  readonly name: string
  readonly password: string
  readonly lang?: 'zh-CN' | 'en' | undefined
}

/** The link is used up in the transaction that creates the account: both happen or neither. */
async function createByLink(
  context: RequestContext,
  purpose: 'setup' | 'invitation',
  token: string,
  newcomer: Newcomer,
): Promise<string> {
  const { db, zoneId, clock } = context.deps
  await requireLink(context, purpose, token)
  const passwordHash = await hashPassword(newcomer.password)
  await db.transaction().execute(async (tx) => {
    const link = unwrap(await spendLink(tx, zoneId, purpose, token, clock()), problems)
    if (purpose === 'setup' && (await hasAdmin(tx, zoneId)))
      throw problem({ kind: 'link_spent', status: 410, area: 'access' })
    const wish = {
      username: newcomer.username,
      name: newcomer.name,
      passwordHash,
      kind: 'person',
      lang: newcomer.lang ?? context.lang,
      roles: [{ role: link.role ?? 'enterprise', partyId: link.partyId }],
      synthetic: false,
      demo: false,
    } as const
    unwrap(await createAccount(tx, zoneId, wish, { accountId: purpose, name: newcomer.name }, clock()), problems)
  })
  context.deps.log.info({ purpose, username: newcomer.username }, 'an account was created by link')
  return newcomer.username
}

export const linkRouters = {
  setup: setupRouter,
  links: {
    setPassword: setPasswordHandler,
    readInvitation: readInvitationHandler,
    acceptInvitation: acceptInvitationHandler,
  },
}
