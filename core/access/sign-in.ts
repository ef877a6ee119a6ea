import type { FastifyReply, FastifyRequest } from 'fastify'
import type { EpochMs } from '@tingzhou/kernel'
import type { Db } from '@tingzhou/db'
import { problem, type Deps } from '@tingzhou/http'
import { findPassword, findPersonAccount, foldUsername } from './account.ts'
import type { Auth } from './auth.ts'
import { headersOf, passCookies, withCookies } from './headers.ts'
import { hashPassword, verifyPassword } from './password.ts'
import { addressLimit, clearSubject, countAttempt, lockedUntil, lockSubject, nameLimit } from './sign-in-guard.ts'

export type SignInWish = {
  readonly username: string
  readonly password: string
  readonly totp?: string | undefined
  readonly remember: boolean
}

/**
 * Signs in: counts the attempt, checks password and code, sets the session cookie. Every refusal says the same, so that
 * nobody learns which user names exist or are locked.
 * @returns the account's id
 * @throws ProblemError `sign_in_refused`, `totp_required`, `totp_refused`, `too_many_requests`
 */
export async function signIn(
  deps: Deps,
  wish: SignInWish,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string> {
  const { db, zoneId, clock, log, access } = deps
  const username = foldUsername(wish.username)
  const attempt = await openAttempt(db, zoneId, username, request.ip, clock())
  const accountId = attempt.locked ? null : await findPersonAccount(db, zoneId, username)
  if (attempt.locked || accountId === null) {
    // An unknown name takes as long as a known one.
    if (!attempt.locked) await hashPassword(wish.password)
    await attempt.failed()
    log.info({ username, ip: request.ip, locked: attempt.locked }, 'sign-in refused')
    throw problem({ kind: 'sign_in_refused', status: 401, area: 'access' })
  }
  const headers = headersOf(request)
  const body = { username, password: wish.password, rememberMe: wish.remember }
  const answer = await access.auth.api.signInUsername({ body, headers, asResponse: true })
  if (!answer.ok) {
    await attempt.failed()
    log.info({ username, ip: request.ip, accountId }, 'sign-in refused')
    throw problem({ kind: 'sign_in_refused', status: 401, area: 'access' })
  }
  await attempt.passed()
  const needsCode = 'twoFactorRedirect' in ((await answer.json()) as object)
  const final = needsCode ? await verifyCode(access.auth, withCookies(headers, answer.headers), wish.totp) : answer
  passCookies(final.headers, reply)
  log.info({ username, ip: request.ip, accountId }, 'signed in')
  return accountId
}

type Attempt = {
  readonly locked: boolean
  readonly failed: () => Promise<void>
  readonly passed: () => Promise<void>
}

async function openAttempt(db: Db, zoneId: string, username: string, ip: string, now: EpochMs): Promise<Attempt> {
  const name = `name:${username}`
  const address = `address:${ip}`
  const until = (await lockedUntil(db, zoneId, [address], now)).get(address)
  if (until !== undefined) {
    const seconds = Math.ceil((until - now) / 1_000)
    throw problem({ kind: 'too_many_requests', status: 429, meta: { seconds }, retryAfterSeconds: seconds })
  }
  const counted = await countAttempt(db, zoneId, name, nameLimit, now)
  return {
    locked: counted.locked,
    failed: async () => {
      if (counted.last) await lockSubject(db, zoneId, name, nameLimit, now)
      const { last } = await countAttempt(db, zoneId, address, addressLimit, now)
      if (last) await lockSubject(db, zoneId, address, addressLimit, now)
    },
    passed: () => clearSubject(db, zoneId, name),
  }
}

async function verifyCode(auth: Auth, headers: Headers, code: string | undefined): Promise<Response> {
  if (code === undefined)
    throw problem({ kind: 'totp_required', status: 401, area: 'access', field: 'totp', rule: 'required' })
  const answer = /^\d{6}$/.test(code)
    ? await auth.api.verifyTOTP({ body: { code }, headers, asResponse: true })
    : await auth.api.verifyBackupCode({ body: { code }, headers, asResponse: true })
  if (answer.ok) return answer
  throw problem({
    kind: 'totp_refused',
    status: answer.status === 429 ? 429 : 401,
    area: 'access',
    field: 'totp',
    rule: 'code',
  })
}

/**
 * Makes sure that the one at the keyboard knows the account's password; counts failures like a sign-in.
 * @throws ProblemError 422 `password_refused`
 */
export async function requirePassword(
  deps: Deps,
  accountId: string,
  username: string,
  password: string,
  ip: string,
): Promise<void> {
  const { db, zoneId, clock } = deps
  const attempt = await openAttempt(db, zoneId, username, ip, clock())
  const hash = attempt.locked ? null : await findPassword(db, zoneId, accountId)
  if (hash !== null && (await verifyPassword(hash, password))) return attempt.passed()
  await attempt.failed()
  throw problem({ kind: 'password_refused', status: 422, area: 'access', field: 'password', rule: 'current password' })
}
