import type { FastifyReply, FastifyRequest } from 'fastify'

/** The request's headers as better-auth takes them: those it reads, with the address that we trust. */
export function headersOf(request: FastifyRequest): Headers {
  const headers = new Headers()
  for (const name of ['cookie', 'user-agent', 'origin', 'host'] as const) {
    const value = request.headers[name]
    if (value !== undefined) headers.set(name, value)
  }
  headers.set('x-forwarded-for', request.ip)
  return headers
}

/** Passes on the cookies that better-auth sets. */
export function passCookies(from: Headers, reply: FastifyReply): void {
  for (const cookie of from.getSetCookie()) reply.header('set-cookie', cookie)
}

/**
 * Adds cookies that an answer set to request headers, for a further call of the same sign-in.
 * Source: RFC 6265 section 5.4, name and value only. O(cookies).
 */
export function withCookies(headers: Headers, from: Headers): Headers {
  const jar = new Map<string, string>()
  for (const pair of (headers.get('cookie') ?? '').split('; ')) put(jar, pair)
  for (const cookie of from.getSetCookie()) put(jar, cookie.split(';')[0] ?? '')
  const all = new Headers(headers)
  all.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '))
  return all
}

function put(jar: Map<string, string>, pair: string): void {
  const at = pair.indexOf('=')
  if (at > 0) jar.set(pair.slice(0, at), pair.slice(at + 1))
}
