import { Readable } from 'node:stream'
import { attachFiles, receiveFile, type FileDeps } from '@tingzhou/files'
import type { Log } from '@tingzhou/http'
import { isMediumKept, noteMedium, type Device, type MediumName } from '@tingzhou/telemetry'
import type { GatewayDeps } from './gateway.ts'
import type { Medium } from './jt808/platform.ts'

const endings: Readonly<Record<string, string>> = { jpeg: 'jpg', tif: 'tif', mp3: 'mp3', wav: 'wav', wmv: 'wmv' }

export type MediumDeps = FileDeps & { readonly log: Pick<Log, 'error'> }

/** Keeps media as evidence of their devices: with place and time as they came, each once however often it is sent. */
export const keepMedium =
  (deps: MediumDeps): GatewayDeps['keepMedium'] =>
  (device, medium) =>
    keepFile(deps, device, medium)

async function keepFile(deps: MediumDeps, device: Device, medium: Medium): Promise<void> {
  const { db, zoneId, log } = deps
  const { mediaId, format, channel, data } = medium
  const takenAt = 'position' in medium ? medium.position.timeMs : null
  const named: MediumName = { deviceId: device.id, mediaId, takenAt, bytes: data }
  if (await isMediumKept(db, zoneId, named)) return
  const uploader = `device:${device.id}`
  const name = `${device.name}-${channel}-${mediaId}.${endings[format] ?? 'bin'}`
  const upload = { stream: Readable.from([Buffer.from(data)]), name, type: '', purpose: 'evidence' as const }
  const received = await receiveFile(deps, upload, uploader)
  if (!received.ok) {
    // Sent again it would be refused again: the terminal is told that it came.
    log.error({ device: device.identity, name, refused: received.error }, 'a medium of a terminal is of no known kind')
    return
  }
  const now = deps.clock()
  await db.transaction().execute(async (tx) => {
    // Who comes second finds it noted; its own file belongs to nothing and is swept.
    if (!(await noteMedium(tx, zoneId, named, now))) return
    const attached = await attachFiles(tx, zoneId, {
      objectKind: 'device',
      objectId: device.id,
      fileIds: [received.value.id],
      actorId: uploader,
      now,
    })
    if (!attached.ok) throw new Error(`a medium of ${device.identity} cannot be attached: ${attached.error.kind}`)
  })
}
