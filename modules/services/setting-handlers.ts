import { implement } from '@orpc/server'
import { requireActor, requireRole, unwrap, type RequestContext } from '@tingzhou/http'
import { serviceProblems } from './problems.ts'
import { servicesDeps } from './runtime.ts'
import { settingContract } from './setting-contract.ts'
import { readSettings, saveSettings, settingHistory } from './setting-store.ts'

const os = implement(settingContract).$context<RequestContext>()

const readers = ['admin', 'dispatcher', 'supervisor', 'auditor', 'leader'] as const

/** Officers of the park and administrators set; supervision reads. */
export const settingHandlers = os.router({
  get: os.get.handler(({ context }) => {
    requireRole(requireActor(context), ...readers)
    return readSettings(servicesDeps(context.deps))
  }),
  save: os.save.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), 'admin', 'dispatcher')
    return unwrap(await saveSettings(servicesDeps(context.deps), actor, input), serviceProblems)
  }),
  history: os.history.handler(({ context, input }) => {
    requireRole(requireActor(context), ...readers)
    return settingHistory(servicesDeps(context.deps), input)
  }),
})
