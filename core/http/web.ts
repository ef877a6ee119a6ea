import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import serveStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Answers a page address with the shell, or says that it did not. */
export type ServeShell = (request: FastifyRequest, reply: FastifyReply) => FastifyReply | null

const yearSeconds = 31_536_000

/**
 * Serves the built screens: hashed assets for a year, everything else asked for anew, and `index.html` for every page address
 * with the request's nonce in place of `__CSP_NONCE__`.
 * @param folder  the built site; it may appear or change while the server runs
 */
export async function addWeb(app: FastifyInstance, folder: string): Promise<ServeShell> {
  const serveShell = createShell(folder)
  if (existsSync(folder))
    await app.register(serveStatic, {
      root: folder,
      index: false,
      preCompressed: true,
      cacheControl: false,
      setHeaders: (response, path) => {
        const hashed = path.includes('/assets/')
        response.setHeader('cache-control', hashed ? `public, max-age=${yearSeconds}, immutable` : 'no-cache')
      },
    })
  for (const path of ['/', '/index.html'])
    app.get(path, (request, reply) => serveShell(request, reply) ?? reply.callNotFound())
  return serveShell
}

function createShell(folder: string): ServeShell {
  const file = join(folder, 'index.html')
  let cached = { mtimeMs: -1, html: '' }
  return (request, reply) => {
    if (!isPageAddress(request)) return null
    const stat = statSync(file, { throwIfNoEntry: false })
    if (!stat) return null
    if (stat.mtimeMs !== cached.mtimeMs) cached = { mtimeMs: stat.mtimeMs, html: readFileSync(file, 'utf8') }
    const html = cached.html.replaceAll('__CSP_NONCE__', reply.cspNonce.style)
    return reply.code(200).header('cache-control', 'no-store').type('text/html; charset=utf-8').send(html)
  }
}

/** A browser that opens an address, not one that asks for a missing picture. */
function isPageAddress(request: FastifyRequest): boolean {
  const path = request.url.split('?')[0] ?? ''
  if (request.method !== 'GET' && request.method !== 'HEAD') return false
  if (path.startsWith('/api/') || /\.\w{1,10}$/.test(path.replace(/\/index\.html$/, '/'))) return false
  return (
    (request.headers.accept ?? '*/*').includes('text/html') ||
    request.headers.accept === '*/*' ||
    !request.headers.accept
  )
}
