import { implement } from '@orpc/server'
import { problem, type RequestContext } from '@tingzhou/http'
import { hasRole } from '@tingzhou/parties'
import { command, nowhere, readerOf } from '../room.ts'
import { keepingRoles, readingRoles } from '../roles.ts'
import { changeRiskRule } from './edition.ts'
import { riskContract } from './risk-contract.ts'
import { listEditions, readRules } from './risk-view.ts'
import { findDevices, setTerminal, terminalsOf } from './terminal.ts'

const os = implement(riskContract).$context<RequestContext>()
const notAllowed = () => problem({ kind: 'not_allowed', status: 403, area: 'freight' })

/** The platform's people read the rules; whoever is judged by them does not. @throws ProblemError 403 */
function readerOfRules(context: RequestContext) {
  const reader = readerOf(context)
  if (!hasRole(reader.actor, ...readingRoles)) throw notAllowed()
  return reader.deps
}

export const riskHandlers = os.router({
  rules: os.rules.handler(({ context }) => {
    const { db, zoneId } = readerOfRules(context)
    return readRules(db, zoneId)
  }),
  change: os.change.handler(({ context, input }) => command(context, 'change_risk_rule', input, changeRiskRule)),
  editions: os.editions.handler(({ context, input }) => {
    const { db, zoneId } = readerOfRules(context)
    return listEditions(db, zoneId, input)
  }),
  terminals: os.terminals.handler(async ({ context, input }) => {
    const { deps, actor } = readerOf(context)
    const rows = await terminalsOf(deps.db, deps.zoneId, actor, input.id)
    return { rows: [...(rows ?? nowhere(input.id))] }
  }),
  devices: os.devices.handler(async ({ context, input }) => {
    const { deps, actor } = readerOf(context)
    if (!hasRole(actor, ...keepingRoles)) throw notAllowed()
    return { rows: await findDevices(deps.db, deps.zoneId, input.q) }
  }),
  setTerminal: os.setTerminal.handler(({ context, input: { id, ...input } }) =>
    command(context, 'set_terminal', { ...input, vehicleId: id }, setTerminal),
  ),
})
