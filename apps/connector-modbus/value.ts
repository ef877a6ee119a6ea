import {
  isNumberForm,
  registersOf,
  type ModbusForm,
  type ModbusNumber,
  type ModbusPoint,
} from '@tingzhou/telemetry/source'

/**
 * The value of a point in what was read of its table.
 * @param bytes  registers, the higher byte first; of a table of bits eight a byte, the lowest first
 * @param from   the register, or bit, that `bytes` begins with
 * @returns null when it is no finite number
 * Source: MODBUS Application Protocol V1.1b3 clauses 4.2, 6.1, 6.3. O(1).
 */
export function readValue(
  { register, as, words, scale, offset }: ModbusPoint,
  bytes: Uint8Array,
  from: number,
): number | null {
  const at = register - from
  const raw = isNumberForm(as) ? readNumber(as, registersAt(bytes, at, as, words)) : bitAt(as, bytes, at)
  const value = raw * scale + offset
  return Number.isFinite(value) ? value : null
}

/** What is to stand in the table of a point so that it has a value. */
export type Written = { readonly bit: boolean } | { readonly bytes: Uint8Array }

/**
 * How a value is written; the nearest one where the table holds no others, unless that is outside its limits.
 * @returns why it cannot be
 * Source: as `readValue`. O(1).
 */
export function writeValue(point: ModbusPoint, value: number): Written | { fault: string } {
  const { as, words, scale, offset, write } = point
  const raw = (value - offset) / scale
  if (as === 'bit') return raw === 0 || raw === 1 ? { bit: raw === 1 } : { fault: `${value} is neither on nor off` }
  if (!isNumberForm(as)) return { fault: 'one bit of a register cannot be written' }
  const bytes = new Uint8Array(registersOf[as] * 2)
  const view = new DataView(bytes.buffer)
  if (!writeNumber(as, view, raw)) return { fault: `${value} does not fit into ${as}` }
  const held = readNumber(as, view) * scale + offset
  // Ten times a tenth is not quite one.
  const slack = 1e-9 * Math.max(1, Math.abs(held))
  if (write && (held < write.low - slack || held > write.high + slack))
    return { fault: `the nearest to ${value} that it can hold is ${held}` }
  return { bytes: words === 'little' ? swapWords(bytes) : bytes }
}

function registersAt(bytes: Uint8Array, at: number, form: ModbusNumber, words: ModbusPoint['words']): DataView {
  const own = bytes.slice(at * 2, (at + registersOf[form]) * 2)
  const ordered = words === 'little' ? swapWords(own) : own
  return new DataView(ordered.buffer, ordered.byteOffset, ordered.byteLength)
}

function readNumber(form: ModbusNumber, view: DataView): number {
  switch (form) {
    case 'int16':
      return view.getInt16(0)
    case 'uint16':
      return view.getUint16(0)
    case 'int32':
      return view.getInt32(0)
    case 'uint32':
      return view.getUint32(0)
    case 'float32':
      return view.getFloat32(0)
    case 'float64':
      return view.getFloat64(0)
  }
}

const wholeRange = {
  int16: [-(2 ** 15), 2 ** 15 - 1],
  uint16: [0, 2 ** 16 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
} as const

/** @returns whether it fits */
function writeNumber(form: ModbusNumber, view: DataView, raw: number): boolean {
  if (form === 'float64') view.setFloat64(0, raw)
  if (form === 'float32') view.setFloat32(0, raw)
  if (form === 'float32' || form === 'float64') return Number.isFinite(readNumber(form, view))
  const whole = Math.round(raw)
  const [low, high] = wholeRange[form]
  if (!(whole >= low && whole <= high)) return false
  // Two's complement: the lowest bits of a negative number are those of its unsigned twin.
  if (view.byteLength === 2) view.setUint16(0, whole)
  else view.setUint32(0, whole)
  return true
}

function bitAt(form: ModbusForm, bytes: Uint8Array, at: number): number {
  if (form === 'bit') return ((bytes[at >> 3] ?? 0) >> (at & 7)) & 1
  const bit = Number(form.slice('bit'.length))
  const byte = bytes[at * 2 + (bit < 8 ? 1 : 0)] ?? 0
  return (byte >> (bit & 7)) & 1
}

/** The registers in reverse; the bytes of each stay. */
function swapWords(bytes: Uint8Array): Uint8Array {
  const swapped = new Uint8Array(bytes.length)
  for (let at = 0; at < bytes.length; at += 2) swapped.set(bytes.subarray(at, at + 2), bytes.length - 2 - at)
  return swapped
}
