/** What a device says under which name; all names of a device begin with its own prefix. */
export const topicKinds = ['readings', 'state', 'answers', 'commands'] as const
export type TopicKind = (typeof topicKinds)[number]

const root = 'tingzhou/v1'

/** The names under which one device speaks and is spoken to. */
export const prefixOf = (identity: string): string => `${root}/${identity}/`

/** The name of a topic of a device. */
export const topicOf = (identity: string, kind: TopicKind): string => `${prefixOf(identity)}${kind}`

/**
 * What a device may publish: everything below its own prefix.
 * @returns the kind; `other` for a name that means nothing here; null when the device has no right to it
 */
export function publishes(identity: string, topic: string): Exclude<TopicKind, 'commands'> | 'other' | null {
  const prefix = prefixOf(identity)
  if (!topic.startsWith(prefix)) return null
  const kind = topicKinds.find((known) => known === topic.slice(prefix.length))
  // Commands come from the platform only.
  if (kind === 'commands') return null
  return kind ?? 'other'
}

/** What a device may hear: its commands, and the state that it left here. Wildcards would ask for what is not its own. */
export function hears(identity: string, filter: string): 'commands' | 'state' | null {
  if (filter === topicOf(identity, 'commands')) return 'commands'
  return filter === topicOf(identity, 'state') ? 'state' : null
}
