/** How long the same content counts as the second click of a double click after it was taken, ms. */
export const doubleClickMs = 600

/**
 * Sends what a double click sends once: a form that was taken stands on the screen while it closes, and the second click
 * would make a command of its own. Content that is under way, or was taken a moment ago, gets that answer; what was refused
 * is sent again.
 */
export function createOnce<I, O extends { readonly ok: boolean }>(
  send: (input: I) => Promise<O>,
  now: () => number = () => performance.now(),
): (input: I) => Promise<O> {
  let last: { readonly content: string; readonly outcome: Promise<O>; until: number } | null = null
  return (input) => {
    const content = JSON.stringify(input)
    if (last?.content === content && now() < last.until) return last.outcome
    const sent = { content, outcome: send(input), until: Number.POSITIVE_INFINITY }
    last = sent
    const end = (ok: boolean) => {
      sent.until = ok ? now() + doubleClickMs : 0
    }
    sent.outcome.then(
      ({ ok }) => end(ok),
      () => end(false),
    )
    return sent.outcome
  }
}
