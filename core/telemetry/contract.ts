import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput } from '@tingzhou/http/contract'
import { CommandView, commandContract } from './command-contract.ts'
import { Before2019, deviceContract, DeviceNeighbour, DeviceSettingsView, GivenSource } from './device-contract.ts'
import { FixView } from './fix-contract.ts'
import { ingestContract } from './ingest-contract.ts'
import { keptTrackContract } from './kept-track-contract.ts'
import { plantContract } from './plant-contract.ts'
import { pointKinds } from './point.ts'
import { parsedProtocols, protocols } from './protocol.ts'
import { revisionContract } from './revision-contract.ts'
import { settingsContract } from './settings-contract.ts'
import { Moment, PointId, trendContract } from './trend-contract.ts'

const Name = z.object({ zh: z.string().trim().min(1).max(100), en: z.string().trim().min(1).max(100) })
const Protocol = z.enum(protocols)
const Degrees = z.number()

/** Something that moves, where it is now. */
const Mover = FixView.extend({
  point: z.int(),
  deviceId: z.uuid().nullable(),
  name: z.string(),
  online: z.boolean().describe('Its terminal is connected.'),
})
/** Movers near one another. */
const MoverGroup = z.object({
  lonDeg: Degrees,
  latDeg: Degrees,
  count: z.int(),
  alarms: z.int().describe('How many of them report an alarm.'),
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
  kind: z.enum(pointKinds),
  name: Name,
  unit: z.string().nullable(),
  last: z.object({ at: Instant, value: z.number(), quality: z.int() }).nullable(),
  lastFix: FixView.nullable(),
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
  text: z.string().nullable().describe('The bytes as text, of a protocol that speaks in text.'),
  kind: z.string().nullable().describe('Which message; null when it cannot be read.'),
  title: z.object({ zh: z.string(), en: z.string() }).nullable().describe('What the message is called.'),
  fault: z.string().nullable().describe('What is wrong with it.'),
  forgiven: z
    .array(z.object({ rule: z.string(), offset: z.int(), value: z.string() }))
    .describe('What departs from the protocol and was read over, by the place in the message.'),
  fields: z.array(FrameField),
})
const LoggedFrame = Frame.extend({ at: Instant, direction: z.enum(['up', 'down']) })

/** What a list of devices is asked for. */
export const DeviceQuery = listInput({
  state: z.enum(['active', 'quarantined', 'retired']).optional(),
  protocol: Protocol.optional(),
})

const window = { from: Moment, to: Moment }
const side = (limit: number) =>
  z.coerce.number().min(-limit).max(limit).optional().describe('WGS-84 degrees; all four sides or none.')
const sides = { west: side(180), south: side(90), east: side(180), north: side(90) }
const tags = ['telemetry']

