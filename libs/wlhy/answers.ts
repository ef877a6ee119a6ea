import { err, ok, type Result } from '@tingzhou/kernel'
import type { Answer, Token } from './adapter.ts'
import { documentKinds } from './documents.ts'
import { fieldsOf, type Field } from './fields.ts'
import type { Guide } from './guide.ts'
import { readObject, type JsonObject } from './json.ts'

const textLengthMax = 500
const tokenLengthMax = 2_048

/** An answer that nobody understands: a page of a proxy, half a message, XML, something huge. */
const unread = (text: string): Answer => ({
  outcome: 'broken',
  code: '',
  text: /<!(?:DOCTYPE|ENTITY)/i.test(text) ? 'no_declarations' : plain(text),
  field: null,
})

/** What is kept of somebody else's words: one line, bounded. */
const plain = (text: string): string =>
  text
    .slice(0, textLengthMax * 2)
    .replaceAll(/[\p{Cc}\p{Cs}]+/gu, ' ')
    .trim()
    .slice(0, textLengthMax)

/**
 * Reads an answer `{ code, msg }`; what else stands there is ignored. A code that the guide does not have is `broken`.
 * Source: `data/wire.json`. O(length).
 */
export function readAnswer(guide: Guide, text: string): Answer {
  const read = readObject(text)
  return read.ok ? answerOf(guide, read.value) : unread(text)
}

function answerOf(guide: Guide, answer: JsonObject): Answer {
  const code = codeOf(answer.code)
  const words = [answer.msg, answer.message].find((said) => typeof said === 'string') ?? ''
  const text = plain(String(words))
  const outcome = guide.outcomeOf(code) ?? 'broken'
  return { outcome, code, text, field: outcome === 'accepted' ? null : fieldNamed(text) }
}

/** Some systems say 1001, others "1001". */
const codeOf = (code: unknown): string =>
  (typeof code === 'number' && Number.isSafeInteger(code)) || typeof code === 'string' ? String(code).slice(0, 20) : ''

/**
 * Reads the answer to a token request.
 * @param at  where the guide puts the token
 * O(length).
 */
export function readTokenAnswer(guide: Guide, text: string, at: 'data' | 'token'): Result<Token, Answer> {
  const read = readObject(text)
  if (!read.ok) return err(unread(text))
  const answer = answerOf(guide, read.value)
  const token = read.value[at]
  if (answer.outcome !== 'accepted') return err(answer)
  if (typeof token !== 'string' || token === '' || token.length > tokenLengthMax || /[\p{Cc}\s]/u.test(token))
    return err({ ...answer, outcome: 'broken', field: null })
  return ok({ token, expiresAt: null })
}

const names: ReadonlyMap<string, string> = new Map(
  documentKinds
    .flatMap((kind) => pathsOf(fieldsOf(kind), ''))
    .map((path) => [nameOf(path).toLowerCase(), nameOf(path)]),
)

function pathsOf(fields: readonly Field[], path: string): string[] {
  return fields.flatMap(({ name, shape }) => [
    `${path}${name}`,
    ...('fields' in shape ? pathsOf(shape.fields, `${path}${name}.`) : []),
  ])
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1)
}

/** The first path or name of a field that a text says, in whatever letters, by the names of the table. O(length). */
function fieldNamed(text: string): string | null {
  for (const [word] of text.matchAll(/[A-Za-z][A-Za-z0-9]{1,60}(?:\.\w{1,60}){0,4}/g)) {
    const parts = word.split('.').map((part) => (/^\d+$/.test(part) ? part : names.get(part.toLowerCase())))
    if (parts.every((part) => part !== undefined)) return parts.join('.')
  }
  return null
}
