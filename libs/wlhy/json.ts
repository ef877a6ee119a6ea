import { err, ok, type Result } from '@tingzhou/kernel'
import { faultAt, type Fault } from './fault.ts'

/** Characters of one message or answer: 1 MiB. */
export const messageLengthMax = 1_048_576

export type JsonObject = { readonly [name: string]: unknown }

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A value as a fault tells it: of objects and lists, whose depth nobody bounds, only what they are. O(length). */
export function told(value: unknown): string {
  if (Array.isArray(value)) return '[…]'
  return isObject(value) ? '{…}' : String(value ?? '')
}

/** Reads a JSON object of bounded length. O(length). */
export function readObject(text: string): Result<JsonObject, Fault> {
  if (text.length > messageLengthMax) return err(faultAt('', String(text.length), `length_max ${messageLengthMax}`))
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? ok(value) : err(faultAt('', text, 'json_object'))
  } catch {
    return err(faultAt('', text, 'json_object'))
  }
}

/**
 * Takes texts out of an object that has them, and nothing else.
 * @returns the texts by name, or the first name that is missing, no text, or not known
 * O(names).
 */
export function readTexts<N extends string>(
  value: unknown,
  names: readonly N[],
  path: string,
): Result<{ readonly [name in N]: string }, Fault> {
  if (!isObject(value)) return err(faultAt(path, '', 'json_object'))
  const stranger = Object.keys(value).find((name) => !names.some((known) => known === name))
  if (stranger !== undefined) return err(faultAt(`${path}${stranger.slice(0, 60)}`, '', 'known_field'))
  const odd = names.find((name) => typeof value[name] !== 'string')
  if (odd !== undefined) return err(faultAt(`${path}${odd}`, told(value[odd]), 'a_text'))
  // Each name was looked at above.
  return ok(value as { readonly [name in N]: string })
}
