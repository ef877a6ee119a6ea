import { Jt808Error, messages, type MessageKind, type Version } from '@tingzhou/jt808'
import type { Json } from '@tingzhou/db'

/** A body as it was asked for: whoever asked need not know in which version the terminal speaks. */
type Body = Readonly<Record<string, unknown>>

const isBody = (value: unknown): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value)

const saysNot = (field: string, value: unknown, says: string): Jt808Error =>
  new Jt808Error('not_in_version', field, typeof value === 'string' ? value : JSON.stringify(value), 0, says)

/**
 * The body of an order in the version of its terminal: what that version needs beside is filled in, what it has no word for and
 * that changes nothing (names, the kind of a text) is cut. Bytes are written in hexadecimal.
 * @throws Jt808Error `not_in_version` where the version cannot say what was asked: field, value, rule
 * Source: JT/T 808-2011, -2013, -2019, the differences between the three. O(body).
 */
export function bodyIn(version: Version, kind: MessageKind, body: Json): unknown {
  const { versions } = messages[kind]
  const known: readonly Version[] = versions
  if (!known.includes(version)) throw saysNot('kind', kind, `is in ${known.join(', ')}, the terminal speaks ${version}`)
  if (!isBody(body)) return body
  const is2019 = version === '2019'
  switch (kind) {
    case 'text':
      return is2019 ? { textKind: 'notice', ...body } : without(body, 'textKind')
    case 'set_circles':
      return { ...body, circles: each(body.circles, (circle, at) => areaIn(is2019, circle, `circles[${at}].`)) }
    case 'set_rectangles':
      return { ...body, rectangles: each(body.rectangles, (one, at) => areaIn(is2019, one, `rectangles[${at}].`)) }
    case 'set_polygon':
      return areaIn(is2019, body, '')
    case 'set_route': {
      const points = each(body.points, (point, at) => nightIn(is2019, point, point.segmentBits, `points[${at}].`))
      return { ...namedIn(is2019, body), points }
    }
    case 'vehicle_control':
      return is2019 ? controlIn2019(body) : controlBefore2019(body)
    case 'terminal_control':
      return controlOfTerminal(is2019, body)
    case 'set_parameters': {
      const parameters = each(body.parameters, (one, at) => rawBytes(one, `parameters[${at}]`))
      const { totalCount: _, ...rest } = body
      return version === '2011' ? { totalCount: parameters.length, ...body, parameters } : { ...rest, parameters }
    }
    default:
      return body
  }
}

function without(body: Body, key: string): Body {
  const { [key]: _, ...rest } = body
  return rest
}

/** Whatever is no list of bodies the codec refuses by its own rules. */
function each(list: unknown, change: (one: Body, at: number) => unknown): readonly unknown[] {
  return Array.isArray(list) ? list.map((one: unknown, at) => (isBody(one) ? change(one, at) : one)) : []
}

const hexRule = /^(?:[0-9a-f]{2})*$/i

/** What has no name is bytes, which JSON does not have. */
function rawBytes(one: Body, path: string): Body {
  if (one.kind !== 'raw' || one.bytes instanceof Uint8Array) return one
  const { bytes } = one
  if (typeof bytes !== 'string' || !hexRule.test(bytes))
    throw new Jt808Error('range', `${path}.bytes`, JSON.stringify(bytes ?? null), 0, 'must be bytes in hexadecimal')
  return { ...one, bytes: new Uint8Array(Buffer.from(bytes, 'hex')) }
}

const hasSpeed = (bits: unknown): boolean => (Number(bits) & 0b10) !== 0

const areaIn = (is2019: boolean, area: Body, path: string): Body =>
  namedIn(is2019, nightIn(is2019, area, area.attributeBits, path))

/** Areas and routes have names since 2019. */
const namedIn = (is2019: boolean, area: Body): Body => (is2019 ? { name: '', ...area } : without(area, 'name'))

/** Since 2019 a limit may be another one at night; where nobody said so it is the same. */
function nightIn(is2019: boolean, limited: Body, bits: unknown, path: string): Body {
  const { nightSpeedMaxKmh, speedMaxKmh } = limited
  if (is2019)
    return hasSpeed(bits) && nightSpeedMaxKmh === undefined ? { ...limited, nightSpeedMaxKmh: speedMaxKmh } : limited
  if (nightSpeedMaxKmh !== undefined && nightSpeedMaxKmh !== speedMaxKmh)
    throw saysNot(
      `${path}nightSpeedMaxKmh`,
      nightSpeedMaxKmh,
      `is there since 2019; before, it is speedMaxKmh, ${String(speedMaxKmh)}`,
    )
  return without(limited, 'nightSpeedMaxKmh')
}

/** Until 2013 bit 0 locks the doors and, when it is not set, opens them. */
function controlIn2019(body: Body): Body {
  const { controlBits } = body
  if (controlBits === undefined)
    return { ...body, commands: each(body.commands, (one, at) => rawBytes(one, `commands[${at}]`)) }
  if (controlBits !== 0 && controlBits !== 1)
    throw saysNot('controlBits', controlBits, 'a terminal of 2019 can be told bit 0, the doors, only')
  return { commands: [{ kind: 'doors', doors: controlBits === 1 ? 'lock' : 'open' }] }
}

function controlBefore2019(body: Body): Body {
  if (body.commands === undefined) return body
  const [command, ...more] = each(body.commands, (one) => one)
  const doors = isBody(command) && command.kind === 'doors' && more.length === 0 ? command.doors : null
  if (doors === 'lock' || doors === 'open') return { controlBits: doors === 'lock' ? 1 : 0 }
  throw saysNot('commands', body.commands, 'a terminal before 2019 can be told to lock or open the doors only')
}

const controlsOf2019: readonly unknown[] = ['connect_to_server', 'reset', 'factory_reset', 2, 4, 5]

function controlOfTerminal(is2019: boolean, body: Body): Body {
  if (!is2019 || controlsOf2019.includes(body.command)) return body
  throw saysNot('command', body.command ?? null, 'in 2019 one of connect_to_server, reset, factory_reset')
}
