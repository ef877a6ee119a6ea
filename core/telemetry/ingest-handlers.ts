import { implement } from '@orpc/server'
import { problem, type RequestContext } from '@tingzhou/http'
import type { IngestAnswer } from './field-gateway.ts'
import { ingestContract } from './ingest-contract.ts'
import './texts.ts'

const area = 'telemetry'
const os = implement(ingestContract).$context<RequestContext>()

/** Identity and key of a device, as HTTP Basic has them; empty when it shows none. Source: RFC 7617. */
function deviceOf(header: string | undefined): { readonly identity: string; readonly key: string } {
  const [scheme, token = ''] = (header ?? '').split(' ')
  const text = scheme?.toLowerCase() === 'basic' ? Buffer.from(token, 'base64').toString('utf8') : ''
  const at = text.indexOf(':')
  return at < 0 ? { identity: '', key: '' } : { identity: text.slice(0, at), key: text.slice(at + 1) }
}

function ingestProblem(answer: Exclude<IngestAnswer, { kind: 'kept' }>, batchId: string) {
  switch (answer.kind) {
    case 'refused':
      return problem({ kind: 'device_refused', status: 401, area })
    case 'too_many': {
      const seconds = Math.ceil(answer.waitMs / 1_000)
      return problem({ kind: 'too_many_requests', status: 429, meta: { seconds }, retryAfterSeconds: seconds })
    }
    case 'batch_reused':
      return problem({
        kind: 'batch_reused',
        status: 409,
        area,
        field: 'batchId',
        value: batchId,
        rule: 'one id, one content',
      })
    case 'no_room':
      return problem({ kind: 'no_room_for_points', status: 422, area, field: 'points', rule: '<= 1000 points' })
    case 'not_kept':
      return problem({ kind: 'not_kept', status: 503, area, retryAfterSeconds: 5 })
  }
}

/** Readings that devices post. */
export const ingestHandlers = {
  ingest: os.ingest.handler(async ({ context, input: batch }) => {
    const { request, reply, deps } = context
    const { identity, key } = deviceOf(request.headers.authorization)
    if (!deps.fieldGateway) throw problem({ kind: 'no_gateway', status: 503, area, retryAfterSeconds: 60 })
    const answer = await deps.fieldGateway.ingest({ identity, key, address: request.ip, batch })
    if (answer.kind === 'kept') {
      const { batchId, values = {}, readings = [] } = batch
      const { refused, faults } = answer
      const accepted = Object.keys(values).length + readings.length - refused
      return { batchId, accepted, refused, errors: [...faults] }
    }
    if (answer.kind === 'refused') reply.header('www-authenticate', 'Basic realm="devices", charset="UTF-8"')
    throw ingestProblem(answer, batch.batchId)
  }),
}
