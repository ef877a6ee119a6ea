import { implement } from '@orpc/server'
import { mayReach } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import { findFile } from '@tingzhou/files'
import { problem, requireActor, requireRole, unwrap, type RequestContext } from '@tingzhou/http'
import { changeDriver, enterDriver, linkAccount } from './driver.ts'
import { driverContract } from './driver-contract.ts'
import { findDriver, listDrivers } from './driver-view.ts'
import { blockers } from './blockers.ts'
import { codeFile } from './codes.ts'
import { importSheet, importTemplate, readSheet } from './import.ts'
import { addPaper, changePaperKind, listPaperKinds, withdrawPaper } from './paper.ts'
import { codeContract, importContract, paperContract } from './paper-contract.ts'
import { freightProblems } from './problems.ts'
import { command, historyOf, nowhere, readerOf, toldWarnings } from './room.ts'
import { exportList } from './sheet.ts'
import { changeVehicle, enterVehicle } from './vehicle.ts'
import { vehicleContract } from './vehicle-contract.ts'
import { findVehicle, listVehicles } from './vehicle-view.ts'

const drivers = implement(driverContract).$context<RequestContext>()

export const driverHandlers = drivers.router({
  list: drivers.list.handler(({ context, input }) => listDrivers(readerOf(context), input)),
  exportXlsx: drivers.exportXlsx.handler(({ context, input }) => {
    const reader = readerOf(context)
    return exportList(reader, context.lang, 'driver', input, (page) => listDrivers(reader, { ...input, ...page }))
  }),
  get: drivers.get.handler(
    async ({ context, input }) => (await findDriver(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  create: drivers.create.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const saved = await command(context, actor, 'enter_driver', input, (tx) =>
      enterDriver(tx, context.deps, actor, input),
    )
    return toldWarnings(context.lang, unwrap(saved, freightProblems))
  }),
  change: drivers.change.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const saved = await command(context, actor, 'change_driver', input, (tx) =>
      changeDriver(tx, context.deps, actor, input),
    )
    return toldWarnings(context.lang, unwrap(saved, freightProblems))
  }),
  linkAccount: drivers.linkAccount.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const linked = await command(context, actor, 'link_driver_account', input, (tx) =>
      linkAccount(tx, context.deps, actor, input),
    )
    const { id, accountId } = unwrap(linked, freightProblems)
    context.deps.access.actors.forget(accountId)
    return { id }
  }),
  history: drivers.history.handler(async ({ context, input }) => {
    const reader = readerOf(context)
    return (await findDriver(reader, input.id)) ? historyOf(reader, input.id) : nowhere(input.id)
  }),
})

const vehicles = implement(vehicleContract).$context<RequestContext>()

export const vehicleHandlers = vehicles.router({
  list: vehicles.list.handler(({ context, input }) => listVehicles(readerOf(context), input)),
  exportXlsx: vehicles.exportXlsx.handler(({ context, input }) => {
    const reader = readerOf(context)
    return exportList(reader, context.lang, 'vehicle', input, (page) => listVehicles(reader, { ...input, ...page }))
  }),
  get: vehicles.get.handler(
    async ({ context, input }) => (await findVehicle(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  create: vehicles.create.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const saved = await command(context, actor, 'enter_vehicle', input, (tx) =>
      enterVehicle(tx, context.deps, actor, input),
    )
    return toldWarnings(context.lang, unwrap(saved, freightProblems))
  }),
  change: vehicles.change.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const saved = await command(context, actor, 'change_vehicle', input, (tx) =>
      changeVehicle(tx, context.deps, actor, input),
    )
    return toldWarnings(context.lang, unwrap(saved, freightProblems))
  }),
  history: vehicles.history.handler(async ({ context, input }) => {
    const reader = readerOf(context)
    return (await findVehicle(reader, input.id)) ? historyOf(reader, input.id) : nowhere(input.id)
  }),
})

const codes = implement(codeContract).$context<RequestContext>()

export const codeHandlers = codes.router({
  table: codes.table.handler(({ context, input }) => {
    requireActor(context)
    const { source, licence, rows } = codeFile(input.table)
    return { source, licence, rows: [...rows] }
  }),
})

const papers = implement(paperContract).$context<RequestContext>()

export const paperHandlers = papers.router({
  kinds: papers.kinds.handler(async ({ context }) => {
    requireActor(context)
    return { rows: await listPaperKinds(context.deps.db, context.deps.zoneId) }
  }),
  changeKind: papers.changeKind.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const changed = await command(context, actor, 'change_paper_kind', input, (tx) =>
      changePaperKind(tx, context.deps, actor, input),
    )
    return unwrap(changed, freightProblems)
  }),
  add: papers.add.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const added = await command(context, actor, 'add_paper', input, (tx) => addPaper(tx, context.deps, actor, input))
    return unwrap(added, freightProblems)
  }),
  withdraw: papers.withdraw.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    const gone = await command(context, actor, 'withdraw_paper', input, (tx) =>
      withdrawPaper(tx, context.deps, actor, input),
    )
    return unwrap(gone, freightProblems)
  }),
  blockers: papers.blockers.handler(async ({ context, input }) => {
    const { deps, actor } = readerOf(context)
    const trio = { carrier: input.carrierId, driver: input.driverId, vehicle: input.vehicleId }
    // Three of the same shape, not one of many: each kind has a rule of its own.
    const within = await Promise.all(
      (['carrier', 'driver', 'vehicle'] as const).map((subject) =>
        mayReach(deps.db, actor, deps.zoneId, `freight_${subject}`, trio[subject]),
      ),
    )
    const out = (['carrierId', 'driverId', 'vehicleId'] as const).find((_, i) => !within[i])
    if (out) throw problem({ kind: 'not_found', status: 404, field: out, value: input[out], rule: 'within_reach' })
    const onDay = input.onDay ?? localDateOf(deps.clock())
    return { onDay, rows: [...(await blockers(deps.db, deps.zoneId, trio, onDay))] }
  }),
})

const imports = implement(importContract).$context<RequestContext>()

export const importHandlers = imports.router({
  run: imports.run.handler(async ({ context, input }) => {
    const { deps, lang } = context
    const actor = requireRole(requireActor(context), 'admin', 'machine', 'freight_dispatcher', 'carrier')
    const file = await findFile(deps.db, deps.zoneId, actor, input.fileId)
    if (!file)
      throw problem({ kind: 'file_unknown', status: 422, field: 'fileId', value: input.fileId, rule: 'within_reach' })
    const table = unwrap(await readSheet(deps, file), freightProblems)
    const { kind, carrierId, preview } = input
    const wish = { kind, carrierId, preview, table }
    const report = preview
      ? await deps.db.transaction().execute((tx) => importSheet(tx, deps, actor, lang, wish))
      : await command(context, actor, 'import', input, (tx) => importSheet(tx, deps, actor, lang, wish))
    return unwrap(report, freightProblems)
  }),
  templateXlsx: imports.templateXlsx.handler(({ context, input }) => {
    requireActor(context)
    return importTemplate(context.lang, input.kind)
  }),
})
