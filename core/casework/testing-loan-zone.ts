import { newId, type Database } from '@tingzhou/db'
import { assert, type EpochMs } from '@tingzhou/kernel'
import type { Actor, Role } from '@tingzhou/parties'
import { caseHost } from './host.ts'
import { askFor, loanPlay, moveLoan, type LoanMove } from './testing-loan.ts'
import { caseZone } from './testing-zone.ts'

type Asked = LoanMove extends infer M ? (M extends LoanMove ? Omit<M, 'commandId' | 'rev'> : never) : never

/** A zone in which a department lends tools to a firm. */
export async function loanZone(database: Pick<Database, 'db'>, start: EpochMs) {
  const cases = await caseZone(database, start, (deps) => [caseHost(deps, loanPlay)])
  const { zoneId, deps } = cases
  const parties = { firmId: newId(), lenderId: newId() }
  const person = (role: Role, partyId: string | null = null): Actor => ({
    accountId: newId(),
    name: role,
    kind: 'person',
    lang: 'en',
    memberships: [{ role, partyId }],
  })
  const people = {
    firm: person('enterprise', parties.firmId),
    lender: person('dept_officer', parties.lenderId),
    supervisor: person('supervisor'),
    stranger: person('enterprise', newId()),
    counter: {
      ...person('machine'),
      memberships: [
        { role: 'machine', partyId: null },
        { role: 'enterprise', partyId: parties.firmId },
      ],
    } satisfies Actor,
  }
  const row = (id: string) =>
    database.db
      .selectFrom('casework_loan')
      .selectAll()
      .where('zone_id', '=', zoneId)
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  /** Makes a move on the present revision, or on the given one; gives the result. */
  const tryMove = async (id: string, actor: Actor, asked: Asked, over: { rev?: number; commandId?: string } = {}) =>
    moveLoan(deps, actor, id, { commandId: newId(), rev: (await row(id)).rev, ...asked, ...over })
  const move = async (id: string, actor: Actor, asked: Asked) => {
    const moved = await tryMove(id, actor, asked)
    assert(moved.ok, `${asked.move}: ${JSON.stringify(moved)}`)
    return moved.value
  }
  const ask = async (tool = 'drill'): Promise<string> => {
    const asked = await askFor(deps, people.firm, newId(), { tool, ...parties })
    assert(asked.ok, `the loan is asked for: ${JSON.stringify(asked)}`)
    return asked.value.id
  }
  return { ...cases, parties, people, row, tryMove, move, ask }
}
