import type { JsonObject } from './json-path.ts'
import { isSame } from './merge.ts'
import { isBlank } from './schema.ts'
import type { Fields } from './use-saver.ts'
import type { Application } from './words.ts'

/** What a draft holds by name, so that two windows of it can be merged place by place. */
export type Content = {
  readonly answers?: Application['answers']
  readonly values?: Readonly<Record<string, unknown>>
  readonly disputes?: Readonly<Record<string, string>>
  readonly consents?: Readonly<Record<string, true>>
  /** How it is given, then its files. */
  readonly materials?: Readonly<Record<string, readonly string[]>>
  readonly promise?: Fields['promise']
  readonly deliverBy?: Fields['deliverBy']
  readonly postTo?: Fields['postTo']
}

type Line = NonNullable<Fields['materials']>[number]
const hows: readonly Line['how'][] = ['handed_in', 'held', 'promised']
// A material that was taken back is a place of its own: one that is only not spoken of is as it was.
const takenBack: readonly string[] = []

/** What one save says. Pure. */
export function contentOf(fields: Fields): Content {
  const { answers, values, disputes, consents, materials, takenBack: back, ...own } = fields
  const given = [
    ...(materials ?? []).map(({ code, how, fileIds = [] }) => [code, [how, ...fileIds]] as const),
    ...(back ?? []).map((code) => [code, takenBack] as const),
  ]
  return {
    ...(answers ? { answers } : {}),
    ...(values ? { values: withoutBlanks(values) } : {}),
    ...(disputes ? { disputes: Object.fromEntries(disputes.map(({ field, words }) => [field, words])) } : {}),
    ...(consents ? { consents: Object.fromEntries(consents.map((scope) => [scope, true as const])) } : {}),
    ...(given.length > 0 ? { materials: Object.fromEntries(given) } : {}),
    ...own,
  }
}

/** What the server holds. Pure. */
export const storedContent = (application: Application): Required<Content> => ({
  answers: application.answers,
  values: withoutBlanks(application.values),
  disputes: Object.fromEntries(application.disputes.map(({ field, words }) => [field, words])),
  consents: Object.fromEntries(application.consents.map((scope) => [scope, true as const])),
  materials: Object.fromEntries(
    application.materials.flatMap(({ code, how, files }) =>
      how === 'handed_in' || how === 'promised' ? [[code, [how, ...files.map(({ id }) => id)]]] : [],
    ),
  ),
  promise: application.promiseGiven,
  deliverBy: application.deliverBy,
  postTo: application.postTo,
})

/** The same as a save says it. Pure. */
export function fieldsOf(content: Content): Fields {
  const { answers, values, disputes, consents, materials, ...own } = content
  const lines = Object.entries(materials ?? {})
  return {
    ...(answers
      ? { answers: Object.fromEntries(Object.entries(answers).map(([code, chosen]) => [code, [...chosen]])) }
      : {}),
    ...(values ? { values: { ...values } } : {}),
    ...(disputes ? { disputes: Object.entries(disputes).map(([field, words]) => ({ field, words })) } : {}),
    ...(consents ? { consents: Object.keys(consents) } : {}),
    ...(materials
      ? {
          materials: lines.flatMap(([code, [given, ...fileIds]]): readonly Line[] => {
            const how = hows.find((one) => one === given)
            return how ? [{ code, how, fileIds }] : []
          }),
          takenBack: lines.flatMap(([code, line]) => (line.length === 0 ? [code] : [])),
        }
      : {}),
    ...own,
  }
}

const withoutBlanks = (values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => !isBlank(value)))

/** What of the stored draft a save is about: only that is compared. Pure. */
export function aboutSame<C extends Content>(content: Content, stored: C): Content {
  const groups = Object.keys(content) as (keyof Content)[]
  const picked = Object.fromEntries(groups.map((group) => [group, stored[group]]))
  if (!content.materials || !stored.materials) return picked
  // A save speaks of some materials; the others are none of its business.
  const own = Object.keys(content.materials)
  return {
    ...picked,
    materials: Object.fromEntries(own.map((code) => [code, stored.materials?.[code] ?? takenBack])),
  }
}

/** The stored draft after a save. Pure. */
export const afterSave = <C extends Content>(stored: C, saved: Content): C => ({
  ...stored,
  ...saved,
  ...(saved.materials ? { materials: { ...stored.materials, ...saved.materials } } : {}),
})

/** The codes of a group at which two drafts differ. Pure. O(codes). */
export function changedIn(
  group: 'answers' | 'values' | 'disputes' | 'consents' | 'materials',
  was: Content,
  now: Content,
): readonly string[] {
  const before: JsonObject = was[group] ?? {}
  const after: JsonObject = now[group] ?? {}
  const codes = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...codes].filter((code) => !isSame(before[code], after[code]))
}
