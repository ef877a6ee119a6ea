import { CopyId, useText } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { protocolRules, type Protocol } from '../protocol.ts'
import { api } from './api.ts'

type Props = {
  readonly protocol: Protocol
  readonly identity: string
  /** The key that was made for it, the one time that it is shown. */
  readonly secret?: string | null
}

/** What is set in a device so that it finds the platform. */
export function DeviceConnect({ protocol, identity, secret = null }: Props) {
  const t = useText('telemetry')
  const counters = useQuery(api.counters.queryOptions({ input: {} }))
  const port = counters.data?.ports[protocol]
  const rows: [label: string, value: ReactNode][] = []
  if (protocol === 'http') rows.push([t('connect.url'), <CopyId key="url" value={ingestUrl()} />])
  else {
    rows.push([t('connect.host'), <CopyId key="host" value={window.location.hostname} />])
    const known =
      port === null || port === undefined ? t('connect.no_port') : <CopyId key="port" value={String(port)} />
    if (!counters.isPending) rows.push([t('connect.port'), known])
  }
  rows.push([t(`identity.${protocol}`), <CopyId key="identity" value={identity} />])
  if (protocol === 'mqtt') rows.push([t('connect.topic'), <CopyId key="topic" value={readingsTopicOf(identity)} />])
  if (secret !== null) rows.push([t('connect.secret'), <CopyId key="secret" value={secret} />])
  else {
    const origin = protocolRules[protocol].secret
    rows.push([t(`connect.secret_name.${origin}`), t(`connect.secret_of.${origin}`)])
  }
  const example = exampleOf({ protocol, identity, secret: secret ?? 'KEY', port: port ?? null })
  return (
    <>
      <dl className="tz-connect">
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {example !== null && (
        <pre className="tz-connect-example tz-mono" tabIndex={0} aria-label={t('connect.example')}>
          {example}
        </pre>
      )}
    </>
  )
}

const ingestUrl = (): string => `${window.location.origin}/api/v1/ingest/readings`

/** Where a client of MQTT publishes, and nowhere else: apps/gateway/mqtt/README.md. */
const readingsTopicOf = (identity: string): string => `tingzhou/v1/${identity}/readings`

type Connection = Pick<Props, 'protocol' | 'identity'> & { readonly secret: string; readonly port: number | null }

/** A call that works as it stands: a point is made, and its first value is kept. */
function exampleOf({ protocol, identity, secret, port }: Connection): string | null {
  const reading = `"at":"${new Date().toISOString()}","points":[{"key":"T1","unit":"°C"}],"values":{"T1":21.5}`
  if (protocol === 'http')
    return [
      `curl -u '${identity}:${secret}' \\`,
      `  -H 'content-type: application/json' \\`,
      `  -d '{"batchId":"1",${reading}}' \\`,
      `  ${ingestUrl()}`,
    ].join('\n')
  if (protocol !== 'mqtt' || port === null) return null
  return [
    `mosquitto_pub -V 311 -h ${window.location.hostname} -p ${port} \\`,
    `  -i '${identity}' -u '${identity}' -P '${secret}' -q 1 \\`,
    `  -t '${readingsTopicOf(identity)}' \\`,
    `  -m '{${reading}}'`,
  ].join('\n')
}
