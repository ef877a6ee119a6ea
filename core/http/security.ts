import helmet from '@fastify/helmet'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { problem } from './problem.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Sets the security headers; scripts and styles come from this site only, or carry the request's nonce.
 * @param https  whether readers reach the site over TLS, so that browsers may be told to insist on it
 */
export async function addSecurityHeaders(app: FastifyInstance, https: boolean): Promise<void> {
  await app.register(helmet, {
    enableCSPNonces: true,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        // Style attributes, which React and antd set on single elements, cannot load or run anything.
        'style-src-attr': ["'unsafe-inline'"],
        'img-src': ["'self'", 'blob:', 'data:'],
        'font-src': ["'self'", 'data:'],
        'connect-src': ["'self'"],
        'worker-src': ["'self'", 'blob:'],
        'object-src': ["'none'"],
        'base-uri': ["'self'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
    hsts: https ? { maxAge: 31_536_000, includeSubDomains: false } : false,
  })
}

/**
 * Refuses a request that changes data unless a page of this site sent it or it carries its own credential: a cookie alone
 * proves nothing, because the browser adds it to any site's request.
 * @param publicOrigin  the site's origin behind a proxy
 * @throws ProblemError 403 `cross_site`
 * Source: OWASP Cross-Site Request Forgery Prevention, "Fetch Metadata headers" and "Verifying origin".
 */
export function refuseCrossSite(request: FastifyRequest, publicOrigin: string): void {
  if (safeMethods.has(request.method) || carriesOwnCredential(request)) return
  const { origin, cookie, host } = request.headers
  const site = request.headers['sec-fetch-site']
  const trusted =
    site !== undefined
      ? site === 'same-origin' || site === 'none'
      : origin !== undefined
        ? origin === publicOrigin || hostOf(origin) === host
        : cookie === undefined
  if (!trusted) throw problem({ kind: 'cross_site', status: 403, field: 'origin', value: origin, rule: 'same-origin' })
}

const carriesOwnCredential = (request: FastifyRequest): boolean =>
  request.headers['x-api-key'] !== undefined || /^bearer /i.test(request.headers.authorization ?? '')

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}
