import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant } from '@tingzhou/http/contract'
import { HistoryRow, tags, Why, words } from '../contract-parts.ts'
import { adapterChoices, attemptOutcomes } from './words.ts'

const fields = {
  adapter: z.enum(adapterChoices).describe('Province and edition of its interface.'),
  url: words(500).describe('Without the paths of the interface.'),
  senderCode: words(35),
  enterpriseCode: words(35),
  carrierName: words(512).describe('The platform, as waybills name it.'),
  creditCode: words(18),
  permitNumber: words(50),
  businessType: words(7),
  username: words(80),
  publicKey: words(200).describe('The regulator’s SM2 key.'),
  isOn: z.boolean(),
  tracks: z.boolean().describe('Whether trips are reported while they last.'),
}

const Regulator = z.object({
  ...fields,
  version: z.int(),
  since: Instant,
  setBy: z.string(),
  passwordReadable: z.boolean(),
})

export const regulatorContract = {
  get: oc
    .route({ method: 'GET', path: '/freight-upload-settings', summary: '监管系统设置 · Who is told', tags })
    .output(z.object({ regulator: Regulator.nullable().describe('Null: none was ever set.') })),
  set: oc
    .route({ method: 'PUT', path: '/freight-upload-settings', summary: '设置监管系统 · Say who is told', tags })
    .input(
      z.object({
        ...fields,
        commandId: CommandId,
        version: z.int().min(0).describe('As last read; 0: none was set.'),
        password: words(200).nullable().default(null).describe('Null: as before. Kept sealed and never shown.'),
        why: Why,
      }),
    )
    .output(z.object({ version: z.int() })),
  check: oc
    .route({
      method: 'POST',
      path: '/freight-upload-settings/check',
      summary: '检查连接 · Ask the regulator for a token',
      tags,
    })
    .output(
      z.object({
        isReached: z.boolean(),
        outcome: z.enum(attemptOutcomes),
        code: z.string(),
        text: z.string(),
        until: Instant.nullable().describe('When the token ends.'),
        tookMs: z.int(),
      }),
    ),
  history: oc
    .route({ method: 'GET', path: '/freight-upload-settings/history', summary: '设置的历史 · History', tags })
    .output(z.object({ rows: z.array(HistoryRow) })),
}
