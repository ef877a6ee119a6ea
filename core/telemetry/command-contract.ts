import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant } from '@tingzhou/http/contract'
import { commandStates } from './command-state.ts'

const tags = ['telemetry']

/** A command of a device, with who asked for it and who confirmed it. */
export const CommandView = z.object({
  id: z.uuid(),
  kind: z.string(),
  body: z.unknown(),
  state: z.enum(commandStates),
  actorName: z.string(),
  reason: z.string().nullable(),
  createdAt: Instant,
  expiresAt: Instant.describe('Until when it waits: proposed, for a person; later, for its device.'),
  confirmUntil: Instant.nullable().describe('Until when it may, or might, be confirmed; null: it needs nobody.'),
  needsOther: z.boolean().describe('Another person than who proposed it confirms it.'),
  decidedAt: Instant.nullable(),
  decidedByName: z.string().nullable().describe('Who confirmed it, or took it back.'),
  sentAt: Instant.nullable(),
  attempts: z.int(),
  answeredAt: Instant.nullable(),
  answer: z.unknown(),
})

const ids = { id: z.uuid().describe('Of the device.'), command: z.uuid() }
const Standing = z.object({ id: z.uuid(), state: z.enum(commandStates) })
const ConfirmationView = z.object({
  confirmS: z.int().min(10).max(600).describe('How long a proposed command may be confirmed, seconds.'),
  needsOther: z.boolean().describe('Another person than who proposed it confirms it.'),
})

/** The routes of commands: asked, confirmed where something moves by them, taken back. */
export const commandContract = {
  command: oc
    .route({
      method: 'POST',
      path: '/devices/{id}/commands',
      summary: '下发指令',
      description:
        'One that makes something move or changes how a machine works is only proposed: no device hears of it before it is confirmed.',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({
        id: z.uuid(),
        commandId: CommandId,
        kind: z.string().min(1).max(60),
        body: z.record(z.string(), z.unknown()).default({}),
        reason: z.string().trim().max(500).nullable().default(null),
        expiresS: z
          .int()
          .min(5)
          .max(86_400)
          .default(600)
          .describe('How long it waits for its device, seconds; of a proposed one from its confirmation on.'),
      }),
    )
    .output(
      Standing.extend({
        confirm: z
          .object({ until: Instant, needsOther: z.boolean(), kind: z.string(), body: z.unknown() })
          .nullable()
          .describe('What is to be confirmed, and until when; null: nothing.'),
      }),
    ),
  confirmCommand: oc
    .route({
      method: 'POST',
      path: '/devices/{id}/commands/{command}/confirmation',
      summary: '确认指令',
      description: 'Lets a proposed command go to its device, as it was proposed. Again: answers how it stands.',
      tags,
    })
    .input(
      z.object({
        ...ids,
        commandId: CommandId,
        seen: z
          .number()
          .optional()
          .describe(
            'Of set_value: what the point held when the person looked. Refused where it holds another value now.',
          ),
      }),
    )
    .output(Standing),
  withdrawCommand: oc
    .route({
      method: 'POST',
      path: '/devices/{id}/commands/{command}/withdrawal',
      summary: '撤回指令',
      description: 'Ends a proposed command. One that was confirmed is no longer ended by it.',
      tags,
    })
    .input(z.object({ ...ids, commandId: CommandId }))
    .output(Standing),
  confirmation: oc
    .route({ method: 'GET', path: '/command-confirmation', summary: '指令确认规则', tags })
    .input(z.object({}))
    .output(ConfirmationView.extend({ rev: z.int() })),
  setConfirmation: oc
    .route({ method: 'PUT', path: '/command-confirmation', summary: '设置指令确认规则', tags })
    .input(ConfirmationView.extend({ commandId: CommandId, rev: z.int().min(0).describe('Revision as last read.') }))
    .output(z.object({ rev: z.int() })),
}
