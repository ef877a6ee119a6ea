import type { Message, Outgoing, Parameter, Position } from '@tingzhou/jt808'
import { maker, model, type Identity } from './identity.ts'
import type { Parameters } from './parameters.ts'

type Header = Outgoing['header']
type Result = 'ok' | 'failed' | 'malformed' | 'unsupported'
type AreaKind = 'circle' | 'rectangle' | 'polygon' | 'route'

/** What a terminal can do for an order of the platform. */
export type Cab = {
  readonly identity: Identity
  readonly parameters: Parameters
  /** Areas and routes as they were set, by kind and id. */
  readonly areas: Map<string, Extract<Message, { readonly kind: 'areas_answer' }>['body']['areas'][number]>
  readonly header: () => Header
  readonly send: (message: Outgoing) => void
  /** A report of here and now. */
  readonly here: () => Position
  /** Reports every so many seconds for so long; 0 stops it. */
  readonly track: (everyS: number, validityS: number) => void
  readonly lockDoors: (isLocked: boolean) => void
  /** Takes pictures and sends them; @returns their ids */
  readonly takePictures: (orderSerial: number, channel: number, count: number) => readonly number[]
  /** A picture that was sent has come. */
  readonly pictureCame: (mediaId: number, missing: readonly number[]) => void
  readonly resendParts: (firstSerial: number, indexes: readonly number[]) => void
  readonly clearAlarms: (bits: number) => void
  /** Sets its clock. */
  readonly setTime: (timeMs: number) => void
  readonly restart: () => void
}

const picturesMax = 4

/** Does what the platform orders and answers it. Answers of the platform to what the terminal said are not orders: they are passed over. */
export function obey(cab: Cab, message: Message): void {
  const { header, id } = message
  const answer = (result: Result): void =>
    cab.send({
      kind: 'terminal_answer',
      header: cab.header(),
      body: { answeredSerial: header.serial, answeredId: id, result },
    })
  switch (message.kind) {
    case 'platform_answer':
    case 'register_answer':
      return
    case 'time_answer':
      if (message.body.timeMs !== null) cab.setTime(message.body.timeMs)
      return
    case 'text':
    case 'link_test':
      return answer('ok')
    case 'query_position':
      return cab.send(positionAnswer(cab, header.serial))
    case 'track':
      cab.track(message.body.intervalS, message.body.validityS ?? 0)
      return answer('ok')
    case 'set_parameters':
      cab.parameters.set(message.body.parameters)
      return answer('ok')
    case 'query_parameters':
      return answerParameters(cab, header.serial, cab.parameters.all())
    case 'query_listed_parameters':
      return answerParameters(cab, header.serial, cab.parameters.listed(message.body.parameterIds))
    case 'query_attributes':
      return cab.send(attributesOf(cab))
    case 'take_picture':
      return takePicture(cab, message, answer)
    case 'media_answer':
      return cab.pictureCame(message.body.mediaId, message.body.indexes ?? [])
    case 'platform_resend_request':
      return cab.resendParts(message.body.firstSerial, message.body.indexes)
    case 'confirm_alarm':
      cab.clearAlarms(message.body.alarmBits)
      return answer('ok')
    case 'vehicle_control': {
      const { body } = message
      const command = 'commands' in body ? body.commands.find(({ kind }) => kind === 'doors') : undefined
      cab.lockDoors(
        'controlBits' in body ? (body.controlBits & 1) === 1 : command?.kind === 'doors' && command.doors === 'lock',
      )
      answer('ok')
      return cab.send({
        kind: 'vehicle_control_answer',
        header: cab.header(),
        body: { answeredSerial: header.serial, position: cab.here() },
      })
    }
    case 'terminal_control':
      if (message.body.command !== 'reset' && message.body.command !== 'factory_reset') return answer('unsupported')
      if (message.body.command === 'factory_reset') cab.parameters.reset()
      answer('ok')
      return cab.restart()
    case 'set_circles':
      keepAreas(cab, 'circle', message.body.action === 'replace', message.body.circles)
      return answer('ok')
    case 'set_rectangles':
      keepAreas(cab, 'rectangle', message.body.action === 'replace', message.body.rectangles)
      return answer('ok')
    case 'set_polygon':
      keepAreas(cab, 'polygon', false, [message.body])
      return answer('ok')
    case 'set_route':
      keepAreas(cab, 'route', false, [message.body])
      return answer('ok')
    case 'delete_circles':
      dropAreas(cab, 'circle', message.body.areaIds)
      return answer('ok')
    case 'delete_rectangles':
      dropAreas(cab, 'rectangle', message.body.areaIds)
      return answer('ok')
    case 'delete_polygons':
      dropAreas(cab, 'polygon', message.body.areaIds)
      return answer('ok')
    case 'delete_routes':
      dropAreas(cab, 'route', message.body.areaIds)
      return answer('ok')
    case 'query_areas':
      return answerAreas(cab, message, answer)
    default:
      return answer('unsupported')
  }
}

