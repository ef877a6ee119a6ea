import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { epochMs } from '@tingzhou/kernel'
import { documentKinds, isPrivateKey, type WireRecord } from '@tingzhou/wlhy'
import type { Accepted } from './book.ts'

const KeyLine = z.object({ privateKey: z.string().refine(isPrivateKey), publicKey: z.string() })
const Line = z.object({
  enterpriseCode: z.string(),
  kind: z.enum(documentKinds),
  reference: z.string(),
  record: z.custom<WireRecord>((value) => typeof value === 'object' && value !== null),
  at: z.number().int().transform(epochMs),
})

export type KeyPair = z.infer<typeof KeyLine>

/** What a monitoring system remembers from one start to the next: its keys, then a line for each accepted document. */
export type Journal = {
  readonly keys: KeyPair
  readonly accepted: readonly Accepted[]
  readonly append: (accepted: Accepted) => void
}

/**
 * Opens the journal of a file; a line that a kill left half written, and all after it, is dropped.
 * @param file  null: nothing is remembered
 * @param makeKeys  of a new journal
 */
export function openJournal(file: string | null, makeKeys: () => KeyPair): Journal {
  if (file === null) return { keys: makeKeys(), accepted: [], append: () => {} }
  const { keys = makeKeys(), accepted } = readJournal(file)
  // Written anew at one stroke: what was dropped is gone, and the next line begins a line.
  const text = [keys, ...accepted].map((line) => `${JSON.stringify(line)}\n`).join('')
  writeFileSync(`${file}.new`, text, { mode: 0o600 })
  renameSync(`${file}.new`, file)
  return { keys, accepted, append: (one) => appendFileSync(file, `${JSON.stringify(one)}\n`) }
}

function readJournal(file: string): { readonly keys: KeyPair | undefined; readonly accepted: readonly Accepted[] } {
  const [first = '', ...rest] = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  const keys = KeyLine.safeParse(jsonOf(first))
  if (!keys.success) return { keys: undefined, accepted: [] }
  const lines = rest.filter((line) => line !== '').map((line) => Line.safeParse(jsonOf(line)))
  const broken = lines.findIndex(({ success }) => !success)
  const whole = broken < 0 ? lines : lines.slice(0, broken)
  return { keys: keys.data, accepted: whole.flatMap(({ data }) => (data ? [data] : [])) }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
