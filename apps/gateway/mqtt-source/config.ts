import { readFile } from 'node:fs/promises'
import * as z from 'zod'

const text = z.string().trim().min(1).max(1_000)
const filter = text.max(500).refine(isFilter, 'a topic filter of MQTT: "+" and "#" stand for whole levels, "#" last')

const identity = text.max(64)

/**
 * Whose a message is: named, or the level of the topic, from 0, that names one of `devices`. A broker speaks for those that are
 * named here and for no other of the zone.
 */
const whose = {
  device: identity.optional(),
  deviceLevel: z.int().min(0).max(50).optional(),
  devices: z.array(identity).min(1).max(1_000).readonly().optional(),
}

/** What messages under a filter hold. */
const Topic = z
  .discriminatedUnion('holds', [
    /** The readings of mqtt/README.md, as a device publishes them to the platform itself. */
    z.strictObject({ filter, ...whose, holds: z.literal('readings') }),
    /** One bare number. It has no time but that of its arrival, so what is left at the broker from before is not taken. */
    z.strictObject({ filter, ...whose, holds: z.literal('number'), point: text.max(400) }),
    /** A flat JSON object: which of its fields are which points, and which is the time. */
    z.strictObject({
      filter,
      ...whose,
      holds: z.literal('fields'),
      fields: z.record(text.max(200), text.max(400)),
      time: text.max(200),
    }),
  ])
  .refine(({ device, deviceLevel }) => (device === undefined) !== (deviceLevel === undefined), {
    path: ['device'],
    error: 'either device or deviceLevel',
  })
  .refine(({ deviceLevel, devices }) => (deviceLevel === undefined) === (devices === undefined), {
    path: ['devices'],
    error: 'with deviceLevel the devices that the broker may speak for, without it none',
  })
export type SourceTopic = z.infer<typeof Topic>

/** A broker of a site, and what is taken from it. */
const Source = z.strictObject({
  name: z.string().regex(/^[\w.-]{1,60}$/),
  url: z
    .url({ protocol: /^(?:mqtts?|wss?)$/ })
    .refine((url) => new URL(url).username === '' && new URL(url).password === '', 'without a user name or password'),
  /** The session that the broker keeps while the platform is away; of no other client. */
  clientId: z.string().regex(/^[\w.:-]{1,64}$/),
  username: text.optional(),
  passwordFile: text.optional(),
  /** Certificates of the authority that signed the broker's one. */
  authorityFile: text.optional(),
  topics: z.array(Topic).min(1).max(200),
})
export type Source = z.infer<typeof Source>

const Sources = z
  .array(Source)
  .max(50)
  .refine((sources) => new Set(sources.map(({ name }) => name)).size === sources.length, 'names that differ')

function isFilter(topic: string): boolean {
  const levels = topic.split('/')
  return levels.every(
    (level, index) => level === '+' || (level === '#' && index === levels.length - 1) || !/[+#]/.test(level),
  )
}

/**
 * Reads the sources of a file.
 * @throws Error that names what is wrong and where
 */
export async function readSources(file: string): Promise<readonly Source[]> {
  const read = Sources.safeParse(parse(file, await readFile(file, 'utf8')))
  if (read.success) return read.data
  const lines = read.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`)
  throw new Error(`${file} cannot be used:\n${lines.join('\n')}`)
}

function parse(file: string, content: string): unknown {
  try {
    return JSON.parse(content)
  } catch (error) {
    throw new Error(`${file} is no JSON`, { cause: error })
  }
}

/**
 * Whether a topic is one that a filter means.
 * Source: MQTT 3.1.1 clause 4.7. O(levels).
 */
export function matches(pattern: string, topic: string): boolean {
  const [wanted, levels] = [pattern.split('/'), topic.split('/')]
  // A wildcard does not mean what a broker says about itself, [MQTT-4.7.2-1].
  if (topic.startsWith('$') && (wanted[0] === '+' || wanted[0] === '#')) return false
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true
    if (index >= levels.length || (level !== '+' && level !== levels[index])) return false
  }
  return wanted.length === levels.length
}
