import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectNats, leaveNats } from './connection.ts'

/** As much of a NATS server as lets clients in, or says that they have no rights. */
let server: Server
const sockets = new Set<Socket>()
const answers = ['let in', 'refused', 'refused', 'refused', 'let in'] as const
let calls = 0

beforeAll(async () => {
  server = createServer((socket) => {
    sockets.add(socket)
    const answer = answers[Math.min(calls++, answers.length - 1)]
    socket.on('error', () => {})
    socket.on('data', (bytes: Buffer) => {
      if (!bytes.includes('PING')) return
      if (answer === 'let in') socket.write('PONG\r\n')
      else socket.end("-ERR 'Authorization Violation'\r\n")
    })
    socket.write('INFO {"server_id":"A","version":"2.9.10","proto":1,"headers":true,"max_payload":1048576}\r\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => {
  for (const socket of sockets) socket.destroy()
  server.close()
})

it('rights that are refused for a while end a connection for a while only', async () => {
  // A TCP listener has a port.
  const { port } = server.address() as AddressInfo
  const nats = { url: `nats://127.0.0.1:${port}`, credentialsFile: null, authorityFile: null }
  const log = pino({ level: 'silent' })
  const connection = await connectNats({ nats, name: 'test', log, signal: new AbortController().signal })

  for (const socket of sockets) socket.destroy()

  await expect.poll(() => calls, { timeout: 20_000 }).toBe(answers.length)
  await connection.flush()
  expect(connection.isClosed()).toBe(false)
  await leaveNats(connection)
})
