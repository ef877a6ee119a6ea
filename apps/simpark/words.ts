import work from './data/work.json' with { type: 'json' }
import type { Random } from './random.ts'

type OneOf = {
  [K in keyof typeof work]: (typeof work)[K] extends string[] ? K : never
}[keyof typeof work]

/** One of the sentences for an occasion; `{title}` becomes the need's title. */
export function say(random: Random, occasion: OneOf, title = ''): string {
  return random.pick<string>(work[occasion]).replaceAll('{title}', title)
}

export type ContactChannel = keyof typeof work.contact
export function sayContact(random: Random): { channel: ContactChannel; words: string } {
  const channel = random.weighted<ContactChannel>([
    ['phone', 55],
    ['on_site', 25],
    ['message', 10],
    ['meeting', 5],
    ['video', 5],
  ])
  return { channel, words: random.pick(work.contact[channel]) }
}

export type ReplyResult = keyof typeof work.reply
export const sayReply = (random: Random, result: ReplyResult, title: string): string =>
  random.pick(work.reply[result]).replaceAll('{title}', title)

/** Why an order is not ours: the reason, and the document it rests on. */
export function sayReturn(random: Random): { reason: string; basis: string } {
  const [reason = '', basis = ''] = random.pick(work.return)
  return { reason, basis }
}

const declineReasons = ['not_ours', 'in_court', 'already_decided'] as const
export function sayDecline(random: Random): { reasonCode: (typeof declineReasons)[number]; notice: string } {
  const reasonCode = random.pick(declineReasons)
  return { reasonCode, notice: work.decline.find(([code]) => code === reasonCode)?.[1] ?? '' }
}

/** The second matter of a need that is split. */
export const secondMatter = work.split[1] ?? ''
