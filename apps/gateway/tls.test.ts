import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { epochMs } from '@tingzhou/kernel'
import { addDevice, addNode, openTelemetry, saveProfile, type Telemetry } from '@tingzhou/telemetry'
import { openGateway, type Gateway } from './gateway.ts'
import { connectTerminal } from './testing.ts'

const clock = () => epochMs(Date.UTC(2026, 10, 28, 4, 0))
const log = pino({ level: 'silent' })
const name = { zh: '采集端', en: 'Sender' }
const hasOpenssl = spawnSync('openssl', ['version']).status === 0

describe.skipIf(!hasOpenssl)('ports that speak TLS (needs openssl for a certificate)', () => {
  let test: TestDatabase
  let telemetry: Telemetry
  let gateway: Gateway
  let folder: string
  let certificate: Buffer

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tingzhou-tls-'))
    const [certificateFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    const wish = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
    const who = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
    const made = spawnSync('openssl', [...wish, ...who, '-keyout', keyFile, '-out', certificateFile])
    if (made.status !== 0) throw new Error(made.stderr.toString())
    certificate = readFileSync(certificateFile)
    test = await testDatabase()
    const zoneId = newId()
    await test.db.transaction().execute(async (tx) => {
      await saveProfile(tx, zoneId, { key: 'sender', name, points: [] }, clock())
      const nodeId = newId()
      const node = { id: nodeId, parentId: null, level: 'equipment', segment: 'S1', profileKey: 'sender' } as const
      await addNode(tx, zoneId, { ...node, name, partyId: null })
      const device = {
        id: newId(),
        protocol: 'mqtt',
        identity: 's-1',
        name: 's-1',
        nodeId,
        secret: 'secret',
        settings: {},
      } as const
      await addDevice(tx, zoneId, device)
    })
    telemetry = await openTelemetry({ database: test.database, zoneId, clock, log, stream: 'test' }, false)
    gateway = await openGateway(
      {
        db: test.db,
        zoneId,
        clock,
        log,
        telemetry,
        keepMedium: async () => {},
        tls: { certificateFile, keyFile, protocols: new Set(['mqtt']) },
      },
      { host: '127.0.0.1', mqtt: 0, jt808: 0 },
    )
  })
  afterAll(async () => {
    await gateway?.close()
    await telemetry?.close()
    await test?.database.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const dial = (more: object) =>
    connectAsync(
      `mqtts://localhost:${gateway.ports.mqtt}`,
      { protocolVersion: 4, clientId: 's-1', username: 's-1', password: 'secret', reconnectPeriod: 0, ...more },
      false,
    )

  it('let in a device that trusts the certificate', async () => {
    const client = await dial({ ca: certificate })
    await client.publishAsync('tingzhou/v1/s-1/state', 'on', { qos: 1 })
    await client.endAsync()

    expect(gateway.counters.read()['mqtt.states']).toBe(1)
  })

  it('are believed by nobody who does not know the certificate, and hear nobody without TLS', async () => {
    await expect(dial({})).rejects.toThrow(/self.signed/i)

    const plain = connectTcp(gateway.ports.mqtt ?? 0, '127.0.0.1')
    plain.on('error', () => {}).resume()
    plain.write('GET / HTTP/1.1\r\n\r\n')
    await once(plain, 'close')
    expect(gateway.counters.read()['mqtt.tls_errors']).toBeGreaterThan(0)
  })

  it('of other protocols stay as they are', async () => {
    const terminal = await connectTerminal(gateway.ports.jt808 ?? 0, '13800138000')
    terminal.send({ kind: 'heartbeat', header: terminal.header(), body: {} })
    expect((await terminal.next()).kind).toBe('platform_answer')
    terminal.close()
  })

  it('are not opened without a certificate that can be read', async () => {
    const tls = {
      certificateFile: join(folder, 'none.pem'),
      keyFile: join(folder, 'key.pem'),
      protocols: new Set(['mqtt']),
    }
    const deps = { db: test.db, zoneId: newId(), clock, log, telemetry, keepMedium: async () => {}, tls }
    await expect(openGateway(deps, { host: '127.0.0.1', mqtt: 0 })).rejects.toThrow(/none\.pem/)
  })
})
