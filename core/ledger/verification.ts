import type { FastifyInstance } from 'fastify'
import type { Database } from '@tingzhou/db'
import { apiPrefix, contextOf, problem, requireActor, requireRole, type Deps } from '@tingzhou/http'
import { verifyLedger } from './verify.ts'

const running = new WeakSet<Database>()

/**
 * `POST /ledger-verifications`: reckons the ledger anew, for administrators, one at a time. Outside the contract, because a large
 * zone takes longer than a route of it may.
 */
export function addVerification(app: FastifyInstance, deps: Deps): void {
  app.post(`${apiPrefix}/ledger-verifications`, async (request, reply) => {
    requireRole(requireActor(contextOf(request, reply)), 'admin')
    const { database, db, zoneId } = deps
    if (running.has(database))
      throw problem({ kind: 'verification_running', status: 409, area: 'ledger', retryAfterSeconds: 30 })
    running.add(database)
    try {
      return await verifyLedger(db, zoneId)
    } finally {
      running.delete(database)
    }
  })
}
