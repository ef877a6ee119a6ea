import { wordsOf } from '@tingzhou/connector'
import type { ModbusPoint } from '@tingzhou/telemetry/source'
import { Lost, Refused, type Session } from './session.ts'
import { readValue, writeValue } from './value.ts'

// A machine takes a value over in its cycle: it is asked again, after so long.
const readBackMs = [0, 100, 300, 600] as const

/**
 * Sets a point and reads it back.
 * @returns what the machine holds now; null where it does not let that be read
 * @throws Refused; Lost
 */
export async function setPoint(
  session: Session,
  point: ModbusPoint | undefined,
  value: number,
): Promise<number | null> {
  if (!point?.write || value < point.write.low || value > point.write.high)
    throw new Refused(`${value} is nothing that may be set here`)
  const written = writeValue(point, value)
  if ('fault' in written) throw new Refused(written.fault)
  const { table, register } = point
  await session.write(register, written)
  const count = 'bit' in written ? 1 : written.bytes.length / 2
  let now: number | null = null
  for (const ms of readBackMs) {
    await new Promise((resolve) => setTimeout(resolve, ms))
    const held = await session.read({ table, register, count }).catch((error: unknown) => {
      if (error instanceof Refused) return null
      throw new Lost(`it was set, but could not be read back: ${wordsOf(error)}`)
    })
    if (held === null) return null
    now = readValue(point, held, register)
    // A coil may be a push-button: whether it stays is the machine's affair.
    if ('bit' in written || Buffer.compare(held, written.bytes) === 0) return now
  }
  throw new Refused(`the machine holds ${now} after it was set`)
}
