import { betterAuth } from 'better-auth'
import { genericOAuth, twoFactor, username } from 'better-auth/plugins'
import type { Log } from '@tingzhou/http'
import { newId, type Db } from '@tingzhou/db'
import { authDatabase } from './auth-database.ts'
import { hashPassword, verifyPassword } from './password.ts'

/** A sign-in service of the operator; its addresses are written out, because a service that is down at start must not vanish. */
export type OidcConfig = {
  readonly name: string
  readonly clientId: string
  readonly clientSecret: string
  readonly issuer: string
  readonly authorizationUrl: string
  readonly tokenUrl: string
  readonly userInfoUrl: string
}

export type AuthOptions = {
  readonly db: Db
  readonly zoneId: string
  readonly log: Log
  readonly publicUrl: string
  /** Signs cookies, encrypts one-time-code secrets; at least 32 characters, kept across restarts. */
  readonly secret: string
  readonly oidc?: OidcConfig
}

export const oidcProviderId = 'oidc'
const day = 86_400

/**
 * better-auth as this platform uses it: sessions, passwords, one-time codes and OIDC on our tables; nobody signs up; its own
 * addresses are not mounted except those that OIDC needs.
 */
export function createAuth(options: AuthOptions) {
  const { zoneId } = options
  const zone = {
    zoneId: { type: 'string', required: true, input: false, returned: false, defaultValue: () => zoneId },
  } as const
  return betterAuth({
    appName: 'Tingzhou',
    baseURL: options.publicUrl,
    basePath: '/api/auth',
    secret: options.secret,
    trustedOrigins: [new URL(options.publicUrl).origin],
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    logger: {
      log: (level, message) => options.log[level === 'error' ? 'warn' : 'debug']({ from: 'better-auth' }, message),
    },
    // No transactions: the embedded database has one connection, and better-auth reads outside of its own.
    database: { db: authDatabase(options.db), type: 'postgres', transaction: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 1,
      maxPasswordLength: 128,
      password: { hash: hashPassword, verify: ({ hash, password }) => verifyPassword(hash, password) },
    },
    user: { modelName: 'account', additionalFields: zone },
    session: { modelName: 'accountSession', additionalFields: zone, expiresIn: 7 * day, updateAge: day, freshAge: 0 },
    account: {
      modelName: 'accountCredential',
      additionalFields: zone,
      encryptOAuthTokens: true,
      accountLinking: { enabled: true, trustedProviders: [oidcProviderId] },
    },
    verification: { modelName: 'accountVerification', additionalFields: zone },
    advanced: {
      cookiePrefix: 'tingzhou',
      useSecureCookies: options.publicUrl.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
      database: { generateId: () => newId(), validateSchema: true },
    },
    plugins: [
      username({
        displayUsername: false,
        minUsernameLength: 1,
        maxUsernameLength: 60,
        usernameValidator: () => true,
      }),
      twoFactor({ issuer: 'Tingzhou', schema: { twoFactor: { modelName: 'accountTotp' } } }),
      ...(options.oidc ? [oidcPlugin(options.oidc)] : []),
    ],
  })
}

const oidcPlugin = (oidc: OidcConfig) =>
  genericOAuth({
    config: [
      {
        providerId: oidcProviderId,
        name: oidc.name,
        clientId: oidc.clientId,
        clientSecret: oidc.clientSecret,
        authorizationUrl: oidc.authorizationUrl,
        tokenUrl: oidc.tokenUrl,
        userInfoUrl: oidc.userInfoUrl,
        scopes: ['openid', 'email', 'profile'],
        pkce: true,
        disableSignUp: true,
        disableImplicitSignUp: true,
        accountSubject: ({ profile }) => String(profile.sub ?? ''),
      },
    ],
  })

export type Auth = ReturnType<typeof createAuth>
