import type { Connection, Line } from './serve.ts'

/**
 * A machine that cannot be called at all: says why, and takes no value.
 * Source: own. O(1).
 */
export function notCalled(line: Line, reason: string): Connection {
  line.state(null, reason)
  return { write: () => Promise.reject(new Error(reason)), close: () => Promise.resolve() }
}
