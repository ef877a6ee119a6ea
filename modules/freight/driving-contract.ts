import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Day } from '@tingzhou/http/contract'
import { Done, edit, Id, Ref, tags } from './contract-parts.ts'

export const drivingContract = {
  begin: oc
    .route({
      method: 'POST',
      path: '/freight-drivings',
      summary: '建立驾驶关系 · Let a driver drive for a carrier',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        commandId: CommandId,
        driverId: Id,
        carrierId: Id,
        vehicleId: Id.nullable().default(null),
        validFrom: Day,
      }),
    )
    .output(Done),
  end: oc
    .route({
      method: 'POST',
      path: '/freight-drivings/{id}/end',
      summary: '结束驾驶关系 · End the relation',
      tags,
    })
    .input(z.object({ ...edit, validTo: Day.describe('The last day.') }))
    .output(Done),
  myVehicles: oc
    .route({
      method: 'GET',
      path: '/freight-my/vehicles',
      summary: '我能驾驶的车辆 · Vehicles that the driver who asks may drive today',
      tags,
    })
    .output(
      z.object({
        rows: z
          .array(z.object({ id: z.string(), plate: z.string(), carrier: Ref }))
          .describe('Those that are the driver’s own first; at most 50.'),
      }),
    ),
}