function positionAnswer(cab: Cab, answeredSerial: number): Outgoing {
  const position = cab.here()
  // 2011 does not say what it answers.
  const body = cab.identity.version === '2011' ? { position } : { answeredSerial, position }
  return { kind: 'position_answer', header: cab.header(), body }
}

function answerParameters(cab: Cab, answeredSerial: number, parameters: readonly Parameter[]): void {
  cab.send({ kind: 'parameters_answer', header: cab.header(), body: { answeredSerial, parameters } })
}

const attributesOf = ({ identity, header }: Cab): Outgoing => ({
  kind: 'attributes_answer',
  header: header(),
  body: {
    // Bit 2: freight.
    terminalTypeBits: 1 << 2,
    maker,
    model,
    terminalId: identity.terminalId,
    iccid: String(identity.id + 1).padStart(20, '0'),
    hardwareVersion: 'SIM-1',
    firmwareVersion: 'SIM-1.0',
    // GPS and BeiDou; LTE.
    gnssBits: 0b11,
    radioBits: 1 << 5,
  },
})

function takePicture(
  cab: Cab,
  message: Extract<Message, { kind: 'take_picture' }>,
  answer: (result: Result) => void,
): void {
  const { channel, command } = message.body
  if (command === 'stop') return answer('ok')
  if (typeof command !== 'number') return answer('unsupported')
  answer('ok')
  const answeredSerial = message.header.serial
  const mediaIds = cab.takePictures(answeredSerial, channel, Math.min(command, picturesMax))
  // 2011 has no such answer: the pictures themselves say that they were taken.
  if (cab.identity.version === '2011') return
  cab.send({ kind: 'picture_answer', header: cab.header(), body: { answeredSerial, result: 'ok', mediaIds } })
}

type KeptArea = Cab['areas'] extends Map<string, infer A> ? A : never

function keepAreas({ areas }: Cab, kind: AreaKind, isReplacing: boolean, given: readonly KeptArea[]): void {
  if (isReplacing) for (const key of keysOf(areas, kind)) areas.delete(key)
  for (const area of given) areas.set(`${kind}/${area.areaId}`, area)
}

/** Those listed; none listed means all. */
function dropAreas({ areas }: Cab, kind: AreaKind, ids: readonly number[]): void {
  const keys = ids.length === 0 ? keysOf(areas, kind) : ids.map((id) => `${kind}/${id}`)
  for (const key of keys) areas.delete(key)
}

const keysOf = (areas: Cab['areas'], kind: AreaKind): string[] =>
  [...areas.keys()].filter((key) => key.startsWith(`${kind}/`))

function answerAreas(
  cab: Cab,
  message: Extract<Message, { kind: 'query_areas' }>,
  answer: (result: Result) => void,
): void {
  const { areaKind, areaIds } = message.body
  if (typeof areaKind !== 'string') return answer('unsupported')
  const keys = keysOf(cab.areas, areaKind).filter(
    (key) => areaIds.length === 0 || areaIds.includes(Number(key.split('/')[1])),
  )
  const areas = keys.flatMap((key) => cab.areas.get(key) ?? [])
  cab.send({ kind: 'areas_answer', header: cab.header(), body: { areaKind, areas } })
}
