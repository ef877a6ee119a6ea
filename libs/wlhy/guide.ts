import { assert } from '@tingzhou/kernel'
import { adapterIds, answerReasons, outcomes, type AdapterId, type AnswerReason, type Outcome } from './adapter.ts'
import wire from './data/wire.json' with { type: 'json' }
import { documentKinds, type DocumentKind } from './documents.ts'

/** What a guide says beside its fields: `data/wire.json`. */
export type Guide = {
  readonly id: AdapterId
  readonly version: string
  readonly senderCode: string
  readonly letters: string
  /** Characters of a sealed body. */
  readonly contentLengthMax: number
  readonly tokenLifeMs: number
  readonly tokenPath: string
  readonly sendPath: string
  readonly typeOf: (kind: DocumentKind) => string
  readonly kindOf: (type: string) => DocumentKind | undefined
  readonly documentName: (kind: DocumentKind) => string
  readonly codeOf: (reason: AnswerReason) => string
  readonly outcomeOf: (code: string) => Outcome | undefined
}

function readGuide(id: AdapterId): Guide {
  const guide = wire.guides[id]
  const byReason = new Map(guide.answers.map(({ reason, code }) => [reason, code]))
  const byCode = new Map(guide.answers.map(({ code, outcome }) => [code, outcomes.find((one) => one === outcome)]))
  assert(
    answerReasons.every((reason) => byReason.has(reason)),
    `${id}: each reason has a code`,
  )
  return {
    id,
    version: guide.version,
    senderCode: guide.senderCode,
    letters: guide.letters,
    contentLengthMax: guide.contentLengthMax,
    tokenLifeMs: guide.tokenLifeMinutes * 60_000,
    tokenPath: guide.tokenPath.path,
    sendPath: guide.sendPath.path,
    typeOf: (kind) => guide.kinds[kind].type,
    kindOf: (type) => documentKinds.find((kind) => guide.kinds[kind].type === type),
    documentName: (kind) => guide.kinds[kind].name,
    codeOf: (reason) => byReason.get(reason) ?? '',
    outcomeOf: (code) => byCode.get(code),
  }
}

const guides = new Map(adapterIds.map((id) => [id, readGuide(id)]))

/** A guide by its adapter. O(1). */
export function guideOf(id: AdapterId): Guide {
  const guide = guides.get(id)
  assert(guide, `${id} is an adapter`)
  return guide
}
