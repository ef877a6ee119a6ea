import { implement } from '@orpc/server'
import type { RequestContext } from '@tingzhou/http'
import { changeDriver, enterDriver, linkAccount } from './driver.ts'
import { driverContract } from './driver-contract.ts'
import { findDriver, listDrivers } from './driver-view.ts'
import { beginDriving, endDriving } from './driving.ts'
import { drivingContract } from './driving-contract.ts'
import { listMyVehicles } from './drivings-view.ts'
import { command, granting, historyOf, nowhere, readerOf, saving } from './room.ts'
import { exportList } from './sheet.ts'

const os = implement(driverContract).$context<RequestContext>()

export const driverHandlers = os.router({
  list: os.list.handler(({ context, input }) => listDrivers(readerOf(context), input)),
  exportXlsx: os.exportXlsx.handler(({ context, input }) => {
    const reader = readerOf(context)
    return exportList(reader, context.lang, 'driver', input, (page) => listDrivers(reader, { ...input, ...page }))
  }),
  get: os.get.handler(
    async ({ context, input }) => (await findDriver(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  create: os.create.handler(({ context, input }) => saving(context, 'enter_driver', input, enterDriver)),
  change: os.change.handler(({ context, input }) => saving(context, 'change_driver', input, changeDriver)),
  linkAccount: os.linkAccount.handler(({ context, input }) =>
    granting(context, 'link_driver_account', input, linkAccount),
  ),
  history: os.history.handler(({ context, input }) => historyOf(readerOf(context), 'freight_driver', input.id)),
})

const drivings = implement(drivingContract).$context<RequestContext>()

export const drivingHandlers = drivings.router({
  begin: drivings.begin.handler(({ context, input }) => command(context, 'begin_driving', input, beginDriving)),
  end: drivings.end.handler(({ context, input }) => command(context, 'end_driving', input, endDriving)),
  myVehicles: drivings.myVehicles.handler(({ context }) => listMyVehicles(readerOf(context))),
})
