import { oc } from '@orpc/contract'
import * as z from 'zod'
import { CommandId, Instant, Rev } from '@tingzhou/http/contract'
import { Done, GoodsClass, tags, Why } from '../contract-parts.ts'
import { checkCodes, checkResults, documentKinds, marks, ruleSteps } from '../words.ts'

const ruled = {
  goodsClass: GoodsClass,
  step: z.enum(ruleSteps),
  mark: z.enum(marks).describe('How far the source was read.'),
  source: z.string(),
  updatedAt: Instant,
  updatedBy: z.string(),
  rev: Rev,
}

export const ruleContract = {
  list: oc
    .route({ method: 'GET', path: '/export-rules', summary: '单证与放行规则 · Rules of export', tags })
    .input(z.object({}))
    .output(
      z.object({
        documents: z.array(
          z.object({
            kind: z.enum(documentKinds),
            required: z.boolean(),
            dated: z.boolean(),
            counted: z.boolean(),
            warnDays: z.array(z.int()),
            ...ruled,
          }),
        ),
        checks: z.array(
          z.object({ code: z.enum(checkCodes), result: z.enum(checkResults), locked: z.boolean(), ...ruled }),
        ),
      }),
    ),
  changeDocument: oc
    .route({
      method: 'PATCH',
      path: '/export-rules/documents/{goodsClass}/{kind}',
      summary: '修改单证要求 · Change what a document is needed for',
      tags,
    })
    .input(
      z.object({
        goodsClass: GoodsClass,
        kind: z.enum(documentKinds),
        commandId: CommandId,
        rev: Rev,
        step: z.enum(ruleSteps),
        required: z.boolean(),
        dated: z.boolean(),
        warnDays: z.array(z.int().min(0).max(365)).max(10),
        why: Why,
      }),
    )
    .output(Done),
  changeCheck: oc
    .route({
      method: 'PATCH',
      path: '/export-rules/checks/{goodsClass}/{code}',
      summary: '修改核对规则 · Change what a check does',
      tags,
    })
    .input(
      z.object({
        goodsClass: GoodsClass,
        code: z.enum(checkCodes),
        commandId: CommandId,
        rev: Rev,
        result: z.enum(checkResults),
        why: Why,
      }),
    )
    .output(Done),
}
