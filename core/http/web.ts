import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import serveStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** A built site and where it stands: `/`, or a folder with a slash at both ends. */
export type Site = { readonly path: string; readonly folder: string }

/** Answers a page address with the shell of its site, or says that it did not. */
export type ServeShell = (request: FastifyRequest, reply: FastifyReply) => FastifyReply | null

const yearSeconds = 31_536_000

/**
 * Serves built sites: hashed assets for a year, everything else asked for anew, and `index.html` for every page address with the
 * request's nonce in place of `__CSP_NONCE__`.
 * @param sites  their folders may appear or change while the server runs
 */
export async function addWeb(app: FastifyInstance, sites: readonly Site[]): Promise<ServeShell> {
  const shells = sites.map(({ path, folder }) => ({ path, serve: createShell(folder) }))
  // The nearest site is the one with the longest path.
  shells.sort((a, b) => b.path.length - a.path.length)
  const serveShell: ServeShell = (request, reply) =>
    shells.find(({ path }) => request.url.startsWith(path))?.serve(request, reply) ?? null
  for (const { path, folder } of sites) {
    if (existsSync(folder)) await addFolder(app, path, folder)
    for (const page of [path, `${path}index.html`])
      app.get(page, (request, reply) => {
        // Without its slash the address is the same route, and outside of the site.
        if (!request.url.startsWith(path)) return reply.redirect(path)
        return serveShell(request, reply) ?? reply.callNotFound()
      })
  }
  return serveShell
}

async function addFolder(app: FastifyInstance, path: string, folder: string): Promise<void> {
  await app.register(serveStatic, {
    root: folder,
    prefix: path,
    decorateReply: false,
    index: false,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (response, file) => {
      const hashed = file.includes('/assets/')
      response.setHeader('cache-control', hashed ? `public, max-age=${yearSeconds}, immutable` : 'no-cache')
    },
  })
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
