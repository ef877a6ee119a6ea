import { implement } from '@orpc/server'
import { findFile } from '@tingzhou/files'
import { problem, requireActor, sendWorkbook, unwrap, type RequestContext } from '@tingzhou/http'
import { readSheet } from '../import.ts'
import { findContract } from '../terms/framework-view.ts'
import { freightProblems } from '../problems.ts'
import { command, nowhere, readerOf, saving } from '../room.ts'
import { awardBids, changeBid, placeBid, withdrawBid } from './bid.ts'
import { listBids } from './bid-view.ts'
import { assignTruck, dispatchShare } from './dispatch.ts'
import { plannedDistance } from './distance.ts'
import { grabLoad } from './grab.ts'
import { closeLoad, publishLoad, withdrawLoad } from './life.ts'
import { changeLoad, draftLoad } from './load.ts'
import { bidContract, loadContract, shareContract } from './load-contract.ts'
import { importLoads, loadTemplate, readLoads } from './load-import.ts'
import { loadImportContract, loadRowsMax } from './load-import-contract.ts'
import { findLoad, listLoads, loadHistory } from './load-view.ts'
import { assignShare, closeShare } from './share.ts'
import { listShares } from './share-view.ts'

const loads = implement(loadContract).$context<RequestContext>()

export const loadHandlers = loads.router({
  list: loads.list.handler(({ context, input }) => listLoads(readerOf(context), input)),
  get: loads.get.handler(
    async ({ context, input }) => (await findLoad(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  create: loads.create.handler(async ({ context, input }) => {
    const distance = await plannedDistance(context.deps, input.fromId, input.toId)
    const drafted = await command(context, 'draft_load', input, (tx, deps, actor) =>
      draftLoad(tx, deps, actor, input, distance),
    )
    return { ...drafted, warnings: [] }
  }),
  change: loads.change.handler(async ({ context, input }) => {
    const distance = await plannedDistance(context.deps, input.fromId, input.toId)
    return saving(context, 'change_load', input, (tx, deps, actor) => changeLoad(tx, deps, actor, input, distance))
  }),
  publish: loads.publish.handler(({ context, input }) => saving(context, 'publish_load', input, publishLoad)),
  withdraw: loads.withdraw.handler(({ context, input }) => saving(context, 'withdraw_load', input, withdrawLoad)),
  close: loads.close.handler(({ context, input }) => saving(context, 'close_load', input, closeLoad)),
  history: loads.history.handler(({ context, input }) => loadHistory(readerOf(context), input.id)),
  grab: loads.grab.handler(async ({ context, input }) =>
    unwrap(await grabLoad(context.deps, requireActor(context), input), freightProblems),
  ),
  assign: loads.assign.handler(({ context, input }) => command(context, 'assign_truck', input, assignTruck)),
  giveShare: loads.giveShare.handler(({ context, input }) => command(context, 'give_share', input, assignShare)),
  award: loads.award.handler(async ({ context, input }) => {
    const { shares, rev } = await command(context, 'award_bids', input, awardBids)
    return { shares: [...shares], rev }
  }),
})

const imports = implement(loadImportContract).$context<RequestContext>()

export const loadImportHandlers = imports.router({
  run: imports.run.handler(async ({ context, input }) => {
    const { deps, lang } = context
    const reader = readerOf(context)
    const file = await findFile(deps.db, deps.zoneId, reader.actor, input.fileId)
    if (!file) throw refusedFile(input.fileId)
    const contract = (await findContract(reader, input.contractId)) ?? nowhere(input.contractId)
    const table = unwrap(await readSheet(deps, file, loadRowsMax), freightProblems)
    const read = await readLoads(deps, table, {
      id: contract.id,
      shipperId: contract.shipper.id,
      synthetic: contract.synthetic,
    })
    const wish = { ...input, lang }
    if (!input.preview)
      return command(context, 'import_loads', input, (tx, _deps, actor) => importLoads(tx, deps, actor, read, wish))
    const foreseen = await deps.db.transaction().execute((tx) => importLoads(tx, deps, reader.actor, read, wish))
    return unwrap(foreseen, freightProblems)
  }),
  templateXlsx: imports.templateXlsx.handler(async ({ context }) => {
    requireActor(context)
    const { bytes, name } = await loadTemplate(context.lang)
    return sendWorkbook(bytes, name)
  }),
})

const refusedFile = (id: string) =>
  problem({ kind: 'file_unknown', status: 422, field: 'fileId', value: id, rule: 'within_reach' })

const bids = implement(bidContract).$context<RequestContext>()

export const bidHandlers = bids.router({
  list: bids.list.handler(({ context, input }) => listBids(readerOf(context), input.id)),
  place: bids.place.handler(({ context, input }) => command(context, 'place_bid', input, placeBid)),
  change: bids.change.handler(({ context, input }) => command(context, 'change_bid', input, changeBid)),
  withdraw: bids.withdraw.handler(({ context, input }) => command(context, 'withdraw_bid', input, withdrawBid)),
})

const shares = implement(shareContract).$context<RequestContext>()

export const shareHandlers = shares.router({
  list: shares.list.handler(({ context, input }) => listShares(readerOf(context), input)),
  dispatch: shares.dispatch.handler(({ context, input }) => command(context, 'dispatch_share', input, dispatchShare)),
  close: shares.close.handler(({ context, input }) => command(context, 'close_share', input, closeShare)),
})
