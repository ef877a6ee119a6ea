import { encode, type Outgoing } from '@tingzhou/jt808'
import { broken } from './broken.ts'
import { noise } from './noise.ts'
import type { State } from './state.ts'

/** The head of its next message. */
export function headerOf(state: State): Outgoing['header'] {
  const { version, phone } = state.identity
  const { serial } = state
  state.serial = (serial + 1) % 0x10000
  return { version, phone, serial }
}

/** Says something. @returns the frame, to be sent again if it must */
export function send(state: State, message: Outgoing): Uint8Array {
  const frame = encode(message)
  put(state, frame)
  return frame
}

/** Gives a frame to the line, which may break it. */
export function put(state: State, frame: Uint8Array): void {
  const { socket, around } = state
  if (!socket || socket.destroyed) return
  state.spokeAtMs = around.now()
  around.tally.add('framesSent')
  const isBroken =
    around.brokenShare > 0 &&
    state.link === 'online' &&
    noise(state.truck.seed, 81, state.spokeAtMs | 0) < around.brokenShare
  if (isBroken) around.tally.add('framesBroken')
  socket.write(isBroken ? broken(state, frame, () => headerOf(state)) : frame)
}

/** Says the same again, byte for byte. */
export function resend(state: State, frames: readonly Uint8Array[]): void {
  for (const frame of frames) put(state, frame)
  if (frames.length > 0) state.around.tally.add('framesResent', frames.length)
}
