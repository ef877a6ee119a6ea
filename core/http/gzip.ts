import { Transform, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { problem } from './problem.ts'

/**
 * Takes bodies that are packed with gzip. What they unpack to is bound by the same limit as any other body, byte by byte while it
 * is unpacked: a small body that unpacks to a huge one is refused at the limit.
 * Source: RFC 9110 section 8.4.1.
 */
export function acceptGzip(app: FastifyInstance): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const encoding = request.headers['content-encoding']?.trim().toLowerCase()
    if (encoding === undefined || encoding === '' || encoding === 'identity') return done(null, payload)
    if (encoding !== 'gzip')
      return done(
        problem({
          kind: 'unsupported_encoding',
          status: 415,
          field: 'content-encoding',
          value: encoding,
          rule: 'gzip',
          meta: { encoding },
        }),
      )
    // What comes out has another length than the header says.
    delete request.headers['content-length']
    done(null, unpack(payload, request.routeOptions.bodyLimit ?? 0))
  })
}

function unpack(payload: Readable, limitBytes: number): Readable {
  const gunzip = createGunzip()
  let bytes = 0
  const unpacked = new Transform({
    transform: (chunk: Uint8Array, _encoding, done) => {
      bytes += chunk.length
      // Who reads this refuses it; nothing more is unpacked, what still comes is thrown away.
      if (bytes > limitBytes) {
        payload.unpipe(gunzip)
        payload.resume()
        gunzip.destroy()
      }
      done(null, chunk)
    },
  })
  const fail = () => unpacked.destroy(problem({ kind: 'malformed_body', status: 400 }))
  // Who reads it hears what is wrong with it. Where nobody does, as on a route without a body, nothing else may end for it.
  unpacked.on('error', () => {})
  payload.on('error', fail)
  gunzip.on('error', fail)
  payload.pipe(gunzip).pipe(unpacked)
  return unpacked
}
