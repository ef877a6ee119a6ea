import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput } from '@tingzhou/http/contract'

const Name = z.object({ zh: z.string().trim().min(1).max(100), en: z.string().trim().min(1).max(100) })
const Protocol = z.enum(['jt808', 'hj212', 'mqtt', 'http', 'modbus', 'opcua'])
const PointId = z.coerce.number().int().min(1).max(16_777_215).describe('Number of a point.')
const Degrees = z.number()

const Fix = z.object({
  at: Instant,
  lonDeg: Degrees.describe('WGS-84.'),
  latDeg: Degrees,
  altitudeM: z.number(),
  speedKmh: z.number(),
  headingDeg: z.number().describe('Clockwise from north.'),
  status: z.int().describe('Status word as the terminal sent it.'),
  alarm: z.int().describe('Alarm word as the terminal sent it.'),
  odometerKm: z.number().nullable(),
  flags: z.int().describe('1 sent late, 2 without a satellite fix, 4 faster than a vehicle can be.'),
})
/** Something that moves, where it is now. */
const Mover = Fix.extend({
  point: z.int(),
  deviceId: z.uuid().nullable(),
  name: z.string(),
  online: z.boolean().describe('Its terminal is connected.'),
})
/** A device in a list. */
export const DeviceRow = z.object({
  id: z.uuid(),
  protocol: Protocol,
  identity: z.string(),
  name: z.string(),
  state: z.enum(['active', 'quarantined', 'retired']),
  nodeCode: z.string().nullable(),
  online: z.boolean(),
  lastSeenAt: Instant.nullable(),
  lastAddress: z.string().nullable(),
  superseded: z.int().describe('Connections that another one with the same identity took over.'),
  refused: z.int().describe('Refusals while nobody knew it.'),
})
const DevicePoint = z.object({
  point: z.int(),
  code: z.string(),
  kind: z.string(),
  name: Name,
  unit: z.string().nullable(),
  last: z.object({ at: Instant, value: z.number(), quality: z.int() }).nullable(),
  lastFix: Fix.nullable(),
})
const Command = z.object({
  id: z.uuid(),
  kind: z.string(),
  body: z.unknown(),
  state: z.enum(['queued', 'sent', 'acknowledged', 'failed', 'expired']),
  actorName: z.string(),
  reason: z.string().nullable(),
  createdAt: Instant,
  expiresAt: Instant,
  sentAt: Instant.nullable(),
  attempts: z.int(),
  answeredAt: Instant.nullable(),
  answer: z.unknown(),
})
const FrameField = z.object({
  offset: z.int(),
  length: z.int(),
  zh: z.string(),
  en: z.string(),
  raw: z.string().describe('Hexadecimal.'),
  value: z.string(),
  words: z
    .object({ zh: z.string(), en: z.string() })
    .nullable()
    .describe('What an id means, or which bits are set; null for plain values.'),
})
const Frame = z.object({
  hex: z.string(),
  kind: z.string().nullable().describe('Which message; null when it cannot be read.'),
  fault: z.string().nullable().describe('What is wrong with it.'),
  fields: z.array(FrameField),
})
const LoggedFrame = Frame.extend({ at: Instant, direction: z.enum(['up', 'down']) })

/** What a list of devices is asked for. */
export const DeviceQuery = listInput({
  state: z.enum(['active', 'quarantined', 'retired']).optional(),
  protocol: Protocol.optional(),
})

const Moment = z.coerce.number().int().min(0).max(253_402_300_799_999)
const window = { from: Moment, to: Moment }
const tags = ['telemetry']

/** The routes of devices, positions and trends. */
export const telemetryContract = {
  devices: oc
    .route({ method: 'GET', path: '/devices', summary: '设备清单', tags })
    .input(DeviceQuery)
    .output(listOutput(DeviceRow)),
  device: oc
    .route({ method: 'GET', path: '/devices/{id}', summary: '设备详情', tags })
    .input(z.object({ id: z.uuid() }))
    .output(DeviceRow.extend({ points: z.array(DevicePoint), commands: z.array(Command) })),
  addDevice: oc
    .route({ method: 'POST', path: '/devices', summary: '登记设备', tags, successStatus: 201 })
    .input(
      z.object({
        commandId: CommandId,
        protocol: Protocol,
        identity: z
          .string()
          .trim()
          .min(1)
          .max(128)
          .describe('Phone of a terminal without leading zeros, MN, client id.'),
        name: z.string().trim().min(1).max(100),
        profileKey: z.string().min(1).max(60).describe('Type of equipment it is built into.'),
        segment: z.string().min(1).max(40).describe('Code of the equipment: capitals, digits, "-".'),
        parentId: z.uuid().nullable().default(null),
      }),
    )
    .output(z.object({ id: z.uuid(), code: z.string() })),
  frames: oc
    .route({ method: 'GET', path: '/devices/{id}/frames', summary: '最近报文', tags })
    .input(z.object({ id: z.uuid() }))
    .output(z.object({ rows: z.array(LoggedFrame) })),
  command: oc
    .route({ method: 'POST', path: '/devices/{id}/commands', summary: '下发指令', tags, successStatus: 201 })
    .input(
      z.object({
        id: z.uuid(),
        commandId: CommandId,
        kind: z.string().min(1).max(60),
        body: z.record(z.string(), z.unknown()).default({}),
        reason: z.string().trim().max(500).nullable().default(null),
        expiresS: z.int().min(5).max(86_400).default(600).describe('How long it waits for its device, seconds.'),
      }),
    )
    .output(z.object({ id: z.uuid() })),
  profiles: oc
    .route({ method: 'GET', path: '/equipment-profiles', summary: '设备类型', tags })
    .input(z.object({}))
    .output(z.object({ rows: z.array(z.object({ key: z.string(), name: Name })) })),
  parse: oc
    .route({ method: 'POST', path: '/parsed-frames', summary: '报文解析', tags })
    .input(z.object({ protocol: z.enum(['jt808']), hex: z.string().min(2).max(8_400) }))
    .output(z.object({ rows: z.array(Frame) })),
  positions: oc
    .route({ method: 'GET', path: '/positions', summary: '实时位置', tags })
    .input(z.object({ since: z.coerce.number().int().min(0).default(0).describe('Only those that moved since.') }))
    .output(z.object({ at: Instant, rows: z.array(Mover) })),
  track: oc
    .route({ method: 'GET', path: '/tracks/{point}', summary: '历史轨迹', tags })
    .input(z.object({ point: PointId, ...window }))
    .output(z.object({ rows: z.array(Fix) })),
  trend: oc
    .route({ method: 'GET', path: '/trends/{point}', summary: '趋势', tags })
    .input(z.object({ point: PointId, ...window, widthPx: z.coerce.number().int().min(10).max(8_192).default(1_200) }))
    .output(
      z.object({
        level: z.enum(['raw', 'minute', 'hour', 'day']),
        stepMs: z.int(),
        unit: z.string().nullable(),
        steps: z.array(
          z.object({ at: z.number(), min: z.number(), max: z.number(), mean: z.number(), count: z.int() }),
        ),
      }),
    ),
  counters: oc
    .route({ method: 'GET', path: '/gateway-counters', summary: '网关计数', tags })
    .input(z.object({}))
    .output(
      z.object({
        listening: z.boolean(),
        port: z.int().nullable(),
        online: z.int(),
        counts: z.record(z.string(), z.number()),
      }),
    ),
}
