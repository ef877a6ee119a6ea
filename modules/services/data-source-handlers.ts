import { implement } from '@orpc/server'
import { mayReach } from '@tingzhou/access'
import { requireActor, requireRole, unwrap, type RequestContext } from '@tingzhou/http'
import { err, type Result } from '@tingzhou/kernel'
import { dayOf, readAnswer } from './data-answer.ts'
import { consentToLate, handInInstead, receiveAnswer, type Arrived } from './data-request.ts'
import { dataSourceContract } from './data-source-contract.ts'
import { listSources, saveSource } from './data-source.ts'
import { isToken } from './data-token.ts'
import type { ServicesDeps } from './dossier.ts'
import type { ServiceError } from './errors.ts'
import { serviceProblems } from './problems.ts'
import { outOfReach, readerOf } from './reader.ts'
import { servicesDeps } from './runtime.ts'

const sources = implement(dataSourceContract).$context<RequestContext>()

export const dataSourceHandlers = sources.router({
  list: sources.list.handler(async ({ context }) => {
    requireRole(requireActor(context), 'admin', 'auditor', 'supervisor')
    const { deps } = readerOf(context)
    return listSources(deps.db, deps)
  }),
  save: sources.save.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), 'admin')
    return unwrap(await saveSource(servicesDeps(context.deps), actor, input), serviceProblems)
  }),
  // A source has no account: the token of the request is what it shows.
  answer: sources.answer.handler(async ({ context, input }) =>
    unwrap(await answerLater(servicesDeps(context.deps), input), serviceProblems),
  ),
  consent: sources.consent.handler(async ({ context, input }) => {
    await reaching(context, input.id)
    return unwrap(await consentToLate(servicesDeps(context.deps), requireActor(context), input), serviceProblems)
  }),
  handIn: sources.handIn.handler(async ({ context, input }) => {
    await reaching(context, input.id)
    const materials = input.materials.map((line) => ({ ...line, how: 'handed_in' as const }))
    const handed = { id: input.id, commandId: input.commandId, materials }
    return unwrap(await handInInstead(servicesDeps(context.deps), requireActor(context), handed), serviceProblems)
  }),
})

type Later = {
  readonly id: string
  readonly token: string
  readonly value?: unknown
  readonly asOf: string | null
  readonly validTo: string | null
  readonly noData: boolean
}

async function answerLater(deps: ServicesDeps, input: Later): Promise<Result<Arrived, ServiceError>> {
  if (!(await isToken(deps.db, deps, input.id, input.token)))
    return err({ kind: 'wrong_token', field: 'token', value: '', rule: 'the token of the request' })
  if (input.noData) return receiveAnswer(deps, input.id, { kind: 'unusable', why: 'no_data' })
  const read = readAnswer({ value: input.value, asOf: input.asOf, validTo: input.validTo }, dayOf(deps.clock()))
  if (!read.ok)
    return err({ kind: 'bad_answer', field: 'value', value: read.error, rule: 'value and asOf, valid today' })
  return receiveAnswer(deps, input.id, { kind: 'answer', answer: read.value })
}

async function reaching(context: RequestContext, id: string): Promise<void> {
  const { deps, actor } = readerOf(context)
  const request = await deps.db
    .selectFrom('data_request')
    .select('application_id')
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .executeTakeFirst()
  const reached =
    request?.application_id != null &&
    (await mayReach(deps.db, actor, deps.zoneId, 'application', request.application_id))
  if (!reached) outOfReach(id)
}
