import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { Lang } from '@tingzhou/parties'

// What a script is made of: a title is a comment of one line, a path stands in double quotes, a place in single ones.
const Line = z.string().regex(/^[^\r\n]+$/)
const Words = z.object({ 'zh-CN': Line, en: Line })
const Step = z.object({
  title: Words,
  method: z.enum(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']),
  /** Under `/api/v1`; `{{name}}` stands for what an answer before gave. */
  path: z.string().regex(/^(?:[\w/.?=&-]|\{\{[a-z]+\}\})+$/),
  body: z.record(z.string(), z.unknown()).optional(),
  /** What is kept of the answer: where it stands in it, such as `rows.0.id`, by the name under which later steps ask for it. */
  keep: z.record(z.string().regex(/^[a-z]+$/), z.string().regex(/^[\w.]+$/)).optional(),
})
const Story = z.object({ key: z.string().regex(/^[a-z-]+$/), title: Words, intro: Words, steps: z.array(Step).min(1) })

/**
 * Requests that follow each other, as somebody who connects a system makes them: the examples of the API. In bodies `{{id}}` stands for
 * a fresh UUID, `{{hours:n}}` for an instant n hours from now, `{{name}}` for what an answer before gave.
 */
export type ApiStory = z.infer<typeof Story>
export type StoryStep = z.infer<typeof Step>

/** Checks a story as it stands in a file. @throws ZodError naming the step */
export const readStory = (story: unknown): ApiStory => Story.parse(story)

const token = /\{\{([a-z]+)(?::(\d+))?\}\}/g
const hourMs = 3_600_000

/** @param kept  what stands for a name that an answer gave */
function filled(value: unknown, now: number, kept: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one) => filled(one, now, kept))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one, now, kept)]))
  if (typeof value !== 'string') return value
  const hours = /^\{\{hours:(\d+)\}\}$/.exec(value)?.[1]
  if (hours !== undefined) return now + Number(hours) * hourMs
  return value.replaceAll(token, (_whole, name: string) => (name === 'id' ? randomUUID() : kept(name)))
}

/** The body of a step as an example: what an answer before would give is a UUID. */
export const exampleBody = ({ body }: StoryStep, now: number): unknown =>
  body === undefined ? undefined : filled(body, now, () => randomUUID())

/** The contract's path of a step, where what is filled in stands as `{}`. */
export const templateOf = (path: string): string => path.replaceAll(/\{\{?[^}]+\}\}?/g, '{}').replace(/\?.*$/, '')

/**
 * A story as a script for bash, curl and jq, which asks for `ZONE`, where the zone answers, and `KEY`, and stops at the first refusal.
 * Safe to run again: its ids are its own, so that a repeat gets the first answers.
 * Pure but for the ids. O(steps).
 */
export function scriptOf({ steps }: ApiStory, lang: Lang, now: number): string {
  return [begin, ...steps.map((step, index) => scriptOfStep(step, index + 1, lang, now))].join('\n')
}

const begin = `set -euo pipefail
: "\${ZONE:?}" "\${KEY:?}"
`

function scriptOfStep({ title, method, path, body, keep }: StoryStep, n: number, lang: Lang, now: number): string {
  const inQuotes = (name: string) => `'"$${name}"'`
  const address = path.replaceAll(token, (_whole, name: string) => `$${name}`)
  const lines = [
    `# ${n}. ${title[lang]}`,
    `curl -fsS -X ${method} "$ZONE/api/v1${address}" -H "Authorization: Bearer $KEY" \\`,
  ]
  if (body !== undefined) {
    const json = JSON.stringify(
      filled(body, now, (name) => `\u0000${name}\u0000`),
      null,
      2,
    )
      .replaceAll("'", String.raw`'\''`)
      .replaceAll(/\\u0000([a-z]+)\\u0000/g, (_whole, name: string) => inQuotes(name))
    lines.push(`  -H 'Content-Type: application/json' -d '${json}' \\`)
  }
  lines.push(`  > answer-${n}.json`)
  for (const [name, where] of Object.entries(keep ?? {}))
    lines.push(`${name}=$(jq -er '${jqPath(where)}' answer-${n}.json)`)
  return `${lines.join('\n')}\n`
}

/** `rows.0.id` as jq writes it: `.rows[0].id`. */
const jqPath = (where: string): string =>
  where
    .split('.')
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join('')
