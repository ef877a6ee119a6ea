import { createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'

/** A Modbus TCP machine as a test drives it: real bytes over a real connection. */
export type TestMachine = {
  readonly port: number
  readonly holding: Uint16Array
  readonly input: Uint16Array
  readonly coil: Uint8Array
  readonly discrete: Uint8Array
  /** What it was asked for: function, address, quantity or value. */
  readonly asked: { readonly code: number; readonly start: number; readonly count: number; readonly unit: number }[]
  /** Exceptions by the address that a request must not touch. */
  readonly refuses: Map<number, number>
  /** What it says in place of its answer; null: nothing. */
  answerWith: ((answer: Buffer) => Buffer | null) | null
  /** A register or coil takes no value, though it says that it does. */
  isStuck: boolean
  readonly connections: () => number
  /** Says something that nobody asked for. */
  readonly say: (bytes: Uint8Array) => void
  /** Hangs up and takes no calls. */
  readonly leave: () => Promise<void>
  readonly comeBack: () => Promise<void>
}

/** Opens a machine on a port of its own. Source: MODBUS Application Protocol V1.1b3 clause 6. */
export async function openTestMachine(): Promise<TestMachine> {
  const sockets = new Set<Socket>()
  let calls = 0
  const server = createServer((socket) => {
    calls++
    sockets.add(socket)
    let rest = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes])
      while (rest.length >= 6 && rest.length >= 6 + rest.readUInt16BE(4)) {
        const end = 6 + rest.readUInt16BE(4)
        const answer = answerOf(machine, rest.subarray(0, end))
        rest = rest.subarray(end)
        const said = machine.answerWith ? machine.answerWith(answer) : answer
        if (said) socket.write(said)
      }
    })
  })
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    // A server on TCP has an address of this form.
    return (server.address() as AddressInfo).port
  }
  const port = await listen(0)
  const machine: TestMachine = {
    port,
    holding: new Uint16Array(65_536),
    input: new Uint16Array(65_536),
    coil: new Uint8Array(65_536),
    discrete: new Uint8Array(65_536),
    asked: [],
    refuses: new Map(),
    answerWith: null,
    isStuck: false,
    connections: () => calls,
    say: (bytes) => {
      for (const socket of sockets) socket.write(bytes)
    },
    leave: async () => {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
    comeBack: async () => void (await listen(port)),
  }
  return machine
}

function answerOf(machine: TestMachine, request: Buffer): Buffer {
  const [unit, code, start] = [request.readUInt8(6), request.readUInt8(7), request.readUInt16BE(8)]
  const isSingle = code === 5 || code === 6
  const count = isSingle ? 1 : request.readUInt16BE(10)
  machine.asked.push({ code, start, count, unit })
  const refused = [...machine.refuses].find(([at]) => at >= start && at < start + count)
  const body = refused ? Buffer.from([code | 0x80, refused[1]]) : bodyOf(machine, request, code, start, count)
  const head = Buffer.from(request.subarray(0, 7))
  head.writeUInt16BE(body.length + 1, 4)
  return Buffer.concat([head, body])
}

function bodyOf(machine: TestMachine, request: Buffer, code: number, start: number, count: number): Buffer {
  const { holding, input, coil, discrete, isStuck } = machine
  switch (code) {
    case 1:
    case 2: {
      const table = code === 1 ? coil : discrete
      const bytes = Buffer.alloc(Math.ceil(count / 8))
      for (let bit = 0; bit < count; bit++)
        if (table[start + bit]) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (1 << (bit & 7))
      return Buffer.concat([Buffer.from([code, bytes.length]), bytes])
    }
    case 3:
    case 4: {
      const table = code === 3 ? holding : input
      const bytes = Buffer.alloc(count * 2)
      for (let word = 0; word < count; word++) bytes.writeUInt16BE(table[start + word] ?? 0, word * 2)
      return Buffer.concat([Buffer.from([code, bytes.length]), bytes])
    }
    case 5:
      if (!isStuck) coil[start] = request.readUInt16BE(10) === 0xff00 ? 1 : 0
      return Buffer.from(request.subarray(7, 12))
    case 6:
      if (!isStuck) holding[start] = request.readUInt16BE(10)
      return Buffer.from(request.subarray(7, 12))
    case 16:
      for (let word = 0; word < count && !isStuck; word++) holding[start + word] = request.readUInt16BE(13 + word * 2)
      return Buffer.from(request.subarray(7, 12))
    default:
      return Buffer.from([code | 0x80, 1])
  }
}
