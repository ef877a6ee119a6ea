import { pictureFrames, seeThrough, type Picture } from './camera.ts'
import { lookAround } from './look.ts'
import { headerOf, put, resend } from './speak.ts'
import { answerMsOf, retriesOf, type State } from './state.ts'

const platformGoneMs = 30_000

/** Takes the pictures of an order, once. @returns their ids */
export function takePictures(state: State, orderSerial: number, channel: number, count: number): readonly number[] {
  const known = state.shot.get(orderSerial)
  if (known) return known
  const mediaIds = Array.from({ length: count }, () => ++state.mediaId)
  state.shot.set(orderSerial, mediaIds)
  for (const mediaId of mediaIds) void sendPicture(state, mediaId, channel)
  return mediaIds
}

async function sendPicture(state: State, mediaId: number, channel: number): Promise<void> {
  const { socket, around, identity, parameters } = state
  const data = await seeThrough(identity, mediaId)
  // The connection may be another one by now; the platform orders again what it misses.
  if (!socket || state.socket !== socket) return
  const now = around.now()
  const { position } = lookAround(state, now)
  const header = headerOf(state)
  const frames = pictureFrames(header, { mediaId, channel, position, data })
  state.serial = (header.serial + frames.length) % 0x10000
  const dueMs = now + answerMsOf(parameters)
  state.pictures.set(mediaId, { mediaId, firstSerial: header.serial, frames, attempt: 0, dueMs })
  for (const frame of frames) put(state, frame)
  around.wakeAt(identity.id, dueMs)
}

/** The platform has a picture, or says which packages it misses. */
export function pictureCame(state: State, mediaId: number, missing: readonly number[]): void {
  const picture = state.pictures.get(mediaId)
  if (!picture) return
  if (missing.length > 0) return resend(state, partsOf(picture, missing))
  state.pictures.delete(mediaId)
  state.around.tally.add('picturesSent')
}

/** Sends again what the platform did not answer. */
export function sendPicturesAgain(state: State, now: number): void {
  for (const picture of state.pictures.values()) {
    if (now < picture.dueMs) continue
    if (picture.attempt >= retriesOf(state.parameters)) {
      state.pictures.delete(picture.mediaId)
      state.around.tally.add('picturesGivenUp')
      continue
    }
    picture.attempt++
    picture.dueMs = now + platformGoneMs * picture.attempt
    resend(state, picture.frames)
  }
}

/** Sends packages again that the platform asks for by the number of the first. */
export function resendParts(state: State, firstSerial: number, indexes: readonly number[]): void {
  const picture = [...state.pictures.values()].find((each) => each.firstSerial === firstSerial)
  if (picture) resend(state, partsOf(picture, indexes))
}

const partsOf = ({ frames }: Picture, indexes: readonly number[]): readonly Uint8Array[] =>
  indexes.flatMap((index) => frames[index - 1] ?? [])
