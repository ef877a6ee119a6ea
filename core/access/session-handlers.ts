import { implement } from '@orpc/server'
import { at } from '@tingzhou/db'
import { problem, requireActor, type RequestContext } from '@tingzhou/http'
import { endSessions, hasAdmin, savePassword } from './account.ts'
import { namedRoles } from './account-list.ts'
import { oidcProviderId } from './auth.ts'
import { accessContract } from './contract.ts'
import { headersOf, passCookies } from './headers.ts'
import { describeMe, requireSession } from './me.ts'
import { hashPassword } from './password.ts'
import { sessionCookie } from './session-store.ts'
import { requirePassword, signIn } from './sign-in.ts'

const os = implement({ session: accessContract.session, me: accessContract.me }).$context<RequestContext>()
const demoAccountsMax = 200

const session = os.session.router({
  options: os.session.options.handler(async ({ context }) => {
    const { db, zoneId, access } = context.deps
    const oidc = access.oidc && { name: access.oidc.name, url: `/api/auth/sign-in/${oidcProviderId}` }
    return { demo: access.demoPassword !== null, setupOpen: !(await hasAdmin(db, zoneId)), oidc }
  }),
  create: os.session.create.handler(async ({ context, input }) => {
    const accountId = await signIn(context.deps, input, context.request, context.reply)
    context.deps.access.sessions.forget(context.request)
    context.deps.access.actors.forget(accountId)
    return describeMe(context, accountId)
  }),
  end: os.session.end.handler(async ({ context }) => {
    const answer = await context.deps.access.auth.api.signOut({ headers: headersOf(context.request), asResponse: true })
    passCookies(answer.headers, context.reply)
    context.deps.access.sessions.forget(context.request)
    return {}
  }),
  demoAccounts: os.session.demoAccounts.handler(async ({ context }) => {
    const { db, zoneId, access } = context.deps
    const { method, url: path } = context.request
    if (access.demoPassword === null) throw problem({ kind: 'no_route', status: 404, meta: { method, path } })
    const rows = await db
      .selectFrom('account')
      .select(['id', 'username', 'name'])
      .where('zone_id', '=', zoneId)
      .where('demo', '=', true)
      .where('state', '=', 'open')
      .orderBy('created_at')
      .orderBy('id')
      .limit(demoAccountsMax)
      .execute()
    const held = await namedRoles(
      db,
      zoneId,
      rows.map((row) => row.id),
    )
    const accounts = rows.map(({ id, username, name }) => ({ username, name, memberships: [...(held.get(id) ?? [])] }))
    return { password: access.demoPassword, accounts }
  }),
})

const me = os.me.router({
  get: os.me.get.handler(async ({ context }) => {
    const { accountId } = requireActor(context)
    if (context.identity.by === 'session') await prolong(context)
    return describeMe(context, accountId)
  }),
  change: os.me.change.handler(async ({ context, input }) => {
    const { actor } = await requireSession(context)
    const { db, zoneId, clock, access } = context.deps
    const change = { ...(input.lang ? { lang: input.lang } : {}), ...(input.name ? { name: input.name } : {}) }
    await db.transaction().execute(async (tx) => {
      await tx
        .updateTable('account')
        .set((eb) => ({ ...change, rev: eb('rev', '+', 1), updated_at: at(clock()) }))
        .where('zone_id', '=', zoneId)
        .where('id', '=', actor.accountId)
        .execute()
      if (input.name === undefined) return
      await tx
        .updateTable('party')
        .set((eb) => ({ name: input.name ?? actor.name, rev: eb('rev', '+', 1), updated_at: at(clock()) }))
        .where('zone_id', '=', zoneId)
        .where('id', '=', actor.accountId)
        .execute()
    })
    access.actors.forget(actor.accountId)
    return describeMe(context, actor.accountId)
  }),
  password: os.me.password.handler(async ({ context, input }) => {
    const { actor, username } = await requireSession(context)
    const { db, zoneId, clock, access } = context.deps
    await requirePassword(context.deps, actor.accountId, username, input.password, context.request.ip)
    const hash = await hashPassword(input.newPassword)
    await db.transaction().execute(async (tx) => {
      await savePassword(tx, zoneId, actor.accountId, hash, clock())
      await endSessions(tx, zoneId, actor.accountId, sessionToken(context))
    })
    access.sessions.forgetAccount(actor.accountId)
    return {}
  }),
  enrolTotp: os.me.enrolTotp.handler(async ({ context, input }) => {
    const { actor, username } = await requireSession(context)
    await requirePassword(context.deps, actor.accountId, username, input.password, context.request.ip)
    const headers = headersOf(context.request)
    const answer = await context.deps.access.auth.api.enableTwoFactor({
      body: { password: input.password, method: 'totp' },
      headers,
      asResponse: true,
    })
    if (!answer.ok) throw problem({ kind: 'totp_enrolled', status: 409, area: 'access' })
    // The answer of better-auth's endpoint for method totp.
    const { totpURI, backupCodes } = (await answer.json()) as { totpURI: string; backupCodes: string[] }
    return { ...labelled(totpURI, username), backupCodes }
  }),
  verifyTotp: os.me.verifyTotp.handler(async ({ context, input }) => {
    const { actor } = await requireSession(context)
    const { access } = context.deps
    const headers = headersOf(context.request)
    const answer = await access.auth.api.verifyTOTP({ body: { code: input.code }, headers, asResponse: true })
    if (!answer.ok) throw problem({ kind: 'totp_refused', status: 422, area: 'access', field: 'code', rule: 'code' })
    passCookies(answer.headers, context.reply)
    access.sessions.forget(context.request)
    access.actors.forget(actor.accountId)
    return describeWithAllRoles(context, actor.accountId)
  }),
  removeTotp: os.me.removeTotp.handler(async ({ context, input }) => {
    const { actor, username } = await requireSession(context)
    const { access } = context.deps
    await requirePassword(context.deps, actor.accountId, username, input.password, context.request.ip)
    const headers = headersOf(context.request)
    const answer = await access.auth.api.disableTwoFactor({
      body: { password: input.password },
      headers,
      asResponse: true,
    })
    if (!answer.ok) throw problem({ kind: 'totp_not_enrolled', status: 409, area: 'access' })
    passCookies(answer.headers, context.reply)
    access.sessions.forget(context.request)
    access.actors.forget(actor.accountId)
    return describeWithAllRoles(context, actor.accountId)
  }),
})

/** Roles may have come or gone with the one-time-code app; the context still holds those from before. */
async function describeWithAllRoles(context: RequestContext, accountId: string) {
  const stored = await context.deps.access.actors.find(accountId)
  return describeMe({ ...context, actor: stored?.actor ?? null }, accountId)
}

/** A session in use lives on: better-auth moves its end once a day and sends the cookie again. */
async function prolong(context: RequestContext): Promise<void> {
  const { auth } = context.deps.access
  const answer = await auth.api.getSession({ headers: headersOf(context.request), returnHeaders: true })
  passCookies(answer.headers, context.reply)
}

const sessionToken = ({ request }: RequestContext): string =>
  decodeURIComponent(sessionCookie(request) ?? '').split('.')[0] ?? ''

/** The address for the code app with the user name as its label, since accounts need no mail address. */
function labelled(totpUri: string, username: string): { uri: string; secret: string } {
  const given = new URL(totpUri)
  const secret = given.searchParams.get('secret') ?? ''
  return { uri: `otpauth://totp/Tingzhou:${encodeURIComponent(username)}${given.search}`, secret }
}

export const sessionRouter = { session, me }
