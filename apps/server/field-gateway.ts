import { callsOf, keepMedium, openGateway, portsOf, readSources, type Gateway } from '@tingzhou/gateway'
import type { Deps } from '@tingzhou/http'
import type { Clock } from '@tingzhou/kernel'
import { openElsewhere, type Elsewhere, type FieldGateway } from '@tingzhou/telemetry'
import type { Config } from './config.ts'

export type OpenFieldGateway = { readonly face: FieldGateway; readonly close: () => Promise<void> }

/**
 * Opens the gateway in the server's own process, and what it shows of gateways in others, which an embedded database has none of.
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
  const calls = background ? await callsOf(config, 'server') : {}
  const keep = keepMedium({ ...deps, clock })
  const hasOthers = background && config.databaseUrl !== null
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
      ...(hasOthers ? { name: 'server' } : {}),
    },
    background ? portsOf(host, config) : { host },
    background,
  )
  try {
    const elsewhere = hasOthers ? await openElsewhere({ db, zoneId, log, ownId: gateway.id }) : null
    const close = async () => {
      await elsewhere?.close()
      await gateway.close()
    }
    return { face: faceOf(gateway, elsewhere), close }
  } catch (error) {
    await gateway.close()
    throw error
  }
}

const framesMax = 30

function faceOf(gateway: Gateway, elsewhere: Elsewhere | null): FieldGateway {
  const { frames, counters, ingest, machine } = gateway
  // UDP is the same protocol on the same number.
  const { jt808Udp: _udp, ...ports } = gateway.ports
  return {
    ports,
    online: () => (elsewhere ? [...new Set([...gateway.online(), ...elsewhere.online()])] : gateway.online()),
    frames: async (protocol, identity) => {
      const own = frames.read(protocol, identity)
      const others = (await elsewhere?.frames(protocol, identity, own.length === 0)) ?? []
      return [...own, ...others].toSorted((a, b) => a.at - b.at).slice(-framesMax)
    },
    machine: async (protocol, identity) =>
      machine(protocol, identity) ?? (await elsewhere?.machine(protocol, identity)) ?? null,
    gateways: () => elsewhere?.gateways() ?? [],
    counts: counters.read,
    ingest,
  }
}
