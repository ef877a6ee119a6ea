import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, listInput, listOutput, Rev } from '@tingzhou/http/contract'
import { deliveryErrors, deliveryStates, endpointStates, stopCauses } from './words.ts'

const tags = ['webhooks']
const Id = z.uuid()
const PartyId = z.string().min(1).max(100)
const Name = z.string().trim().min(1).max(60)
const Url = z.string().trim().min(1).max(500).describe('https only, any port; no user or password in it.')
const Types = z.array(z.string().min(1).max(80)).min(1).max(50).describe('Of `GET /webhook-types`.')

export const Endpoint = z.object({
  id: Id,
  party: z.object({ id: z.string(), name: z.string() }),
  name: z.string(),
  url: z.string(),
  types: z.array(z.string()),
  state: z.enum(endpointStates).describe('paused: what happens gathers for a week; stopped: it hears nothing more.'),
  stoppedFor: z.enum(stopCauses).nullable(),
  stopReason: z.string().nullable(),
  failures: z.int().describe('How often in a row it was tried in vain; what was under way together counts once.'),
  failingSince: Instant.nullable(),
  restUntil: Instant.nullable().describe(
    'While it fails one delivery at a time finds out whether it is back; the next one then.',
  ),
  deliveredAt: Instant.nullable().describe('When it last took something.'),
  oldSecretUntil: Instant.nullable().describe('Until then the secret before the last rotation signs too.'),
  createdAt: Instant,
  createdBy: z.string(),
  updatedAt: Instant,
  rev: z.int(),
})
export type Endpoint = z.infer<typeof Endpoint>

const WithSecret = Endpoint.extend({ secret: z.string().describe('`whsec_…`, shown now and never again.') })

const Tried = z.object({
  at: Instant,
  status: z.int().nullable(),
  error: z.enum(deliveryErrors).nullable(),
  tookMs: z.int(),
})
export const Delivery = z.object({
  id: Id.describe('The header `webhook-id`, the same at every repeat.'),
  endpointId: Id,
  type: z.string(),
  objectKind: z.string().nullable(),
  objectId: z.string().nullable(),
  state: z.enum(deliveryStates),
  attempts: z.int().describe('Of this round.'),
  tryAt: Instant.nullable(),
  lastStatus: z.int().nullable(),
  lastError: z.enum(deliveryErrors).nullable(),
  tookMs: z.int().nullable(),
  createdAt: Instant,
  endedAt: Instant.nullable(),
  rev: z.int(),
})
export type Delivery = z.infer<typeof Delivery>

export const EndpointQuery = listInput({
  partyId: PartyId.optional(),
  state: z.enum(endpointStates).optional(),
}).omit({ sort: true })
export const DeliveryQuery = listInput({
  endpointId: Id,
  state: z.enum(deliveryStates).optional(),
  type: z.string().max(80).optional(),
}).omit({ sort: true, q: true })

const At = { commandId: CommandId, id: Id, rev: Rev }

/** Webhooks over HTTP: what the systems of parties are told, and how that goes. */
export const webhooksContract = {
  types: oc
    .route({ method: 'GET', path: '/webhook-types', summary: '可订阅的事件类型 · Types of webhooks', tags })
    .output(z.object({ types: z.array(z.string()) })),
  list: oc
    .route({ method: 'GET', path: '/webhook-endpoints', summary: '推送地址列表 · Endpoints of webhooks', tags })
    .input(EndpointQuery)
    .output(listOutput(Endpoint)),
  create: oc
    .route({
      method: 'POST',
      path: '/webhook-endpoints',
      summary: '新增推送地址 · Add an endpoint',
      tags,
      successStatus: 201,
    })
    .input(z.object({ commandId: CommandId, partyId: PartyId, name: Name, url: Url, types: Types }))
    .output(WithSecret),
  get: oc
    .route({ method: 'GET', path: '/webhook-endpoints/{id}', summary: '一个推送地址 · One endpoint', tags })
    .input(z.object({ id: Id }))
    .output(Endpoint),
  change: oc
    .route({ method: 'PATCH', path: '/webhook-endpoints/{id}', summary: '修改推送地址 · Change an endpoint', tags })
    .input(z.object({ ...At, name: Name, url: Url, types: Types }))
    .output(Endpoint),
  setState: oc
    .route({
      method: 'POST',
      path: '/webhook-endpoints/{id}/state',
      summary: '启用、暂停或停用推送地址 · Open, pause or stop an endpoint',
      tags,
    })
    .input(z.object({ ...At, state: z.enum(endpointStates), why: z.string().trim().max(200).default('') }))
    .output(Endpoint),
  rotate: oc
    .route({
      method: 'POST',
      path: '/webhook-endpoints/{id}/rotate',
      summary: '更换签名密钥,旧密钥再用 24 小时 · Another secret',
      tags,
    })
    .input(z.object(At))
    .output(WithSecret),
  test: oc
    .route({
      method: 'POST',
      path: '/webhook-endpoints/{id}/test',
      summary: '发送测试事件 · Queue a test',
      tags,
    })
    .input(z.object(At))
    .output(z.object({ id: Id }).describe('The endpoint; the test is the newest of its deliveries.')),
  remove: oc
    .route({ method: 'DELETE', path: '/webhook-endpoints/{id}', summary: '删除推送地址 · Remove an endpoint', tags })
    .input(z.object(At))
    .output(z.object({ id: Id })),
  deliveries: oc
    .route({ method: 'GET', path: '/webhook-deliveries', summary: '推送记录 · Deliveries of an endpoint', tags })
    .input(DeliveryQuery)
    .output(listOutput(Delivery)),
  delivery: oc
    .route({ method: 'GET', path: '/webhook-deliveries/{id}', summary: '一条推送记录 · One delivery', tags })
    .input(z.object({ id: Id }))
    .output(
      Delivery.extend({
        body: z.string().describe('The very text that is signed and sent.'),
        answer: z.string().nullable().describe('How the last answer began.'),
        tried: z.array(Tried).describe('The latest attempts, the newest first.'),
      }),
    ),
  again: oc
    .route({ method: 'POST', path: '/webhook-deliveries/{id}/again', summary: '重新推送 · Send again', tags })
    .input(z.object({ commandId: CommandId, id: Id }))
    .output(z.object({ id: Id })),
}
