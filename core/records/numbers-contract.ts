import * as z from 'zod'
import { CommandId, Instant } from '@tingzhou/http/contract'
import { namesOf, type Bounds } from './bounds.ts'
import { Why } from './contract-parts.ts'

/** Revision of what may never have been set. */
export const OldRev = z.int().min(0).describe('Revision as last read; 0 where there are none yet.')

/** Numbers as a request or an answer has them. @param words  what each says, a sentence */
export const numbersOf = <N extends string>(bounds: Bounds<N>, words: Readonly<Record<N, string>>) =>
  z.object(
    // Every number has its words.
    Object.fromEntries(
      namesOf(bounds).map((name) => {
        const { min, max } = bounds[name]
        return [name, z.int().describe(`${words[name]} ${min} to ${max}.`)]
      }),
    ) as Record<N, z.ZodInt>,
  )

/** What is asked of a zone's numbers. */
export const numbersNow = <N extends string>(bounds: Bounds<N>, Numbers: ReturnType<typeof numbersOf<N>>) =>
  z.object({
    numbers: Numbers,
    bounds: z.array(z.object({ name: z.enum(namesOf(bounds)), min: z.int(), max: z.int() })),
    rev: OldRev,
    updatedAt: Instant.nullable().describe('Null: nobody has changed them.'),
    updatedBy: z.string(),
  })

/** What sets them. */
export const numbersWish = <N extends string>(Numbers: ReturnType<typeof numbersOf<N>>) =>
  z.object({ commandId: CommandId, rev: OldRev, numbers: Numbers, why: Why })

/** Bounds as an answer lists them. */
export const boundsOf = <N extends string>(bounds: Bounds<N>) =>
  namesOf(bounds).map((name) => ({ name, min: bounds[name].min, max: bounds[name].max }))
