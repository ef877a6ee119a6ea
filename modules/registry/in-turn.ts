import { setImmediate } from 'node:timers/promises'

/** Makes a statement and sends it, when called. */
export type Write = () => Promise<unknown>

/**
 * Runs a transaction's writes one after the other; each is made while the database works on the one before, since making the
 * rows of thousands of objects takes nearly as long as writing them.
 * @throws what the first failing write threw, but not before the one behind it has failed too: what is sent after the rollback
 *   would stay
 */
export async function inTurn(writes: readonly Write[]): Promise<void> {
  const failures: unknown[] = []
  const send = async (write: Write): Promise<void> => {
    try {
      await write()
    } catch (error) {
      failures.push(error)
    }
  }
  let before = Promise.resolve()
  for (const write of writes) {
    const sent = send(write)
    await before
    before = sent
    if (failures.length > 0) break
    // What was just made leaves before the next is made.
    await setImmediate()
  }
  await before
  if (failures.length > 0) throw failures[0]
}
