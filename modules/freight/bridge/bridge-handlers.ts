import { implement } from '@orpc/server'
import { caseDeps } from '@tingzhou/casework'
import { commandRunner, problem, requireActor, unwrap, type RequestContext } from '@tingzhou/http'
import type { Reader } from '../papers-view.ts'
import { freightProblems } from '../problems.ts'
import { command, historyOf, nowhere, readerOf, saving } from '../room.ts'
import { waybillProblems } from '../waybill/problems.ts'
import '../waybill/texts.ts'
import { changeBridge, enterBridge } from './bridge.ts'
import { bridgeContract, type BridgeRow, type TakenWeighing } from './bridge-contract.ts'
import { findBridge, listBridges, listWeighings, yardOf } from './bridge-view.ts'
import { assignWeighing, setAsideWeighing } from './decide.ts'
import { keepWeighings, type Answered } from './keep.ts'
import { bridgeArea, weighingWords } from './texts.ts'

const os = implement(bridgeContract).$context<RequestContext>()
const run = commandRunner('freight', { freight_slip_photo: 'photoId', freight_weighing_slip: 'waybillId' })
const problems = { ...waybillProblems, ...freightProblems }

export const bridgeHandlers = os.router({
  list: os.list.handler(({ context, input }) => listBridges(readerOf(context), input)),
  get: os.get.handler(({ context, input }) => bridgeFor(readerOf(context), input.id)),
  create: os.create.handler(({ context, input }) => saving(context, 'enter_bridge', input, enterBridge)),
  change: os.change.handler(({ context, input }) => saving(context, 'change_bridge', input, changeBridge)),
  history: os.history.handler(({ context, input }) => historyOf(readerOf(context), 'freight_bridge', input.id)),
  yard: os.yard.handler(async ({ context, input }) => {
    const reader = readerOf(context)
    return yardOf(reader, await bridgeFor(reader, input.id))
  }),
  weighings: os.weighings.handler(async ({ context, input }) => {
    const reader = readerOf(context)
    await bridgeFor(reader, input.id)
    return listWeighings(reader, input)
  }),
  weigh: os.weigh.handler(async ({ context, input }) => {
    const { deps, identity, lang } = context
    const actor = requireActor(context)
    if (identity.by !== 'key') throw problem({ kind: 'key_needed', status: 403, area: bridgeArea })
    // The numbers of its slips make a call safe to repeat.
    const kept = await deps.db.transaction().execute((tx) => keepWeighings(tx, deps, actor, input))
    return { results: unwrap(kept, freightProblems).map((one) => told(lang, one)) }
  }),
  assign: os.assign.handler(async ({ context, input }) => {
    const deps = caseDeps(context.deps)
    const actor = requireActor(context)
    return unwrap(
      await run(context, actor, 'assign_weighing', input, (tx) => assignWeighing(tx, deps, actor, input)),
      problems,
    )
  }),
  setAside: os.setAside.handler(({ context, input }) =>
    command(context, 'set_aside_weighing', input, setAsideWeighing),
  ),
})

const bridgeFor = async (reader: Reader, id: string): Promise<BridgeRow> =>
  (await findBridge(reader, id)) ?? nowhere(id)

const told = (lang: RequestContext['lang'], { number, id, fault }: Answered): TakenWeighing => ({
  number,
  id,
  problem: fault && { ...fault, message: weighingWords(lang, fault.rule) },
})
