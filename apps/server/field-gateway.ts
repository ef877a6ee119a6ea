import { Readable } from 'node:stream'
import { attachFiles, receiveFile } from '@tingzhou/files'
import { openGateway, type Gateway, type GatewayDeps, type Medium } from '@tingzhou/gateway'
import type { Deps } from '@tingzhou/http'
import type { Clock } from '@tingzhou/kernel'
import type { Device, FieldGateway } from '@tingzhou/telemetry'
import type { Config } from './config.ts'

export type OpenFieldGateway = { readonly face: FieldGateway | null; readonly close: () => Promise<void> }

const closed: OpenFieldGateway = { face: null, close: async () => {} }

/**
 * Opens the gateway in the server's own process. A port that another program has keeps devices out, never people: it is
 * said in the log and on the page of devices.
 */
export async function openFieldGateway(
  deps: Deps,
  clock: Clock,
  { host, jt808Port }: Config,
): Promise<OpenFieldGateway> {
  const { db, zoneId, log, telemetry } = deps
  const keepMedium: GatewayDeps['keepMedium'] = (device, medium) => keepFile({ ...deps, clock }, device, medium)
  try {
    const ports = { host, jt808: jt808Port, jt808Udp: jt808Port }
    const gateway = await openGateway({ db, zoneId, clock, log, telemetry, keepMedium }, ports)
    return { face: faceOf(gateway), close: gateway.close }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    log.error({ err: error, port: jt808Port }, 'the port of JT/T 808 terminals is taken; set JT808_PORT to a free one')
    return closed
  }
}

const faceOf = ({ ports, online, frames, counters }: Gateway): FieldGateway => ({
  port: ports.jt808,
  online,
  frames: frames.read,
  counts: counters.read,
})

const endings: Readonly<Record<string, string>> = { jpeg: 'jpg', tif: 'tif', mp3: 'mp3', wav: 'wav', wmv: 'wmv' }

/** Keeps a medium as evidence of its device: with place and time as they came. */
async function keepFile(deps: Deps, device: Device, { mediaId, format, channel, data }: Medium): Promise<void> {
  const uploader = `device:${device.id}`
  const name = `${device.name}-${channel}-${mediaId}.${endings[format] ?? 'bin'}`
  const upload = { stream: Readable.from([Buffer.from(data)]), name, type: '', purpose: 'evidence' as const }
  const received = await receiveFile(deps, upload, uploader)
  if (!received.ok) {
    // Sent again it would be refused again: the terminal is told that it came.
    deps.log.error(
      { device: device.identity, name, refused: received.error },
      'a medium of a terminal is of no known kind',
    )
    return
  }
  const attached = await deps.db.transaction().execute((tx) =>
    attachFiles(tx, deps.zoneId, {
      objectKind: 'device',
      objectId: device.id,
      fileIds: [received.value.id],
      actorId: uploader,
      now: deps.clock(),
    }),
  )
  if (!attached.ok) throw new Error(`a medium of ${device.identity} cannot be attached: ${attached.error.kind}`)
}
