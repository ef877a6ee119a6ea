import { implement } from '@orpc/server'
import { mayReach } from '@tingzhou/access'
import { problem, registerProblems, requireActor, requireRole, unwrap, type RequestContext } from '@tingzhou/http'
import { writeXlsx } from '@tingzhou/sheets'
import { applicationContract } from './application-contract.ts'
import { createApplication, saveApplication } from './application-draft.ts'
import { allApplications, countApplications, listApplications } from './application-list.ts'
import { applicationMovable } from './application-moves.ts'
import { applicationSheet } from './application-sheet.ts'
import { findApplication } from './application-view.ts'
import { certificateContract } from './certificate-contract.ts'
import { printCertificate } from './certificate-sheet.ts'
import { findCertificate, verifyCertificate } from './certificate-view.ts'
import { objectKinds, type Table } from './dossier.ts'
import { itemContract } from './item-contract.ts'
import { itemMovable } from './item-moves.ts'
import { findItem, listItems } from './item-view.ts'
import en from './locales/problem.en.json' with { type: 'json' }
import zhCN from './locales/problem.zh-CN.json' with { type: 'json' }
import { dataRequestContract, measureContract } from './measure-contract.ts'
import { measuresOf, rowsBehind } from './measure-store.ts'
import { makeMove, type Movable, type Moved, type Named } from './move.ts'
import { openPackage, packageMovable } from './package-moves.ts'
import { findPackage, listPackages } from './package-view.ts'
import { serviceProblems } from './problems.ts'
import { promiseContract } from './promise-contract.ts'
import { promiseMovable } from './promise-moves.ts'
import { outOfReach, readerOf, type Reader } from './reader.ts'
import { listRequests } from './request-view.ts'
import { withNames } from './refusal-names.ts'
import { revocationContract } from './revocation-contract.ts'
import { revocationMovable } from './revocation-moves.ts'
import './rule-texts.ts'
import { servicesDeps } from './runtime.ts'
import { layFacts } from './shared-fact.ts'
import { supplyList } from './supply.ts'
import { drawingOf, trailOf } from './trail.ts'
import { packageContract, windowContract } from './window-contract.ts'
import { endVisit, openVisits, startVisit } from './window-visit.ts'

registerProblems('services', { 'zh-CN': zhCN, en })

/** The most rows one export writes; more is asked for by a narrower filter. */
const exportRowsMax = 50_000

/** The reader, if the case is within reach. */
async function reaching(context: RequestContext, table: Table, id: string): Promise<Reader> {
  const reader = readerOf(context)
  const { deps, actor } = reader
  if (!(await mayReach(deps.db, actor, deps.zoneId, objectKinds[table], id))) return outOfReach(id)
  return reader
}

/** A move of a case within reach; a refusal names things as the reader knows them. */
async function moved<T extends Table, S, M extends Named>(
  context: RequestContext,
  movable: Movable<T, S, M>,
  id: string,
  move: M,
): Promise<Moved> {
  const reader = await reaching(context, movable.table, id)
  const result = await makeMove(reader.deps, reader.actor, movable, id, move)
  return unwrap(await withNames(reader, [movable.table, id], result), serviceProblems)
}

const applications = implement(applicationContract).$context<RequestContext>()

export const applicationHandlers = applications.router({
  list: applications.list.handler(async ({ context, input }) => listApplications(readerOf(context), input)),
  counts: applications.counts.handler(async ({ context }) => countApplications(readerOf(context))),
  exportSheet: applications.exportSheet.handler(async ({ context, input }) => {
    const reader = readerOf(context)
    const rows = []
    for await (const batch of allApplications(reader, input)) {
      rows.push(...batch)
      if (rows.length > exportRowsMax)
        throw problem({
          kind: 'export_too_large',
          status: 422,
          area: 'services',
          rule: `at most ${exportRowsMax} rows`,
          meta: { max: exportRowsMax },
        })
    }
    const { columns, name, notes } = applicationSheet(context.lang, input, reader.now)
    const bytes = await writeXlsx(columns, rows, { sheetName: name, notesSheet: notes })
    return new File([new Uint8Array(bytes)], `${name}.xlsx`, {
      type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    })
  }),
  get: applications.get.handler(
    async ({ context, input }) => (await findApplication(readerOf(context), input.id)) ?? outOfReach(input.id),
  ),
  trail: applications.trail.handler(async ({ context, input }) =>
    trailOf(await reaching(context, 'service_application', input.id), input.id, input),
  ),
  process: applications.process.handler(async ({ context, input }) => {
    const reader = await reaching(context, 'service_application', input.id)
    return (await drawingOf(reader, 'service_application', input.id)) ?? outOfReach(input.id)
  }),
  create: applications.create.handler(async ({ context, input: { commandId, ...input } }) =>
    unwrap(
      await createApplication(servicesDeps(context.deps), requireActor(context), commandId, input),
      serviceProblems,
    ),
  ),
  save: applications.save.handler(async ({ context, input }) => {
    const { deps, actor } = await reaching(context, 'service_application', input.id)
    return unwrap(await saveApplication(deps, actor, input), serviceProblems)
  }),
  move: applications.move.handler(({ context, input }) => moved(context, applicationMovable, input.id, input.move)),
  supply: applications.supply.handler(async ({ context, input }) =>
    unwrap(await supplyList(servicesDeps(context.deps), requireActor(context), input), serviceProblems),
  ),
})

