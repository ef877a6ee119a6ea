import { setTimeout as sleep } from 'node:timers/promises'

/** Waits, unless it is called off. Source: own. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {})
}
