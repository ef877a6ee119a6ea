import type { Line } from '@tingzhou/connector'
import { pause } from '@tingzhou/gateway/connector'
import type { ClientSession, NodeId } from 'node-opcua-client'
import { frameOf } from './frame.ts'
import type { Library } from './library.ts'
import type { SourcePoint } from './source.ts'
import { nodeIdOf } from './subscription.ts'
import { numberOf, toType, type Written } from './value.ts'

export type Writing = {
  readonly library: Library
  readonly session: ClientSession
  readonly line: Pick<Line, 'frame'>
  readonly signal: AbortSignal
}

/** A machine takes a value over in its cycle: it is asked again, after so long. */
const readBackMs = [0, 50, 150, 300, 500, 1_000] as const

/** Why a point may not take a value; null when it may. */
export function refusalOf({ key, write }: SourcePoint, value: number): string | null {
  if (write === null) return `${key} is only read`
  return value >= write.low && value <= write.high ? null : `${value} is not within ${write.low} and ${write.high}`
}

/**
 * Sets the value of a node in its own type, and reads it back.
 * @returns what the node holds now; null where it cannot be read
 * @throws Error with what is against it
 * Source: OPC 10000-4 §5.11.4.
 */
export async function writeNode(writing: Writing, point: SourcePoint, value: number): Promise<number | null> {
  const { library, session, line } = writing
  const nodeId = nodeIdOf(library, point.nodeId)
  if (!nodeId) throw new Error(`${point.nodeId} is no node id`)
  const written = toType(await typeOf(writing, nodeId), value)
  if (!written.ok) throw new Error(written.error)
  // No status and no times go with it: many machines refuse to take those.
  const status = await session.write({
    nodeId,
    attributeId: library.AttributeIds.Value,
    value: { value: written.value },
  })
  const item = { nodeId: point.nodeId, value, status: status.name, sourceTimestamp: null }
  line.frame('down', frameOf('write', [item], 1), status.isGoodish() ? null : status.name)
  if (!status.isGoodish()) throw new Error(`${status.name}: ${status.description}`)
  return await readBack(writing, nodeId, written.value)
}

/** The built-in type of a node; where it is declared as any type, or any number, that of the value which it holds. */
async function typeOf({ library, session }: Writing, nodeId: NodeId): Promise<number> {
  const declared = await session.getBuiltInDataType(nodeId)
  if (declared !== library.DataType.Variant) return declared
  const held = await session.read({ nodeId, attributeId: library.AttributeIds.Value })
  return held.value?.dataType ?? declared
}

async function readBack(
  { library, session, signal }: Writing,
  nodeId: NodeId,
  written: Written,
): Promise<number | null> {
  const wanted = numberOf(written)
  let held: number | null = null
  for (const ms of readBackMs) {
    await pause(ms, signal)
    if (signal.aborted) throw new Error('the connection was closed before the value was read back')
    const read = await session.read({ nodeId, attributeId: library.AttributeIds.Value }, 0)
    const found = numberOf(read.value)
    if (found.kind !== 'number') return null
    held = found.value
    if (wanted.kind === 'number' && wanted.value === held) return held
  }
  const asked = wanted.kind === 'number' ? wanted.value : written.value
  throw new Error(`${String(asked)} was written, but it holds ${held}`)
}
