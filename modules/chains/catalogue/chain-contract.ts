import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import {
  base,
  Basis,
  ChainCode,
  Changed,
  Day,
  History,
  line,
  Named,
  ProductCode,
  Stage,
  State,
  tags,
  Units,
  Why,
} from '../contract-parts.ts'
import { clustersMax, inputsMax, placesMax, routesMax, segmentsMax } from './limits.ts'
import { Coded } from './product-contract.ts'

const Key = z.string().regex(/^[a-z0-9-]{1,40}$/)
const Coefficient = z.number().min(-1e9).max(1e9)
const Share = z.number().gt(0).max(1)

const inputFields = { coefficient: Coefficient, low: Coefficient, high: Coefficient, basis: Basis }
const routeFields = { route: line(60), share: Share, basis: Basis, source: line(300), asOf: Day }
const Route = z.object({
  ...routeFields,
  inputs: z.array(z.object({ ...inputFields, product: Coded, unit: z.string() })),
})
const Recipe = z.object({
  output: Coded,
  unit: z.string(),
  rev: z.int().describe('Of all routes together; 0 where there never was one.'),
  routes: z.array(Route),
})

export const recipeContract = {
  list: oc
    .route({ method: 'GET', path: '/chain-recipes', summary: '配方系数 · Recipes, by product', tags })
    .input(listInput({ input: ProductCode.optional().describe('Recipes that need it.') }))
    .output(listOutput(Recipe)),
  get: oc
    .route({ method: 'GET', path: '/chain-recipes/{code}', summary: '配方系数 · How a product is made', tags })
    .input(z.object({ code: ProductCode }))
    .output(Recipe),
  save: oc
    .route({
      method: 'PUT',
      path: '/chain-recipes/{code}',
      summary: '保存配方系数 · All routes as they shall be; none closes the recipe',
      tags,
    })
    .input(
      z.object({
        code: ProductCode,
        rev: z.int().min(0).describe('As read; 0 where there never was one.'),
        commandId: CommandId,
        why: Why,
        routes: z
          .array(
            z.object({
              ...routeFields,
              route: routeFields.route.default(''),
              source: routeFields.source.default(''),
              basis: Basis.default('zone'),
              inputs: z
                .array(z.object({ ...inputFields, basis: Basis.default('zone'), product: ProductCode }))
                .min(1)
                .max(inputsMax)
                .describe('Units of input a unit of output; by-products negative.'),
            }),
          )
          .max(routesMax),
      }),
    )
    .output(z.object({ id: z.string(), rev: z.int() })),
}

const clusterFields = { ...Named, code: Key, basis: Basis, source: line(300) }
const Cluster = z.object({
  ...clusterFields,
  validFrom: z.string(),
  validTo: z.string().nullable(),
  chains: z.int().describe('Open chains that stand in it.'),
})

export const clusterContract = {
  list: oc
    .route({ method: 'GET', path: '/chain-clusters', summary: '产业集群 · The list of clusters on a day', tags })
    .input(z.object({ on: Day.optional().describe('Today when left out.') }))
    .output(
      z.object({
        rows: z.array(Cluster),
        rev: Rev.describe('Of all lists together.'),
        days: z.array(z.string()).describe('Days on which a list began, the latest first.'),
      }),
    ),
  replace: oc
    .route({
      method: 'PUT',
      path: '/chain-clusters',
      summary: '更换集群名单 · A new list of clusters from a day',
      tags,
    })
    .input(
      z.object({
        from: Day,
        rev: Rev,
        commandId: CommandId,
        why: Why,
        rows: z
          .array(z.object({ ...clusterFields, basis: Basis.default('zone'), source: clusterFields.source.default('') }))
          .min(1)
          .max(clustersMax),
      }),
    )
    .output(Changed),
  history: oc
    .route({ method: 'GET', path: '/chain-clusters/history', summary: '记录 · History of the lists', tags })
    .input(z.object({}))
    .output(History),
}

const placeFields = { weight: z.number().gt(0).max(100), isRequired: z.boolean(), mes: Units }
const segmentFields = { ...Named, key: Key, stage: Stage }
const segments = z
  .array(
    z.object({
      ...segmentFields,
      products: z.array(z.object({ ...placeFields, product: ProductCode })).max(placesMax),
    }),
  )
  .min(1)
  .max(segmentsMax)
const chainFields = {
  ...Named,
  cluster: Key,
  basis: Basis.default('zone'),
  source: line(300).default(''),
  segments,
}
const ChainRow = z.object({
  ...base,
  code: z.string(),
  zh: z.string(),
  en: z.string(),
  cluster: Coded,
  basis: Basis,
  state: State,
  validFrom: z.string(),
  segments: z.int(),
  products: z.int(),
})

export const chainContract = {
  list: oc
    .route({ method: 'GET', path: '/chain-chains', summary: '产业链 · Industry chains', tags })
    .input(listInput({ state: State.optional(), cluster: Key.optional() }))
    .output(listOutput(ChainRow)),
  get: oc
    .route({ method: 'GET', path: '/chain-chains/{code}', summary: '产业链 · One chain with its segments', tags })
    .input(z.object({ code: ChainCode }))
    .output(
      ChainRow.extend({
        source: z.string(),
        segments: z.array(
          z.object({
            ...segmentFields,
            products: z.array(z.object({ ...placeFields, product: Coded, unit: z.string(), state: State })),
          }),
        ),
      }),
    ),
  create: oc
    .route({ method: 'POST', path: '/chain-chains', summary: '登记产业链 · Enter a chain', tags, successStatus: 201 })
    .input(z.object({ ...chainFields, code: ChainCode, validFrom: Day, commandId: CommandId }))
    .output(Changed),
  change: oc
    .route({
      method: 'PUT',
      path: '/chain-chains/{code}',
      summary: '修改产业链 · Change a chain as a whole, close or reopen it',
      tags,
    })
    .input(z.object({ ...chainFields, code: ChainCode, rev: Rev, commandId: CommandId, why: Why, state: State }))
    .output(Changed),
  history: oc
    .route({ method: 'GET', path: '/chain-chains/{code}/history', summary: '记录 · History', tags })
    .input(z.object({ code: ChainCode }))
    .output(History),
}
