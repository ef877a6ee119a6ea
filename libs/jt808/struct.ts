import { isSince, readHere, readPart, writePart, type Codec, type Scope, type ValueOf } from './codec.ts'
import type { Version } from './profile.ts'
import { refuse } from './writer.ts'

/** A field that is there or not, by version, by other fields, or because the body ends before it. */
export type Optional<T> = Codec<T | undefined> & { readonly optional: true }

type Fields = Readonly<Record<string, Codec<unknown>>>
type OptionalKeys<F> = { [K in keyof F]: F[K] extends { readonly optional: true } ? K : never }[keyof F]
type Flat<T> = { readonly [K in keyof T]: T[K] }
type StructOf<F> = Flat<
  { [K in Exclude<keyof F, OptionalKeys<F>>]: ValueOf<F[K]> } & {
    [K in OptionalKeys<F>]?: Exclude<ValueOf<F[K]>, undefined>
  }
>

/** Fields one after the other, in the order in which they are written here. */
export function struct<F extends Fields>(fields: F): Codec<StructOf<F>> {
  const entries = Object.entries(fields).map(([key, codec]) => [key, codec, 'optional' in codec] as const)
  return {
    isLeaf: false,
    read(reader, parent) {
      const values: Record<string, unknown> = {}
      const scope: Scope = { values, parent }
      for (const [key, codec] of entries) {
        const value = readPart(reader, key, codec, scope)
        if (value !== undefined) values[key] = value
      }
      // Every field was read by the codec that types it.
      return values as StructOf<F>
    },
    write(writer, value, parent) {
      const values: Readonly<Record<string, unknown>> = value
      const scope: Scope = { values, parent }
      for (const [key, codec, isOptional] of entries) {
        if (values[key] === undefined && !isOptional) {
          writer.path.push(key)
          refuse(writer, 'missing', 'undefined', 'the message needs this field')
        }
        writePart(writer, key, codec, values[key], scope)
      }
    },
  }
}

/** Nothing at all: an empty body. */
export const nothing: Codec<Readonly<Record<never, never>>> = struct({})

const absent = undefined

/** A field that only some versions have. */
const inVersions = <T>(has: (version: Version) => boolean, says: string, codec: Codec<T>): Optional<T> => ({
  ...codec,
  optional: true,
  read: (reader, scope) => (has(reader.version) ? codec.read(reader, scope) : absent),
  write(writer, value, scope) {
    if (!has(writer.version)) {
      if (value !== undefined) refuse(writer, 'not_in_version', value, `is ${says}, the message is ${writer.version}`)
      return
    }
    if (value === undefined) return refuse(writer, 'missing', 'undefined', `version ${writer.version} needs this field`)
    codec.write(writer, value, scope)
  },
})
export const since = <T>(first: Version, codec: Codec<T>): Optional<T> =>
  inVersions((version) => isSince(version, first), `there since ${first}`, codec)
export const only = <T>(one: Version, codec: Codec<T>): Optional<T> =>
  inVersions((version) => version === one, `in ${one} only`, codec)

/** A condition on fields that were read before: here or in the structure around. */
export type Condition = { readonly says: string; readonly holds: (scope: Scope | null) => boolean }

/** The nearest value of this name. O(depth). */
export function lookUp(scope: Scope | null, key: string): unknown {
  for (let at = scope; at !== null; at = at.parent) if (key in at.values) return at.values[key]
  return undefined
}

/** Whether a bit of a field of bits is set. O(depth). */
export const hasBit = (key: string, bit: number): Condition => ({
  says: `${key} has bit ${bit}`,
  holds: (scope) => ((Number(lookUp(scope, key) ?? 0) >>> bit) & 1) === 1,
})
export const is = (key: string, wanted: string | number): Condition => ({
  says: `${key} is ${wanted}`,
  holds: (scope) => lookUp(scope, key) === wanted,
})
export const isNot = (key: string, unwanted: string | number): Condition => ({
  says: `${key} is not ${unwanted}`,
  holds: (scope) => lookUp(scope, key) !== unwanted,
})

/** A field that is there exactly when the condition holds. */
export const when = <T>(condition: Condition, codec: Codec<T>): Optional<T> => ({
  ...codec,
  optional: true,
  read: (reader, scope) => (condition.holds(scope) ? codec.read(reader, scope) : absent),
  write(writer, value, scope) {
    if (!condition.holds(scope)) {
      if (value !== undefined) refuse(writer, 'not_applicable', value, `is there only when ${condition.says}`)
      return
    }
    if (value === undefined) return refuse(writer, 'missing', 'undefined', `is needed when ${condition.says}`)
    codec.write(writer, value, scope)
  },
})

/** A field that is there when the condition holds and the version has it. */
export const sinceWhen = <T>(first: Version, condition: Condition, codec: Codec<T>): Optional<T> => {
  const late = since(first, codec)
  const conditional = when(condition, codec)
  return {
    ...late,
    read: (reader, scope) => (condition.holds(scope) ? late.read(reader, scope) : absent),
    write(writer, value, scope) {
      const rule = condition.holds(scope) ? late : conditional
      rule.write(writer, value, scope)
    },
  }
}

/** A field at the end that may be left out: there when bytes are left. */
export const ifAny = <T>(codec: Codec<T>): Optional<T> => ({
  ...codec,
  optional: true,
  read: (reader, scope) => (reader.at < reader.end ? codec.read(reader, scope) : absent),
  write(writer, value, scope) {
    if (value !== undefined) codec.write(writer, value, scope)
  },
})

/** One layout for each version; the type is whatever one of them reads. */
export const byVersion = <A, B, C>(layouts: {
  readonly 2011: Codec<A>
  readonly 2013: Codec<B>
  readonly 2019: Codec<C>
}): Codec<A | B | C> => ({
  // The layout notes itself: one version may be a leaf where another is composed.
  isLeaf: false,
  read: (reader, scope) => readHere<A | B | C>(reader, layouts[reader.version], scope),
  write(writer, value, scope) {
    // The layout of this version checks the value itself.
    const layout = layouts[writer.version] as Codec<A | B | C>
    layout.write(writer, value, scope)
  },
})

/** The same field in 2011 and 2013, another in 2019. */
export const until2019 = <A, B>(before: Codec<A>, from2019: Codec<B>): Codec<A | B> =>
  byVersion({ 2011: before, 2013: before, 2019: from2019 })
