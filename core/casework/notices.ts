import type { Tx } from '@tingzhou/db'
import type { EventHandler, PlacedEvent } from '@tingzhou/events'
import { addNotices, type NewNotice } from '@tingzhou/notices'

/** What people are told of one event: a text of the module, whom, and whether they must act. */
export type NoticeLine = {
  readonly key: string
  readonly to: readonly (string | null)[]
  readonly needsMe: boolean
  /** Never muted. */
  readonly alarm?: boolean
}

/** What an event is about: the screen that a notice leads to and what its text is filled with. */
export type About = { readonly link: string; readonly params: NonNullable<NewNotice['params']> }

export type NoticeRules<A extends About> = {
  /** Prefix of the texts given to `registerNoticeTexts` and of the kinds that readers mute. */
  readonly module: string
  readonly zoneId: string
  readonly types: readonly string[]
  /** null: nobody is told. */
  readonly about: (tx: Tx, event: PlacedEvent) => Promise<A | null>
  readonly lines: (tx: Tx, about: A, event: PlacedEvent) => readonly NoticeLine[] | Promise<readonly NoticeLine[]>
}

/** Whether what `tell` says of a step is the beginning of a case: it came from no state. Pure. O(1). */
export const hasBegun = ({ data }: PlacedEvent): boolean =>
  typeof data === 'object' && data !== null && 'from' in data && data.from === null

/** Tells people what waits for them and how it goes: after the commit, each event once. */
export const caseNotices = <A extends About>({
  module,
  zoneId,
  types,
  about,
  lines,
}: NoticeRules<A>): EventHandler => ({
  name: `${module}.notify`,
  types: [...types],
  handle: async (tx, event) => {
    const found = await about(tx, event)
    if (!found) return
    const { objectKind, objectId, at } = event
    const notices = (await lines(tx, found, event)).flatMap(({ key, to, needsMe, alarm = false }) =>
      [...new Set(to)]
        .filter((accountId) => accountId !== null)
        .map((accountId): NewNotice => {
          const kind = `${module}.${needsMe ? 'to_do' : 'progress'}`
          const { link, params } = found
          return {
            accountId,
            kind,
            alarm,
            needsMe,
            titleKey: `${module}:${key}`,
            params,
            objectKind,
            objectId,
            link,
            at,
          }
        }),
    )
    await addNotices(tx, zoneId, notices)
  },
})
