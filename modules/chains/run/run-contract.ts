import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, listInput, listOutput } from '@tingzhou/http/contract'
import { Firm, History, Id, line, one, tags, Year } from '../contract-parts.ts'
import { Run, Turn } from './parts-contract.ts'

const Row = Run.extend({
  counts: z.object({
    products: z.int(),
    firms: z.int(),
    localFirms: z.int(),
    positions: z.int(),
    links: z.int(),
    chains: z.int(),
    missing: z.int().describe('Required products of all chains that are missing, each once.'),
    risks: z.int().describe('Flagged single-source risks of all chains, each once.'),
    hidden: z.int().describe('Hidden single sources of all chains, each once.'),
  }),
  followed: z.number().nullable().describe('Part of the value bought whose use is known.'),
  isExact: z.boolean().describe('Criticality was reckoned from every firm.'),
  readMs: z.int(),
  solveMs: z.int(),
})

export const runContract = {
  list: oc
    .route({ method: 'GET', path: '/chain-runs', summary: '测算记录', tags })
    .input(listInput({ year: Year.optional() }))
    .output(listOutput(Row)),
  get: oc
    .route({ method: 'GET', path: '/chain-runs/{id}', summary: '一次测算', tags })
    .input(one)
    .output(
      Row.extend({
        settings: z.record(z.string(), z.number()),
        critical: z.array(z.object({ place: z.int(), firm: Firm, value: z.number() })),
      }),
    ),
  turn: oc
    .route({ method: 'GET', path: '/chain-run-turn', summary: '正在进行或上一次的测算', tags })
    .output(z.object({ turn: Turn.nullable(), yearOfData: Year.nullable() })),
  recompute: oc
    .route({
      method: 'POST',
      path: '/chain-runs',
      summary: '重新测算',
      tags,
      successStatus: 202,
      description:
        'Begins a run of a year up to that of the data; `turn` tells how it ended. Rows that have not changed are not stored anew.',
    })
    .input(z.object({ commandId: CommandId, year: Year }))
    .output(z.object({ id: Id, year: Year })),
  history: oc
    .route({ method: 'GET', path: '/chain-runs/{id}/history', summary: '测算的记录', tags })
    .input(one)
    .output(History),
}

const Source = z.object({
  distanceKm: z.number().min(0).max(20_000),
  rateFen: z.number().min(0).max(10_000).describe('Fen a tonne and kilometre.'),
  priceFen: z.int().min(0).max(1e12).describe('Fen a tonne of goods.'),
})
const Amounts = {
  beforeFen: z.int(),
  afterFen: z.int(),
  savingFen: z.int(),
  dearerFen: z.int().describe('How much dearer the goods are from the new source.'),
  netFen: z.int(),
}

export const savingContract = {
  reckon: oc
    .route({
      method: 'POST',
      path: '/chain-savings',
      summary: '本地替代运费测算',
      tags,
      description: 'What local sources save of the freight of a basket. Nothing is kept.',
    })
    .input(
      z.object({
        handlingFen: z.number().min(0).max(1_000_000).optional().describe('Fen a tonne; the zone’s where not told.'),
        links: z
          .array(
            z.object({
              name: line(60).min(1),
              kg: z.number().min(0).max(1e12),
              before: Source,
              after: Source.nullable().describe('From where instead; null when nothing changes.'),
            }),
          )
          .min(1)
          .max(100),
      }),
    )
    .output(
      z.object({
        ...Amounts,
        handlingFen: z.number(),
        share: z.number().nullable().describe('Saving over freight before.'),
        links: z.array(z.object({ name: z.string(), ...Amounts })),
      }),
    ),
}

export const shockContract = {
  simulate: oc
    .route({
      method: 'POST',
      path: '/chain-shocks',
      summary: '断供推演',
      tags,
      description:
        'What fails when firms deliver nothing for days. Nothing is kept; reckoned from shares in steps of a twentieth.',
    })
    .input(
      z.object({
        year: Year.optional(),
        firms: z.array(z.string().min(1).max(60)).min(1).max(20),
        days: z.number().min(1).max(3_650),
        stockDays: z.number().min(0).max(365).describe('Stock of every firm of every input, days of its use.'),
      }),
    )
    .output(
      z.object({
        year: Year,
        lostFen: z.int().describe('Two digits, as every sum here.'),
        followed: z.number().nullable().describe('In steps of a twentieth.'),
        isConverged: z.boolean(),
        hitFirms: z.int().describe('Those that stop among them.'),
        stoppedFirms: z.int().describe('Firms that stop and lose output of their own by it.'),
        chains: z.array(
          z.object({
            chain: z.string(),
            zh: z.string(),
            en: z.string(),
            lostFen: z.int(),
            firms: z.int(),
          }),
        ),
        hits: z.array(
          z.object({
            firm: Firm,
            product: z.object({ code: z.string(), zh: z.string(), en: z.string() }),
            remaining: z.number().describe('Part of its usual output, in steps of a twentieth.'),
            input: z.object({ code: z.string(), zh: z.string(), en: z.string() }).nullable(),
            lostFen: z.int().describe('Two digits.'),
          }),
        ),
      }),
    ),
}

export const networkContract = {
  get: oc
    .route({ method: 'GET', path: '/chain-network', summary: '供应网络图', tags })
    .input(z.object({ year: Year.optional() }))
    .output(
      z.object({
        run: Run.nullable(),
        ids: z.array(z.string()),
        names: z.array(z.string()),
        isLocal: z.array(z.boolean()),
        x: z.array(z.number()),
        y: z.array(z.number()),
        links: z.array(z.int()),
        critical: z.array(z.int()).describe('Place in the order of criticality from 1; 0 without one.'),
        chains: z.array(z.array(z.string())),
        edges: z.array(z.int()).describe('Seller and buyer by turns, by place in the lists.'),
        allFirms: z.int(),
        allLinks: z.int(),
      }),
    ),
}
