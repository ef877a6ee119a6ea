import {
  addFix,
  addSample,
  fixKind,
  newReadings,
  sampleKind,
  type Fix,
  type Quality,
  type Readings,
  type Telemetry,
} from '@tingzhou/telemetry'

/** Told whether what was given before it is durable. */
export type Kept = (kept: boolean) => void

/** Gathers what all connections send in one turn of the event loop into one batch: one wait for the disk serves them all. */
export type Intake = {
  readonly fix: (point: number, fix: Fix) => void
  /** @param corrects  whether it takes the place of what is kept of its time */
  readonly sample: (point: number, at: number, steps: number, quality?: Quality, corrects?: boolean) => void
  /** Calls back when everything given before is durable, or cannot be made so. */
  readonly whenKept: (kept: Kept) => void
}

type Batch = { readonly fixes: Readings; readonly samples: Readings; readonly waiting: Kept[] }

/**
 * Makes the intake of a gateway.
 * @param onError  hears why a batch could not be kept; its senders are not answered and send again
 */
export function createIntake(telemetry: Pick<Telemetry, 'ingest'>, onError: (error: unknown) => void): Intake {
  let batch: Batch | null = null
  // What was given before is durable first, also for those who give nothing themselves.
  let before: Promise<unknown> = Promise.resolve()

  const seal = (): void => {
    if (!batch) return
    const { fixes, samples, waiting } = batch
    batch = null
    const tell = (kept: boolean) => {
      for (const each of waiting) {
        try {
          each(kept)
        } catch (error) {
          // One connection that cannot be answered keeps no other from its answer.
          onError(error)
        }
      }
    }
    const earlier = before
    before = Promise.all([telemetry.ingest(fixes), telemetry.ingest(samples)]).then(
      () => earlier.then(() => tell(true)),
      (error: unknown) => {
        onError(error)
        tell(false)
      },
    )
  }
  const current = (): Batch => {
    if (batch) return batch
    batch = { fixes: newReadings(fixKind), samples: newReadings(sampleKind), waiting: [] }
    setImmediate(seal)
    return batch
  }
  return {
    fix: (point, fix) => addFix(current().fixes, point, fix),
    sample: (point, at, steps, quality, corrects) => addSample(current().samples, point, at, steps, quality, corrects),
    whenKept: (kept) => void current().waiting.push(kept),
  }
}
