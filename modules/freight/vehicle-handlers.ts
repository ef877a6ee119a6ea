import { implement } from '@orpc/server'
import type { RequestContext } from '@tingzhou/http'
import { historyOf, nowhere, readerOf, saving } from './room.ts'
import { exportList } from './sheet.ts'
import { changeVehicle, enterVehicle } from './vehicle.ts'
import { vehicleContract } from './vehicle-contract.ts'
import { findVehicle, listVehicles } from './vehicle-view.ts'

const os = implement(vehicleContract).$context<RequestContext>()

export const vehicleHandlers = os.router({
  list: os.list.handler(({ context, input }) => listVehicles(readerOf(context), input)),
  exportXlsx: os.exportXlsx.handler(({ context, input }) => {
    const reader = readerOf(context)
    return exportList(reader, context.lang, 'vehicle', input, (page) => listVehicles(reader, { ...input, ...page }))
  }),
  get: os.get.handler(
    async ({ context, input }) => (await findVehicle(readerOf(context), input.id)) ?? nowhere(input.id),
  ),
  create: os.create.handler(({ context, input }) => saving(context, 'enter_vehicle', input, enterVehicle)),
  change: os.change.handler(({ context, input }) => saving(context, 'change_vehicle', input, changeVehicle)),
  history: os.history.handler(({ context, input }) => historyOf(readerOf(context), 'freight_vehicle', input.id)),
})
