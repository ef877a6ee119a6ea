import { resolve } from 'node:path'
import * as z from 'zod'
import { gatewayEnvironment, gatewayOptions, tlsFault, type GatewayOptions } from '@tingzhou/gateway'
import { routeEngines, type RouteServiceConfig } from '@tingzhou/geography'

/** Everything an operator may set; docs/operations.md explains each. */
export type Config = GatewayOptions & {
  readonly port: number
  readonly host: string
  readonly dataDir: string
  readonly databaseUrl: string | null
  readonly connectionsMax: number
  readonly zoneId: string
  readonly publicUrl: string
  readonly trustProxy: boolean
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly authSecret: string | null
  readonly mail: { readonly url: string; readonly from: string } | null
  readonly oidc: Oidc | null
  readonly requestsPerMinute: number | null
  /** What a zone that was never started becomes. */
  readonly demo: boolean
  /** How many days of history the demo zone gets. */
  readonly demoDays: number
  /** Whether the demo's firms and officers live on. */
  readonly simulate: boolean
  /** Who tells the length of ways by road; null: nobody outside. */
  readonly routeService: RouteServiceConfig | null
  /** Hosts inside that webhooks may go to, also without TLS. */
  readonly webhookPrivateHosts: readonly string[]
}
type Oidc = z.infer<typeof Oidc>

const flag = z.enum(['0', '1', 'false', 'true', '']).transform((text) => text === '1' || text === 'true')
const text = z.string().trim().min(1)
/** Names or addresses of hosts with commas; neither ports nor schemes. */
const hosts = z
  .string()
  .transform((names) => names.split(',').map((name) => name.trim().toLowerCase()))
  .pipe(z.array(z.string().regex(/^[a-z0-9._:-]+$/, 'names or addresses of hosts, with commas between them')))

const Environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  DATABASE_URL: z.url({ protocol: /^postgres(?:ql)?$/ }).optional(),
  DATABASE_CONNECTIONS: z.coerce.number().int().min(2).max(500).default(10),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  TRUST_PROXY: flag.default(false),
  AUTH_SECRET: z.string().min(32).optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: text.optional(),
  SIM: z.enum(['on', 'off']).default('on'),
  DEMO_DAYS: z.coerce.number().int().min(1).max(120).default(45),
  ...gatewayEnvironment,
  ROUTE_SERVICE: z.enum(routeEngines).default('osrm'),
  ROUTE_SERVICE_URL: z.url({ protocol: /^https?$/ }).optional(),
  ROUTE_SERVICE_TIMEOUT_MS: z.coerce.number().int().min(100).max(30_000).default(3_000),
  REQUESTS_PER_MINUTE: z.coerce.number().int().min(1).optional(),
  WEBHOOK_PRIVATE_HOSTS: hosts.default([]),
})

const Oidc = z.object({
  OIDC_NAME: text,
  OIDC_ISSUER: z.url(),
  OIDC_CLIENT_ID: text,
  OIDC_CLIENT_SECRET: text,
  OIDC_AUTHORIZATION_URL: z.url(),
  OIDC_TOKEN_URL: z.url(),
  OIDC_USERINFO_URL: z.url(),
})

/** The environment holds what cannot be used; `message` names each setting, its value and the rule. */
export class ConfigError extends Error {}

/**
 * Reads the configuration.
 * @param environment  such as `process.env`; empty strings count as absent
 * @param args         `--empty`: a zone without the demo
 * @throws ConfigError
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>, args: readonly string[]): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
  const read = parse(Environment, given)
  const hasOidc = Object.keys(given).some((name) => name.startsWith('OIDC_'))
  const unknown = args.filter((arg) => arg !== '--empty')
  if (unknown.length > 0) throw new ConfigError(`unknown argument ${unknown.join(' ')}; --empty is the only one`)
  if (read.SMTP_URL !== undefined && read.MAIL_FROM === undefined)
    throw new ConfigError('MAIL_FROM is required with SMTP_URL')
  const fault = tlsFault(read)
  if (fault !== null) throw new ConfigError(fault)
  return {
    port: read.PORT,
    host: read.HOST,
    dataDir: resolve(read.DATA_DIR),
    databaseUrl: read.DATABASE_URL ?? null,
    connectionsMax: read.DATABASE_CONNECTIONS,
    zoneId: read.ZONE_ID,
    publicUrl: (read.PUBLIC_URL ?? `http://localhost:${read.PORT}`).replace(/\/+$/, ''),
    trustProxy: read.TRUST_PROXY,
    logLevel: read.LOG_LEVEL,
    authSecret: read.AUTH_SECRET ?? null,
    mail:
      read.SMTP_URL !== undefined && read.MAIL_FROM !== undefined ? { url: read.SMTP_URL, from: read.MAIL_FROM } : null,
    oidc: hasOidc ? parse(Oidc, given) : null,
    requestsPerMinute: read.REQUESTS_PER_MINUTE ?? null,
    webhookPrivateHosts: read.WEBHOOK_PRIVATE_HOSTS,
    demo: !args.includes('--empty') && read.SIM === 'on',
    demoDays: read.DEMO_DAYS,
    simulate: !args.includes('--empty') && read.SIM === 'on',
    ...gatewayOptions(read, true),
    routeService:
      read.ROUTE_SERVICE_URL === undefined
        ? null
        : { engine: read.ROUTE_SERVICE, url: read.ROUTE_SERVICE_URL, timeoutMs: read.ROUTE_SERVICE_TIMEOUT_MS },
  }
}

function parse<T>(schema: z.ZodType<T>, given: Readonly<Record<string, string | undefined>>): T {
  const read = schema.safeParse(given)
  if (read.success) return read.data
  const lines = read.error.issues.map(({ path, message }) => {
    const name = path.join('.')
    const value = /SECRET|URL/.test(name) ? '' : ` ${JSON.stringify(given[name])}`
    return `  ${name}${value}: ${message}`
  })
  throw new ConfigError(`the configuration cannot be used:\n${lines.join('\n')}`)
}