/** The routes of devices, positions and trends. */
export const telemetryContract = {
  ...deviceContract,
  ...ingestContract,
  ...trendContract,
  ...commandContract,
  ...settingsContract,
  ...keptTrackContract,
  ...revisionContract,
  ...plantContract,
  devices: oc
    .route({ method: 'GET', path: '/devices', summary: '设备清单', tags })
    .input(DeviceQuery)
    .output(listOutput(DeviceRow)),
  device: oc
    .route({ method: 'GET', path: '/devices/{id}', summary: '设备详情', tags })
    .input(z.object({ id: z.uuid() }))
    .output(
      DeviceRow.extend({
        rev: z.int(),
        settings: DeviceSettingsView,
        commandKinds: z
          .array(z.string())
          .nullable()
          .describe('What it can be asked; null: it takes whatever it is sent.'),
        machine: z
          .object({
            address: z.string().nullable().describe('Where it answers; null: it does not.'),
            reason: z.string().nullable().describe('Why it does not, or what is wrong with what it says.'),
            since: Instant,
            backlog: z
              .object({ readings: z.int(), since: Instant })
              .nullable()
              .describe('Readings that wait on disk until they can be kept, and since when; null: none do.'),
          })
          .nullable()
          .describe('How it stands with a machine that is called, by whichever process.'),
        neighbours: z.array(DeviceNeighbour).describe('Devices of the same equipment, before and after.'),
        points: z.array(DevicePoint),
        commands: z.array(CommandView),
      }),
    ),
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
        secret: z
          .string()
          .min(1)
          .max(64)
          .nullable()
          .default(null)
          .describe('Of a protocol whose devices bring their own.'),
        source: GivenSource,
      }),
    )
    .output(
      z.object({
        id: z.uuid(),
        code: z.string(),
        secret: z.string().nullable().describe('Made for the device; shown this once. Null where none was made.'),
      }),
    ),
  media: oc
    .route({
      method: 'GET',
      path: '/devices/{id}/media',
      summary: '设备发来的照片和录音 · What it sent last, newest first',
      tags,
    })
    .input(z.object({ id: z.uuid() }))
    .output(
      z.object({
        rows: z.array(
          z.object({
            id: z.uuid().describe('Of the file: `/files/{id}`.'),
            name: z.string(),
            mediaType: z.string(),
            size: z.int(),
            thumbnail: z.boolean(),
            at: Instant,
          }),
        ),
      }),
    ),
  frames: oc
    .route({ method: 'GET', path: '/devices/{id}/frames', summary: '最近报文', tags })
    .input(z.object({ id: z.uuid() }))
    .output(z.object({ rows: z.array(LoggedFrame) })),
  parse: oc
    .route({ method: 'POST', path: '/parsed-frames', summary: '报文解析', tags })
    .input(
      z.object({
        protocol: z.enum(parsedProtocols).default('jt808'),
        hex: z.string().min(2).max(12_400).describe('Hexadecimal; of HJ 212 also the frame itself.'),
        before2019: Before2019.nullable()
          .default(null)
          .describe(
            'The version of a JT/T 808 frame whose header does not say it; null: as far as the frame tells, else 2013.',
          ),
      }),
    )
    .output(z.object({ rows: z.array(Frame) })),
  positions: oc
    .route({
      method: 'GET',
      path: '/positions',
      summary: '实时位置 · What moves in a part of the map',
      description: 'One by one up to `limit`; where there are more, groups of them stand in place of the rows.',
      tags,
    })
    .input(
      z.object({
        ...sides,
        since: z.coerce
          .number()
          .int()
          .min(0)
          .default(0)
          .describe('Only those that were heard of since: the `at` of an answer before.'),
        point: PointId.optional().describe('Only this one, wherever it is.'),
        q: z.string().trim().max(100).optional().describe('Words of a name, code or identity, wherever it is.'),
        online: z.enum(['0', '1']).optional().describe('1: only those whose terminal is connected.'),
        limit: z.coerce.number().int().min(1).max(20_000).default(2_000),
      }),
    )
    .output(
      z.object({
        at: Instant,
        total: z.int().describe('All that fit, also those that were not heard of since.'),
        rows: z.array(Mover),
        groups: z.array(MoverGroup),
      }),
    ),
  track: oc
    .route({ method: 'GET', path: '/tracks/{point}', summary: '历史轨迹', tags })
    .input(z.object({ point: PointId, ...window }))
    .output(z.object({ rows: z.array(FixView) })),
  counters: oc
    .route({ method: 'GET', path: '/gateway-counters', summary: '网关计数', tags })
    .input(z.object({}))
    .output(
      z.object({
        ports: z
          .partialRecord(Protocol, z.int().nullable())
          .describe('Where devices of a protocol call; null: nowhere.'),
        online: z.int().describe('Devices that are connected, to whichever process.'),
        counts: z.record(z.string(), z.number()).describe('Since this process began.'),
        gateways: z
          .array(
            z.object({
              name: z.string(),
              beganAt: Instant,
              beatAt: Instant.describe('When it last said that it is there.'),
              isThere: z.boolean(),
              online: z.int(),
              counts: z.record(z.string(), z.number()),
            }),
          )
          .describe('Gateways in processes of their own.'),
      }),
    ),
}
