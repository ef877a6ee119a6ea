import type { Codec, ValueOf } from './codec.ts'
import * as areas from './areas.ts'
import * as device from './device.ts'
import * as media from './media.ts'
import { position } from './position-fast.ts'
import * as recorder from './recorder.ts'
import * as report from './report.ts'
import * as session from './session.ts'
import * as talk from './talk.ts'
import * as transparent from './transparent.ts'
import type { Version } from './profile.ts'

/** `up`: terminal to platform; `down`: platform to terminal. */
export type Direction = 'up' | 'down'

/** What the table knows of a message. */
export type Definition<Id extends number = number, Body = unknown> = {
  readonly id: Id
  readonly direction: Direction
  /** Ids of the messages that answer it, in order; none when nothing does. */
  readonly answers: readonly number[]
  /** The versions whose text has it. Others still meet it in the field, and it is read and written in their layout. */
  readonly versions: readonly Version[]
  readonly body: Codec<Body>
}

const all = ['2011', '2013', '2019'] as const
const from2013 = ['2013', '2019'] as const
const from2019 = ['2019'] as const
const until2013 = ['2011', '2013'] as const

const message =
  (direction: Direction) =>
  <const Id extends number, Body>(
    id: Id,
    body: Codec<Body>,
    answers: readonly number[] = [],
    versions: readonly Version[] = all,
  ): Definition<Id, Body> => ({ id, direction, answers, versions, body })
const up = message('up')
const down = message('down')

const { empty } = session
const general = [0x8001] as const
const done = [0x0001] as const

/** Every message of the standard. Source: JT/T 808-2011, -2013, -2019, tables of messages. */
export const messages = {
  terminal_answer: up(0x0001, session.terminalAnswer),
  platform_answer: down(0x8001, session.platformAnswer),
  heartbeat: up(0x0002, empty, general),
  unregister: up(0x0003, empty, general),
  query_time: up(0x0004, empty, [0x8004], from2019),
  time_answer: down(0x8004, session.timeAnswer, [], from2019),
  terminal_resend_request: up(0x0005, session.resendRequest, [], from2019),
  platform_resend_request: down(0x8003, session.resendRequest, [], from2013),
  register: up(0x0100, session.register, [0x8100]),
  register_answer: down(0x8100, session.registerAnswer),
  authenticate: up(0x0102, session.authenticate, general),
  set_parameters: down(0x8103, device.setParameters, done),
  query_parameters: down(0x8104, empty, [0x0104]),
  query_listed_parameters: down(0x8106, device.queryListedParameters, [0x0104], from2013),
  parameters_answer: up(0x0104, device.parametersAnswer),
  terminal_control: down(0x8105, device.terminalControl, done),
  query_attributes: down(0x8107, empty, [0x0107], from2013),
  attributes_answer: up(0x0107, device.attributesAnswer, [], from2013),
  firmware_package: down(0x8108, device.firmwarePackage, done, from2013),
  firmware_result: up(0x0108, device.firmwareResult, general, from2013),
  position: up(0x0200, position, general),
  query_position: down(0x8201, empty, [0x0201]),
  position_answer: up(0x0201, report.positionAnswer),
  track: down(0x8202, report.track, done),
  confirm_alarm: down(0x8203, report.confirmAlarm, done, from2013),
  link_test: down(0x8204, empty, done, from2019),
  text: down(0x8300, talk.textDown, done),
  set_events: down(0x8301, talk.setEvents, done, until2013),
  event_report: up(0x0301, talk.eventReport, general, until2013),
  question: down(0x8302, talk.question, [0x0302], until2013),
  question_answer: up(0x0302, talk.questionAnswer, general, until2013),
  set_info_menu: down(0x8303, talk.setInfoMenu, done, until2013),
  info_subscription: up(0x0303, talk.infoSubscription, general, until2013),
  info_service: down(0x8304, talk.infoService, done, until2013),
  call_back: down(0x8400, talk.callBack, done),
  set_phone_book: down(0x8401, talk.setPhoneBook, done),
  vehicle_control: down(0x8500, talk.vehicleControl, [0x0001, 0x0500]),
  vehicle_control_answer: up(0x0500, talk.vehicleControlAnswer),
  set_circles: down(0x8600, areas.setCircles, done),
  delete_circles: down(0x8601, areas.deleteAreas, done),
  set_rectangles: down(0x8602, areas.setRectangles, done),
  delete_rectangles: down(0x8603, areas.deleteAreas, done),
  set_polygon: down(0x8604, areas.polygon, done),
  delete_polygons: down(0x8605, areas.deleteAreas, done),
  set_route: down(0x8606, areas.route, done),
  delete_routes: down(0x8607, areas.deleteAreas, done),
  query_areas: down(0x8608, areas.queryAreas, [0x0608], from2019),
  areas_answer: up(0x0608, areas.areasAnswer, [], from2019),
  recorder_query: down(0x8700, recorder.recorderCommand, [0x0700]),
  recorder_data: up(0x0700, recorder.recorderData),
  recorder_write: down(0x8701, recorder.recorderCommand, done),
  electronic_waybill: up(0x0701, recorder.electronicWaybill, general),
  query_driver: down(0x8702, empty, [0x0702], from2013),
  driver_identity: up(0x0702, recorder.driverIdentity, general),
  position_batch: up(0x0704, report.positionBatch, general, from2013),
  can_data: up(0x0705, report.canData, general, from2013),
  media_event: up(0x0800, media.mediaEventReport, general),
  media_data: up(0x0801, media.mediaData, [0x8800]),
  media_answer: down(0x8800, media.mediaAnswer),
  take_picture: down(0x8801, media.takePicture, [0x0001, 0x0805]),
  picture_answer: up(0x0805, media.pictureAnswer, [], from2013),
  search_media: down(0x8802, media.searchMedia, [0x0802]),
  media_found: up(0x0802, media.mediaFound),
  upload_media: down(0x8803, media.uploadMedia, done),
  record_audio: down(0x8804, media.recordAudio, done),
  upload_one_medium: down(0x8805, media.uploadOneMedium, done, from2013),
  transparent_down: down(0x8900, transparent.transparent, done),
  transparent_up: up(0x0900, transparent.transparent, general),
  compressed: up(0x0901, transparent.compressed, general),
  platform_key: down(0x8a00, transparent.rsaKey, [0x0a00]),
  terminal_key: up(0x0a00, transparent.rsaKey, [0x8a00]),
} as const

type Messages = typeof messages

/** The kinds of message that have a typed body. */
export type MessageKind = keyof Messages
/** The body of a kind. */
export type BodyOf<K extends MessageKind> = ValueOf<Messages[K]['body']>
/** The id of a kind. */
export type IdOf<K extends MessageKind> = Messages[K]['id']

/** Which message an id is. */
export const messageById: ReadonlyMap<number, { readonly kind: MessageKind; readonly definition: Definition }> =
  new Map(
    // The keys of the table above.
    Object.entries<Definition>(messages).map(([kind, definition]) => [
      definition.id,
      { kind: kind as MessageKind, definition },
    ]),
  )
