import { Refused } from './api.ts'
import { bankAnswers, usualHabits, type BankHabits } from './bank.ts'
import type { Watch, Zone } from './build.ts'
import { commandIdOf } from './command-id.ts'

/** The last word of the bank comes within three days. */
const talksMs = 73 * 3_600_000
const pageSize = 200

/**
 * Lets the bank of the simulation say what is due between two instants to the files that it was given, over the public API. What
 * was said before may be said again: that is harmless.
 * @param span  epoch milliseconds; the first excluded
 * @returns messages that were sent
 */
export async function answerFiles(
  { options, people }: Pick<Zone, 'options' | 'people'>,
  watch: Pick<Watch, 'onRefused'>,
  span: { readonly after: number; readonly until: number },
  habits: BankHabits = usualHabits,
): Promise<number> {
  const { freight } = people.machine.api
  const { rows } = await freight.batches.list({ state: 'sent', limit: pageSize })
  let said = 0
  for (const { id, sentAt } of rows) {
    if (sentAt === null || sentAt + talksMs < span.after || sentAt > span.until) continue
    const answers = bankAnswers(options.seed, await fileOf(options.connection, id), habits)
    for (const { afterS, xml } of answers) {
      // A day of the zone lasts as long as its speed says.
      const due = sentAt + (afterS * 1_000) / options.speed
      if (due <= span.after || due > span.until) continue
      try {
        await freight.bank.receive({ commandId: commandIdOf(options.seed, 'bank', id, xml), xml })
        said++
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        watch.onRefused(`bank ${id}`, error)
      }
    }
  }
  return said
}

async function fileOf({ url, key }: Zone['options']['connection'], batchId: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/freight-payment-batches/${batchId}/file.xml`, {
    headers: { authorization: `Bearer ${key}` },
  })
  if (!response.ok) throw new Refused(response.status, 'bank_file', batchId)
  return response.text()
}
