import { ORPCError } from '@orpc/server'
import { ValidationError } from '@orpc/contract'
import type { Lang } from '@tingzhou/parties'
import type { Problem } from './contract.ts'
import { describeIssues, shorten, type Issue } from './issues.ts'
import { ProblemError, type ProblemSpec } from './problem.ts'
import { fill, problemText, ruleText, wordsFor } from './texts.ts'

/** What of a request a problem tells. */
export type ProblemScene = { readonly lang: Lang; readonly path: string; readonly requestId: string }

/** A refusal as it leaves the server. */
export type SentProblem = { readonly body: Problem; readonly retryAfterSeconds: number | null; readonly bug: boolean }

/**
 * Turns whatever was thrown into problem details; a bug tells nothing but the request's id.
 * Source: RFC 9457. O(size).
 */
export function describeProblem(thrown: unknown, scene: ProblemScene): SentProblem {
  const spec = specOf(thrown, scene.lang)
  const text = problemText(scene.lang, spec.kind, spec.area)
  const values = {
    ...wordsFor(scene.lang, spec.meta ?? {}, spec.area),
    value: shorten(spec.value),
    requestId: scene.requestId,
  }
  const detail = spec.detail ?? fill(text.detail ?? text.title, values)
  const body: Problem = {
    type: `urn:tingzhou:problem:${spec.kind}`,
    title: fill(text.title, values),
    status: spec.status,
    detail,
    kind: spec.kind,
    instance: scene.path,
    requestId: scene.requestId,
    errors: errorsOf(spec, detail, scene.lang),
    ...(spec.meta ? { meta: spec.meta } : {}),
  }
  return { body, retryAfterSeconds: spec.retryAfterSeconds ?? null, bug: spec.kind === 'unexpected' }
}

function errorsOf(spec: ProblemSpec, detail: string, lang: Lang): Problem['errors'] {
  const told = spec.errors?.map(({ field, value, rule, message }) => ({
    field,
    value: shorten(value) ?? null,
    rule,
    message: message ?? ruleText(lang, rule, spec.area) ?? detail,
  }))
  if (told) return told
  if (spec.field === undefined) return []
  const rule = spec.rule ?? spec.kind
  return [{ field: spec.field, value: shorten(spec.value) ?? null, rule, message: detail }]
}

function specOf(thrown: unknown, lang: Lang): ProblemSpec {
  if (thrown instanceof ProblemError) return thrown.spec
  if (thrown instanceof ORPCError) return orpcSpec(thrown, lang)
  return fastifySpec(thrown) ?? databaseSpec(thrown) ?? { kind: 'unexpected', status: 500 }
}

/** The contract's schema refused the input. */
function orpcSpec(thrown: ORPCError<string, unknown>, lang: Lang): ProblemSpec {
  if (thrown.status !== 400) return { kind: 'unexpected', status: 500 }
  if (!(thrown.cause instanceof ValidationError)) return { kind: 'malformed_body', status: 400 }
  // Every schema of a contract is zod's, so its issues are zod's.
  const errors = describeIssues(thrown.cause.issues as unknown as readonly Issue[], thrown.cause.data, lang)
  const fields = errors.map((error) => error.field || '·').join(', ')
  return { kind: 'invalid_input', status: 400, errors, meta: { count: errors.length, fields } }
}

/** The framework refused the request before a handler saw it. */
function fastifySpec(thrown: unknown): ProblemSpec | null {
  switch (codeOf(thrown)) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
    case 'FST_REQ_FILE_TOO_LARGE':
      return { kind: 'body_too_large', status: 413 }
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_INVALID_MULTIPART_CONTENT_TYPE':
      return { kind: 'unsupported_media_type', status: 415 }
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_BAD_URL':
      return { kind: 'malformed_body', status: 400 }
    default:
      return null
  }
}

/** PostgreSQL gave up one of two transactions that stood in each other's way; asking again helps. */
function databaseSpec(thrown: unknown): ProblemSpec | null {
  const code = codeOf(thrown)
  return code === '40001' || code === '40P01' ? { kind: 'concurrent_change', status: 409 } : null
}

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''
