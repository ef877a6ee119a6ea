import { implement } from '@orpc/server'
import { caseDeps, drawingOf, readTrail } from '@tingzhou/casework'
import { requireActor, unwrap, type RequestContext } from '@tingzhou/http'
import { hasRole } from '@tingzhou/parties'
import { freightProblems } from '../problems.ts'
import { keepTripTrack } from '../risk/trip.ts'
import { auditingRoles } from '../roles.ts'
import { nowhere } from '../room.ts'
import { findWaybill } from './detail.ts'
import { findingsOf } from './findings.ts'
import { listMine } from './mine.ts'
import { makeMove } from './moves.ts'
import { uploadProblems, waybillProblems } from './problems.ts'
import { makeSignLink, readSignPage, signByLink } from './sign-link.ts'
import { printSheet, type SheetKind } from './sheet.ts'
import { endText } from './texts.ts'
import { isReadable, listWaybills, type Reader } from './view.ts'
import { waybillContract } from './waybill-contract.ts'

const os = implement(waybillContract).$context<RequestContext>()
const problems = { ...freightProblems, ...uploadProblems, ...waybillProblems }

export const waybillHandlers = os.router({
  list: os.list.handler(({ context, input }) => listWaybills(readerOf(context), input)),
  get: os.get.handler(
    async ({ context, input }) => (await findWaybill(readerOf(context), context.lang, input.id)) ?? nowhere(input.id),
  ),
  // Who may move is decided under the lock.
  move: os.move.handler(async ({ context, input }) => {
    const { deps, actor } = readerOf(context)
    // The track as it is by now, late fixes too, before the transaction that judges by it.
    if (input.move.move === 'audit' && hasRole(actor, ...auditingRoles)) await keepTripTrack(context.deps, input.id)
    return unwrap(await makeMove(deps, actor, input.id, input.move), problems)
  }),
  findings: os.findings.handler(async ({ context, input: { id } }) => {
    const { deps, actor } = await readerFor(context, id)
    if (!hasRole(actor, ...auditingRoles)) return nowhere(id)
    await keepTripTrack(context.deps, id)
    return findingsOf(deps, actor, id)
  }),
  signLink: os.signLink.handler(async ({ context, input }) => {
    const { deps, actor } = readerOf(context)
    const secret = unwrap(await makeSignLink(deps, actor, input.id, input.commandId), problems)
    return { secret, path: `/freight-sign/${secret}` }
  }),
  agreementFile: os.agreementFile.handler(({ context, input }) => printed(context, input.id, 'agreement')),
  sheet: os.sheet.handler(({ context, input }) => printed(context, input.id, 'waybill')),
  history: os.history.handler(async ({ context, input: { id, ...page } }) => {
    const { deps } = await readerFor(context, id)
    const { rows, next } = await readTrail(deps.db, deps.zoneId, id, page)
    return { rows: rows.map((line) => ({ ...line, reason: line.reason && endText(context.lang, line.reason) })), next }
  }),
  process: os.process.handler(async ({ context, input: { id } }) => {
    const { deps } = await readerFor(context, id)
    return (await drawingOf(deps.db, deps.zoneId, 'freight_waybill', id)) ?? nowhere(id)
  }),
  mine: os.mine.handler(async ({ context }) => ({ rows: await listMine(readerOf(context)) })),
  // Without an account: the secret is what lets in. The limit of requests an address holds as everywhere.
  signPage: os.signPage.handler(async ({ context, input }) =>
    unwrap(await readSignPage(caseDeps(context.deps), input.secret), problems),
  ),
  sign: os.sign.handler(async ({ context, input: { secret, ...signature } }) => {
    const { deps, lang } = context
    const signed = await signByLink(caseDeps(deps), deps.files, secret, lang, signature)
    const { number, state } = unwrap(signed, problems)
    return { number, state }
  }),
})

const readerOf = (context: RequestContext): Reader => ({
  deps: caseDeps(context.deps),
  actor: requireActor(context),
})

async function printed(context: RequestContext, id: string, kind: SheetKind): Promise<File> {
  const publicUrl = context.deps.access.publicUrl.replace(/\/$/, '')
  return (await printSheet(readerOf(context), id, kind, { lang: context.lang, publicUrl })) ?? nowhere(id)
}

/** The same, for a waybill that must be within reach. */
async function readerFor(context: RequestContext, id: string): Promise<Reader> {
  const reader = readerOf(context)
  return (await isReadable(reader, id)) ? reader : nowhere(id)
}
