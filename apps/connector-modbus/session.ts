import { connect, type Socket } from 'node:net'
import type { ModbusTCPClient } from 'jsmodbus'
import { wordsOf, type Line } from '@tingzhou/connector'
import { isBitTable, type ModbusSource, type ModbusTable } from '@tingzhou/telemetry/source'
import type { Ask } from './plan.ts'
import type { Written } from './value.ts'

/** The library, which may not be installed. */
export type Library = { readonly ModbusTCPClient: typeof ModbusTCPClient }

/** The machine cannot be asked over this connection any more. */
export class Lost extends Error {}

/** The machine says no to a request, by an exception of the protocol; or we do, in its place. */
export class Refused extends Error {
  readonly exception: number | null

  constructor(message: string, exception: number | null = null) {
    super(message)
    this.exception = exception
  }
}

/** One connection to a machine: one request after the other. */
export type Session = {
  /** @returns its registers or bits as they were sent. @throws Refused; Lost */
  readonly read: (ask: Pick<Ask, 'table' | 'register' | 'count'>) => Promise<Uint8Array>
  /** @throws Refused; Lost */
  readonly write: (register: number, written: Written) => Promise<void>
  /** Why nothing can be asked any more; null while it can. */
  readonly fault: () => string | null
  readonly close: () => void
}

const connectMs = 5_000
const answerMs = 3_000
// MODBUS Messaging on TCP/IP V1.0b clause 4.1: an answer has at most 260 bytes.
const answerBytesMax = 260

/**
 * Calls a machine.
 * @param signal  ends the call, and the connection
 * @param lost    called when nothing can be asked any more
 * @throws Lost when it does not answer
 */
export async function openSession(
  library: Library,
  { host, port, unit }: Pick<ModbusSource, 'host' | 'port' | 'unit'>,
  frame: Line['frame'],
  signal: AbortSignal,
  lost: () => void,
): Promise<Session> {
  const socket = connect({ host, port, noDelay: true, keepAlive: true })
  const hangUp = (): void => void socket.destroy()
  signal.addEventListener('abort', hangUp, { once: true })
  /** What came for the request that is under way. */
  let heard: Uint8Array[] = []
  let isAsking = false
  let fault: string | null = null
  const giveUp = (why: string): void => {
    fault ??= why
    socket.destroy()
    lost()
  }
  socket.on('error', (error) => giveUp(error.message))
  socket.on('close', () => {
    signal.removeEventListener('abort', hangUp)
    giveUp('the machine closed the connection')
  })
  socket.on('data', (bytes: Buffer) => {
    if (!isAsking) return giveUp('the machine sent what nobody asked for')
    heard.push(bytes)
    if (heard.reduce((sum, { length }) => sum + length, 0) > answerBytesMax)
      giveUp('the machine sent more than an answer can hold')
  })
  const client = new library.ModbusTCPClient(socket, unit, answerMs)
  await connected(socket, () => fault)

  /** @param wrong  what is wrong with an answer that the library took */
  const request = async <A>(
    ask: () => Promise<{ request: Payload; response: A }>,
    wrong: (answer: A) => string | null = () => null,
  ): Promise<A> => {
    if (fault !== null) throw new Lost(fault)
    heard = []
    isAsking = true
    const answered = await ask().catch(faultOf)
    isAsking = false
    const isAnswer = 'response' in answered
    const words = isAnswer ? wrong(answered.response) : (fault ?? answered.words)
    // Where nothing came it is the request that has no answer.
    if (answered.request) frame('down', answered.request.createPayload(), heard.length > 0 ? null : words)
    if (heard.length > 0) frame('up', Buffer.concat(heard), words)
    if (isAnswer && words === null) return answered.response
    const said = words ?? 'no answer'
    if (!isAnswer && answered.exception !== null) throw new Refused(said, answered.exception)
    giveUp(said)
    throw new Lost(said)
  }
  return {
    read: async (ask) => {
      const expected = isBitTable(ask.table) ? Math.ceil(ask.count / 8) : ask.count * 2
      const { body } = await request(
        () => readOf(client, ask),
        ({ body: { valuesAsBuffer: bytes } }) =>
          bytes.length === expected ? null : `the machine sent ${bytes.length} bytes where ${expected} were asked for`,
      )
      return body.valuesAsBuffer
    },
    write: async (register, written) => {
      await request(() => writeOf(client, register, written))
    },
    fault: () => fault,
    close: hangUp,
  }
}

type Payload = { readonly createPayload: () => Uint8Array }
const reads = {
  holding: 'readHoldingRegisters',
  input: 'readInputRegisters',
  coil: 'readCoils',
  discrete: 'readDiscreteInputs',
} as const satisfies Readonly<Record<ModbusTable, keyof ModbusTCPClient>>

type BytesOf = { readonly body: { readonly valuesAsBuffer: Uint8Array } }

const readOf = (
  client: ModbusTCPClient,
  { table, register, count }: Pick<Ask, 'table' | 'register' | 'count'>,
): Promise<{ request: Payload; response: BytesOf }> => client[reads[table]](register, count)

function writeOf(
  client: ModbusTCPClient,
  register: number,
  written: Written,
): Promise<{ request: Payload; response: unknown }> {
  if ('bit' in written) return client.writeSingleCoil(register, written.bit)
  const bytes = Buffer.from(written.bytes)
  // Of one register: what every machine knows that can be written at all.
  if (bytes.length === 2) return client.writeSingleRegister(register, bytes.readUInt16BE())
  return client.writeMultipleRegisters(register, bytes)
}

function connected(socket: Socket, fault: () => string | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy(new Error(`no connection within ${connectMs} ms`))
    }, connectMs)
    const end = () => clearTimeout(timer)
    socket.once('connect', () => {
      end()
      resolve()
    })
    socket.once('close', () => {
      end()
      reject(new Lost(fault() ?? 'no connection'))
    })
  })
}

/** What the library says of a request that failed; its own names for it are told in plain words. */
function faultOf(error: unknown): { words: string; request: Payload | null; exception: number | null } {
  if (!isUserRequestError(error)) return { words: wordsOf(error), request: null, exception: null }
  const { err, message, request = null, response } = error
  if (err === 'ModbusException' && response) {
    const { code, message: name } = response.body
    return { words: `exception ${code} (${name})`, request, exception: code }
  }
  const words: Readonly<Record<string, string>> = {
    Timeout: `no whole answer within ${answerMs} ms`,
    OutOfSync: 'the answer belongs to another request',
    Protocol: 'the answer is not Modbus',
    Offline: 'the machine closed the connection',
  }
  return { words: words[err] ?? message, request, exception: null }
}

type UserRequestError = {
  readonly err: string
  readonly message: string
  readonly request?: Payload
  readonly response?: { readonly body: { readonly code: number; readonly message: string } }
}

/** An error of the library; its class is not the one of `instanceof` where it is loaded later. */
const isUserRequestError = (error: unknown): error is UserRequestError =>
  typeof error === 'object' && error !== null && 'err' in error && typeof error.err === 'string' && 'message' in error
