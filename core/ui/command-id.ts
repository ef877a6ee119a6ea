import { epochMs, uuidv7 } from '@tingzhou/kernel'

/** A fresh command id. `crypto.randomUUID` is missing outside https and localhost, `getRandomValues` is not. */
export function newCommandId(): string {
  return uuidv7(epochMs(Date.now()), crypto.getRandomValues(new Uint8Array(10)))
}

/** Gives one id to an attempt: the same content sent again keeps its id until an answer has settled it. */
export function createAttempts(newId: () => string = newCommandId): {
  readonly idFor: (input: unknown) => string
  readonly settled: () => void
} {
  let current: { content: string; id: string } | null = null
  return {
    idFor(input) {
      const content = JSON.stringify(input)
      if (current?.content !== content) current = { content, id: newId() }
      return current.id
    },
    settled() {
      current = null
    },
  }
}