const items = implement(itemContract).$context<RequestContext>()

export const itemHandlers = items.router({
  list: items.list.handler(async ({ context, input }) => listItems(readerOf(context), input)),
  get: items.get.handler(
    async ({ context, input }) => (await findItem(readerOf(context), input.id)) ?? outOfReach(input.id),
  ),
  trail: items.trail.handler(async ({ context, input }) =>
    trailOf(await reaching(context, 'item_case', input.id), input.id, input),
  ),
  process: items.process.handler(async ({ context, input }) => {
    const reader = await reaching(context, 'item_case', input.id)
    return (await drawingOf(reader, 'item_case', input.id)) ?? outOfReach(input.id)
  }),
  move: items.move.handler(({ context, input }) => moved(context, itemMovable, input.id, input.move)),
})

const promises = implement(promiseContract).$context<RequestContext>()

export const promiseHandlers = promises.router({
  move: promises.move.handler(({ context, input }) => moved(context, promiseMovable, input.id, input.move)),
})

const revocations = implement(revocationContract).$context<RequestContext>()

export const revocationHandlers = revocations.router({
  move: revocations.move.handler(({ context, input }) => moved(context, revocationMovable, input.id, input.move)),
})

const certificates = implement(certificateContract).$context<RequestContext>()

export const certificateHandlers = certificates.router({
  get: certificates.get.handler(
    async ({ context, input }) => (await findCertificate(readerOf(context), input.id)) ?? outOfReach(input.id),
  ),
  file: certificates.file.handler(async ({ context, input }) => {
    const certificate = (await findCertificate(readerOf(context), input.id)) ?? outOfReach(input.id)
    return printCertificate(certificate, context.lang, context.deps.access.publicUrl.replace(/\/$/, ''))
  }),
  // Whoever holds the number may ask, without signing in.
  verify: certificates.verify.handler(
    async ({ context, input }) =>
      (await verifyCertificate(servicesDeps(context.deps), input.no)) ?? outOfReach(input.no, 'no'),
  ),
})

const windows = implement(windowContract).$context<RequestContext>()

export const windowHandlers = windows.router({
  start: windows.start.handler(async ({ context, input }) =>
    unwrap(await startVisit(servicesDeps(context.deps), requireActor(context), input), serviceProblems),
  ),
  finish: windows.finish.handler(async ({ context, input }) =>
    unwrap(await endVisit(servicesDeps(context.deps), requireActor(context), input), serviceProblems),
  ),
  open: windows.open.handler(async ({ context }) => openVisits(readerOf(context))),
})

const packages = implement(packageContract).$context<RequestContext>()

export const packageHandlers = packages.router({
  list: packages.list.handler(async ({ context, input }) => listPackages(readerOf(context), input)),
  get: packages.get.handler(
    async ({ context, input }) => (await findPackage(readerOf(context), input.id)) ?? outOfReach(input.id),
  ),
  process: packages.process.handler(async ({ context, input }) => {
    const reader = await reaching(context, 'cross_region_package', input.id)
    return (await drawingOf(reader, 'cross_region_package', input.id)) ?? outOfReach(input.id)
  }),
  open: packages.open.handler(async ({ context, input: { commandId, ...input } }) => {
    const { deps, actor } = await reaching(context, 'service_application', input.applicationId)
    return unwrap(await openPackage(deps, actor, commandId, input), serviceProblems)
  }),
  move: packages.move.handler(({ context, input }) => moved(context, packageMovable, input.id, input.move)),
})

const measures = implement(measureContract).$context<RequestContext>()

const readers = ['window_officer', 'dept_head', 'supervisor', 'auditor', 'admin', 'leader', 'dispatcher'] as const

export const measureHandlers = measures.router({
  get: measures.get.handler(async ({ context, input }) => {
    requireRole(requireActor(context), ...readers)
    return measuresOf(readerOf(context), input)
  }),
  behind: measures.behind.handler(async ({ context, input }) => {
    requireRole(requireActor(context), ...readers)
    return rowsBehind(readerOf(context), input.name, input)
  }),
})

const requests = implement(dataRequestContract).$context<RequestContext>()

export const dataRequestHandlers = requests.router({
  list: requests.list.handler(async ({ context, input }) => listRequests(readerOf(context), input)),
  lay: requests.lay.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), 'dept_head', 'dept_officer', 'machine', 'admin')
    return unwrap(await layFacts(servicesDeps(context.deps), actor, input.commandId, input.facts), serviceProblems)
  }),
})
