import { implement } from '@orpc/server'
import { requireActor, requireRole, type Deps, type RequestContext } from '@tingzhou/http'
import { regulatingRoles, uploadReadingRoles } from '../roles.ts'
import { command, historyOf, nowhere, readerOf } from '../room.ts'
import { giveUpUpload, resendUpload } from './mend.ts'
import './reach.ts'
import { regulatorContract } from './regulator-contract.ts'
import { findRegulator, setRegulator } from './regulator.ts'
import { passwordSealer } from './sender.ts'
import { senderOf } from './server.ts'
import { sweepLater } from './sweep.ts'
import './texts.ts'
import { uploadContract } from './upload-contract.ts'
import { countStates, findUpload, listUploads, uploadsOfWaybill } from './view.ts'

const uploads = implement(uploadContract).$context<RequestContext>()

export const uploadHandlers = uploads.router({
  list: uploads.list.handler(({ context, input }) => listUploads(readerOf(context), context.lang, input)),
  counts: uploads.counts.handler(async ({ context }) => {
    const { db, zoneId } = context.deps
    return {
      states: [...(await countStates(readerOf(context)))],
      isOn: (await findRegulator(db, zoneId))?.isOn ?? false,
      silentSince: senderOf(context.deps).channel.silentSince(),
    }
  }),
  get: uploads.get.handler(
    async ({ context, input }) => (await findUpload(readerOf(context), context.lang, input.id)) ?? nowhere(input.id),
  ),
  ofWaybill: uploads.ofWaybill.handler(({ context, input }) =>
    uploadsOfWaybill(readerOf(context), context.lang, input.id),
  ),
  resend: uploads.resend.handler(({ context, input }) => command(context, 'resend_upload', input, resendUpload)),
  giveUp: uploads.giveUp.handler(({ context, input }) => command(context, 'give_up_upload', input, giveUpUpload)),
  history: uploads.history.handler(({ context, input }) => historyOf(readerOf(context), 'freight_upload', input.id)),
})

const regulator = implement(regulatorContract).$context<RequestContext>()

export const regulatorHandlers = regulator.router({
  get: regulator.get.handler(async ({ context }) => {
    requireRole(requireActor(context), ...uploadReadingRoles)
    return { regulator: await shownRegulator(context.deps) }
  }),
  set: regulator.set.handler(async ({ context, input }) => {
    const sealer = await passwordSealer(context.deps)
    return command(context, 'set_regulator', input, async (tx, deps, actor, wish) => {
      const set = await setRegulator(tx, { ...deps, sealer }, actor, wish)
      if (set.ok) await sweepLater(tx, deps.zoneId, deps.clock())
      return set
    })
  }),
  check: regulator.check.handler(({ context }) => {
    requireRole(requireActor(context), ...regulatingRoles)
    return checkRegulator(context.deps)
  }),
  history: regulator.history.handler(({ context }) =>
    historyOf(readerOf(context), 'freight_regulator', context.deps.zoneId),
  ),
})

async function shownRegulator(deps: Deps) {
  const found = await findRegulator(deps.db, deps.zoneId)
  if (!found) return null
  const passwordReadable = (await senderOf(deps).passwordOf(found)) !== null
  const { sealedPassword: _, ...rest } = found
  return { ...rest, passwordReadable }
}

/** Asks the regulator for a token and says what came back. No transaction is open meanwhile. */
async function checkRegulator(deps: Deps) {
  const { channel, passwordOf } = senderOf(deps)
  const found = (await findRegulator(deps.db, deps.zoneId)) ?? nowhere(deps.zoneId)
  const password = await passwordOf(found)
  if (password === null)
    return { isReached: false, outcome: 'broken' as const, code: 'password', text: '', until: null, tookMs: 0 }
  const began = performance.now()
  const answer = await channel.signIn(found, password)
  const tookMs = Math.round(performance.now() - began)
  if (answer.ok)
    return { isReached: true, outcome: 'accepted' as const, code: '', text: '', until: answer.value, tookMs }
  const { outcome, code, text } = answer.error
  return { isReached: outcome !== 'unanswered', outcome, code, text, until: null, tookMs }
}
