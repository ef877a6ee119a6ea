import { join, resolve } from 'node:path'
import type { SpoolOptions } from '@tingzhou/connector'
import * as z from 'zod'
import type { NatsConfig } from '@tingzhou/telemetry'
import type { CalledProtocol } from '@tingzhou/telemetry/source'
import type { GatewayPorts } from './gateway.ts'
import type { Tls } from './tls.ts'

/** What an operator sets of a gateway, in the server or in a process of its own; docs/operations.md explains each. */
export type GatewayOptions = {
  /** Where JT/T 808 terminals call, TCP and UDP; null: nowhere. */
  readonly jt808Port: number | null
  /** Where HJ 212 monitors call; null: nowhere. */
  readonly hj212Port: number | null
  /** Where MQTT clients call; null: nowhere. */
  readonly mqttPort: number | null
  readonly tls: Tls | null
  /** File that names the brokers of sites that are listened to; null: none. */
  readonly mqttSourcesFile: string | null
  /** Protocols whose machines are called from here. */
  readonly called: readonly CalledProtocol[]
  /** File with the passwords of OPC UA users; null: none. */
  readonly opcuaPasswordsFile: string | null
  /** Where readings of machines wait that are not kept, and how many; no bytes: in memory only. */
  readonly spool: SpoolOptions
  /** The NATS through which gateways in processes of their own hand readings over; null: none. */
  readonly nats: NatsConfig | null
}

const dayMs = 86_400_000
const mebibyte = 1_048_576
const text = z.string().trim().min(1)

/** Where devices of a protocol call. */
const devicePort = (usual: number) =>
  z
    .union([z.literal('off'), z.coerce.number().int().min(0).max(65_535)])
    .default(usual)
    .transform((port) => (port === 'off' ? null : port))

/** Whether machines of a protocol are called; one process only calls a machine. */
const isOn = z
  .enum(['on', 'off'])
  .transform((word) => word === 'on')
  .optional()

const tcpProtocols = ['jt808', 'hj212', 'mqtt'] as const

/** The settings of the environment that every process with a gateway knows. */
export const gatewayEnvironment = {
  HOST: text.default('localhost'),
  DATA_DIR: text.default('./data'),
  ZONE_ID: text.regex(/^[a-z0-9-]{1,40}$/).default('zone'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  JT808_PORT: devicePort(7611),
  HJ212_PORT: devicePort(7612),
  MQTT_PORT: devicePort(7883),
  MQTT_SOURCES: text.optional(),
  MODBUS: isOn,
  OPCUA: isOn,
  OPCUA_PASSWORDS: text.optional(),
  SPOOL_DIR: text.optional(),
  SPOOL_DAYS: z.coerce.number().min(0.01).max(400).default(7),
  SPOOL_MIB: z.coerce.number().int().min(0).max(1_048_576).default(2_048),
  SPOOL_DEVICE_MIB: z.coerce.number().int().min(1).max(1_048_576).default(256),
  GATEWAY_TLS_CERT: text.optional(),
  GATEWAY_TLS_KEY: text.optional(),
  GATEWAY_TLS: text
    .default(tcpProtocols.join(','))
    .transform((list) => list.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(tcpProtocols))),
  NATS_URL: text
    .refine((list) => list.split(',').every(isNatsAddress), 'nats:// or tls:// addresses, with commas between them')
    .optional(),
  NATS_CREDENTIALS: text.optional(),
  NATS_CA: text.optional(),
}

const Environment = z.object(gatewayEnvironment)

function isNatsAddress(address: string): boolean {
  if (!URL.canParse(address.trim())) return false
  const { protocol, hostname } = new URL(address.trim())
  return (protocol === 'nats:' || protocol === 'tls:') && hostname !== ''
}

/**
 * The options that the environment sets.
 * @param calls  whether this process calls machines where nothing is set: the server does
 */
export function gatewayOptions(read: z.infer<typeof Environment>, calls: boolean): GatewayOptions {
  const { GATEWAY_TLS_CERT: certificateFile, GATEWAY_TLS_KEY: keyFile, NATS_URL: url } = read
  const isSecured = certificateFile !== undefined && keyFile !== undefined
  return {
    jt808Port: read.JT808_PORT,
    hj212Port: read.HJ212_PORT,
    mqttPort: read.MQTT_PORT,
    mqttSourcesFile: read.MQTT_SOURCES ?? null,
    called: [
      ...((read.MODBUS ?? calls) ? (['modbus'] as const) : []),
      ...((read.OPCUA ?? calls) ? (['opcua'] as const) : []),
    ],
    opcuaPasswordsFile: read.OPCUA_PASSWORDS ?? null,
    spool: {
      folder: resolve(read.SPOOL_DIR ?? join(read.DATA_DIR, 'spool')),
      keepMs: read.SPOOL_DAYS * dayMs,
      deviceBytesMax: read.SPOOL_DEVICE_MIB * mebibyte,
      totalBytesMax: read.SPOOL_MIB * mebibyte,
    },
    tls: isSecured ? { certificateFile, keyFile, protocols: new Set(read.GATEWAY_TLS) } : null,
    nats:
      url === undefined
        ? null
        : { url, credentialsFile: read.NATS_CREDENTIALS ?? null, authorityFile: read.NATS_CA ?? null },
  }
}

/** One half of a certificate secures nothing: whoever set it believes that it does. */
export function tlsFault(read: z.infer<typeof Environment>): string | null {
  if ((read.GATEWAY_TLS_CERT === undefined) === (read.GATEWAY_TLS_KEY === undefined)) return null
  return 'GATEWAY_TLS_CERT and GATEWAY_TLS_KEY are set together'
}

/** The ports that the options ask for. */
export const portsOf = (host: string, { jt808Port, hj212Port, mqttPort }: GatewayOptions): GatewayPorts => ({
  host,
  jt808: jt808Port,
  jt808Udp: jt808Port,
  hj212: hj212Port,
  mqtt: mqttPort,
})
