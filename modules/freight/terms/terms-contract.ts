import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput } from '@tingzhou/http/contract'
import { HistoryRow, Id, one, tags, Why, words } from '../contract-parts.ts'

export const TermsVersion = z.object({
  id: z.string(),
  version: z.int(),
  name: z.string(),
  rules: z.unknown().describe('Rules of settlement, as `libs/settlement` reads them.'),
  vatBp: z.int().describe('Value added tax that the bill holds; basis points.'),
  sha256: z.string(),
  why: z.string(),
  synthetic: z.boolean(),
  createdAt: Instant,
  createdBy: z.string(),
})

const Kept = z.object({ id: z.string(), version: z.int() })
const fields = {
  commandId: CommandId,
  name: words(120),
  rules: z
    .record(z.string(), z.unknown())
    .describe('carrier, shipper, paidRounding, whenNegative, split, loadBp, unloadBp'),
  vatBp: z.int().min(0).max(10_000).default(900),
}

export const termsContract = {
  list: oc
    .route({ method: 'GET', path: '/freight-terms', summary: '结算规则 · Rules of settlement', tags })
    .input(listInput({}))
    .output(listOutput(TermsVersion)),
  get: oc
    .route({
      method: 'GET',
      path: '/freight-terms/{id}',
      summary: '结算规则的各版本 · Versions, the latest first',
      tags,
    })
    .input(one)
    .output(z.object({ id: z.string(), versions: z.array(TermsVersion) })),
  create: oc
    .route({
      method: 'POST',
      path: '/freight-terms',
      summary: '新建结算规则 · Write rules of settlement',
      tags,
      successStatus: 201,
    })
    .input(z.object({ ...fields, why: Why.default('-'), synthetic: z.boolean().default(false) }))
    .output(Kept),
  addVersion: oc
    .route({
      method: 'POST',
      path: '/freight-terms/{id}/versions',
      summary: '新版本 · Write another version',
      tags,
      successStatus: 201,
    })
    .input(
      z.object({ ...fields, id: Id, version: z.int().min(1).describe('The latest version, as last read.'), why: Why }),
    )
    .output(Kept),
  history: oc
    .route({ method: 'GET', path: '/freight-terms/{id}/history', summary: '记录 · History', tags })
    .input(one)
    .output(z.object({ rows: z.array(HistoryRow) })),
}
