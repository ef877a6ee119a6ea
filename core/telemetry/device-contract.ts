import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant } from '@tingzhou/http/contract'
import { fieldProfiles } from '@tingzhou/jt808'
import { FirstContact } from './first-contact.ts'
import { ModbusSource, OpcuaSource } from './source-contract.ts'
import { TrailPage, trailInput } from './trail-contract.ts'

const tags = ['telemetry']
const Reason = z.string().trim().min(2).max(500).describe('Why; stands in the history of the device.')
const Secret = z
  .string()
  .min(1)
  .max(64)
  .nullable()
  .default(null)
  .describe('Of a protocol whose devices bring their own.')
const Shown = z.string().nullable().describe('Made for the device; shown this once. Null where none was made.')
const Rev = z.int().min(0).describe('Revision as last read.')
const Days = z.int().min(1).max(36_500)

/** Ways in which terminals are known to depart from JT/T 808. */
export const deviationNames = Object.keys(fieldProfiles)

/** Where the machine of a device is, as it is given; of which form the protocol says. */
export const GivenSource = z
  .unknown()
  .nullable()
  .default(null)
  .describe(
    'Of a protocol whose machines are called (modbus, opcua): the form is that of `settings.source` of a device.',
  )

/** Versions of JT/T 808 that share a header. */
export const Before2019 = z.enum(['2011', '2013'])

/** How a device departs from its protocol. */
export const DeviceSettingsView = z.object({
  profile: z.string().nullable().describe('Name of a profile of deviations; null: as the standard says.'),
  isLenient: z.boolean().describe('Read on where something is wrong, and count it.'),
  isTrusted: z.boolean().describe('Taken without showing its code, because its identity is known.'),
  coordinates: z.enum(['wgs84', 'gcj02']).describe('What its positions are measured in; kept is WGS-84.'),
  before2019: Before2019.nullable().describe(
    'The version of a JT/T 808 terminal whose header does not say it; null: as its registration tells, else 2013.',
  ),
  version: z
    .enum(['2011', '2013', '2019'])
    .nullable()
    .describe('The version in which a JT/T 808 terminal spoke last; null: it has not spoken yet.'),
  terminal: z.string().nullable().describe('Maker and serial number of the terminal that registered first.'),
  source: z
    .union([ModbusSource, OpcuaSource])
    .nullable()
    .describe('Where its machine is and what is read of it; null of a protocol whose devices call themselves.'),
  firstContact: FirstContact.nullable().describe(
    'What an HJ 212 data logger is told when it calls for the first time; null: nothing.',
  ),
  contacted: FirstContact.nullable().describe('What of that it has been told; null: nothing yet.'),
})

/** Another device of the same equipment, before or after. */
export const DeviceNeighbour = z.object({
  id: z.uuid(),
  identity: z.string(),
  state: z.enum(['active', 'quarantined', 'retired']),
  changedAt: Instant,
})

/** How long what is kept, in days. */
export const RetentionView = z.object({
  packAfterDays: Days.max(3_650).describe('After so many days readings are packed by the hour.'),
  rawDays: Days.min(2).describe('The readings themselves; after packing.'),
  minuteDays: Days.min(2).describe('Minutes; at least as long as readings. Hours and days are kept for ever.'),
  trackDays: Days.describe('Tracks.'),
})

/** The routes of what is done to a device between its first and its last day, and of how long what it sent is kept. */
export const deviceContract = {
  setDevice: oc
    .route({ method: 'PUT', path: '/devices/{id}/settings', summary: '设备设置', tags })
    .input(
      DeviceSettingsView.omit({ terminal: true, version: true, contacted: true }).extend({
        id: z.uuid(),
        commandId: CommandId,
        rev: Rev,
        name: z.string().trim().min(1).max(100),
        profile: z.enum(deviationNames).nullable(),
        before2019: Before2019.nullable().optional().describe('Left out: as it was.'),
        firstContact: FirstContact.nullable().optional().describe('Left out: as it was.'),
        source: GivenSource,
      }),
    )
    .output(z.object({ rev: z.int() })),
  retireDevice: oc
    .route({
      method: 'POST',
      path: '/devices/{id}/retirement',
      summary: '停用设备',
      description: 'It is heard no longer; its identity is free. What it sent stays.',
      tags,
    })
    .input(z.object({ id: z.uuid(), commandId: CommandId, reason: Reason }))
    .output(z.object({ id: z.uuid() })),
  replaceDevice: oc
    .route({
      method: 'POST',
      path: '/devices/{id}/replacement',
      summary: '更换设备',
      description:
        'Another device on the same equipment, whose points and history go on. It may have the identity of the old one.',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        id: z.uuid(),
        commandId: CommandId,
        identity: z.string().trim().min(1).max(128),
        secret: Secret,
        reason: Reason,
      }),
    )
    .output(z.object({ id: z.uuid(), secret: Shown })),
  renewSecret: oc
    .route({
      method: 'POST',
      path: '/devices/{id}/credential',
      summary: '重置设备凭证',
      description: 'A new code; of terminals that register: the next one to register under the phone belongs to it.',
      tags,
    })
    .input(z.object({ id: z.uuid(), commandId: CommandId, secret: Secret, reason: Reason }))
    .output(z.object({ id: z.uuid(), secret: Shown })),
  deviceTrail: oc
    .route({ method: 'GET', path: '/devices/{id}/trail', summary: '设备履历', tags })
    .input(z.object({ id: z.uuid(), ...trailInput }))
    .output(TrailPage),
  retention: oc
    .route({ method: 'GET', path: '/telemetry-retention', summary: '数据保存期限', tags })
    .input(z.object({}))
    .output(RetentionView.extend({ rev: z.int() })),
  setRetention: oc
    .route({ method: 'PUT', path: '/telemetry-retention', summary: '设置数据保存期限', tags })
    .input(RetentionView.extend({ commandId: CommandId, rev: Rev }))
    .output(z.object({ rev: z.int() })),
}
