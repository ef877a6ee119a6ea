import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, Rev } from '@tingzhou/http/contract'
import { Id, line, one, tags } from '../contract-parts.ts'
import { ratingSides, ratingSubjects, tagsMax } from './words.ts'

const Side = z
  .enum(ratingSides)
  .describe('shipper: of the carriage; carrier: by carrier or driver, of the shipper’s places.')
const Code = z.string().min(1).max(40)
const said = {
  stars: z.int().min(1).max(5),
  tags: z.array(Code).max(tagsMax).default([]).describe('Codes of the side, see choices.'),
  words: line(500).default(''),
}
const Saved = z.object({ id: z.string(), rev: Rev })

const Rating = z.object({
  id: z.string(),
  side: Side,
  isMine: z.boolean().describe('The reader gave it.'),
  author: z.string().describe('Empty for the other side.'),
  stars: z.int(),
  tags: z.array(z.string()),
  words: z.string(),
  givenAt: Instant,
  shownAt: Instant.describe('From when the other side sees it.'),
  changeUntil: Instant.nullable().describe('Null: the reader may not change it any more.'),
  rev: Rev,
})
const Named = z.object({ code: z.string(), zh: z.string(), en: z.string() })
const Tag = Named.extend({ good: z.boolean() })

export const ratingContract = {
  choices: oc
    .route({
      method: 'GET',
      path: '/freight-opinion-choices',
      summary: '评价与投诉选项 · What ratings and complaints choose from',
      tags,
    })
    .input(z.object({}))
    .output(
      z.object({
        tags: z.object({ shipper: z.array(Tag), carrier: z.array(Tag) }),
        kinds: z.array(
          Named.extend({
            about: z.enum(['side', 'platform']),
            money: z.boolean().describe('May concern money: that is the waybill’s dispute.'),
          }),
        ),
      }),
    ),
  ofWaybill: oc
    .route({
      method: 'GET',
      path: '/freight-waybills/{id}/ratings',
      summary: '运单评价 · Ratings of a waybill; the other side’s once both were given or 14 days have passed',
      tags,
    })
    .input(one)
    .output(
      z.object({
        side: Side.nullable().describe('For which side the reader speaks.'),
        given: z.array(Side),
        until: Instant.nullable().describe('Until when it is rated; null before it is signed.'),
        reason: z.string().nullable().describe('Why the reader may not rate now; null: may.'),
        rows: z.array(Rating),
      }),
    ),
  give: oc
    .route({
      method: 'POST',
      path: '/freight-waybills/{waybillId}/ratings',
      summary: '评价 · Rates the other side of a signed waybill, once a side',
      tags,
      successStatus: 201,
    })
    .input(z.object({ waybillId: Id, commandId: CommandId, ...said }))
    .output(Saved),
  change: oc
    .route({
      method: 'PATCH',
      path: '/freight-waybills/{waybillId}/ratings/{side}',
      summary: '修改评价 · Changes the own rating within 7 days, before the other side sees it',
      tags,
    })
    .input(z.object({ waybillId: Id, side: Side, rev: Rev, commandId: CommandId, ...said }))
    .output(Saved),
  sums: oc
    .route({
      method: 'GET',
      path: '/freight-rating-sums',
      summary: '评价汇总 · Means of the last twelve months; those without a row have none, or none for the reader',
      tags,
    })
    .input(
      z.object({
        subject: z.enum(ratingSubjects),
        ids: z
          .union([
            z.array(z.string().max(64)).min(1).max(200),
            z
              .string()
              .max(64)
              .transform((id) => [id]),
          ])
          .describe('One or several, 200 at most.'),
      }),
    )
    .output(
      z.object({
        rows: z.array(
          z.object({
            id: z.string(),
            ratings: z.int(),
            meanCenti: z.int().nullable().describe('Hundredths of a star; null: fewer than three ratings.'),
          }),
        ),
      }),
    ),
}
