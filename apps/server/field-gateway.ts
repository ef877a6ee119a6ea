import { callsOf, keepMedium, openGateway, portsOf, readSources, type Gateway } from '@tingzhou/gateway'
import type { Deps } from '@tingzhou/http'
import type { Clock } from '@tingzhou/kernel'
import type { FieldGateway } from '@tingzhou/telemetry'
import type { Config } from './config.ts'

export type OpenFieldGateway = { readonly face: FieldGateway; readonly close: () => Promise<void> }

/**
 * Opens the gateway in the server's own process.
 * @param background  whether it listens to devices and makes its rounds; without, it only takes what is posted to the server
 */
export async function openFieldGateway(
  deps: Deps,
  clock: Clock,
  config: Config,
  background: boolean,
): Promise<OpenFieldGateway> {
  const { db, zoneId, log, telemetry } = deps
  const { host, tls, mqttSourcesFile } = config
  const sources = background && mqttSourcesFile !== null ? await readSources(mqttSourcesFile) : null
  const calls = background ? await callsOf(config) : {}
  const keep = keepMedium({ ...deps, clock })
  const gateway = await openGateway(
    {
      db,
      zoneId,
      clock,
      log,
      telemetry,
      keepMedium: keep,
      calls,
      ...(tls ? { tls } : {}),
      ...(sources ? { sources } : {}),
    },
    background ? portsOf(host, config) : { host },
    background,
  )
  return { face: faceOf(gateway), close: gateway.close }
}

const faceOf = ({ ports, online, frames, counters, ingest, machine }: Gateway): FieldGateway => {
  // UDP is the same protocol on the same number.
  const { jt808Udp: _udp, ...shown } = ports
  return { ports: shown, online, frames: frames.read, counts: counters.read, ingest, machine }
}
