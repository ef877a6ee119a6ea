import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, connect as dial, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OPCUACertificateManager } from 'node-opcua-certificate-manager'
import {
  DataType,
  LogLevel,
  MessageSecurityMode,
  SecurityPolicy,
  setLogLevel,
  StatusCodes,
  type VariantOptions,
} from 'node-opcua-client'
import { OPCUAServer } from 'node-opcua-server'

type Node = VariantOptions & {
  readonly dataType: DataType
  readonly isReadOnly?: boolean
  /** What it is said to be, where that is not its type. */
  readonly declared?: string
}

/** A machine: a real server with some nodes, on a port of its own. */
export type Plant = {
  readonly url: string
  readonly port: number
  /** Sets a node as the machine does. */
  readonly set: (name: string, value: unknown, said?: { readonly status?: string; readonly at?: number }) => void
  readonly held: (name: string) => unknown
  /** Adds a node to those that there are. */
  readonly add: (name: string, node: Node) => void
  readonly sessions: () => number
  readonly close: () => Promise<void>
}

export type PlantOptions = {
  readonly port?: number
  readonly sessionsMax?: number
  readonly nodes?: Readonly<Record<string, Node>>
}

let managers: Promise<{
  readonly folder: string
  readonly server: OPCUACertificateManager
  readonly user: OPCUACertificateManager
}> | null = null

/** The certificates of all servers of the tests: made once. */
function certificates() {
  managers ??= (async () => {
    const folder = await mkdtemp(join(tmpdir(), 'opcua-server-'))
    const make = async (name: string) => {
      const manager = new OPCUACertificateManager({
        rootFolder: join(folder, name),
        automaticallyAcceptUnknownCertificate: true,
        disableFileWatchers: true,
      })
      await manager.initialize()
      // Servers that are closed let go of it; the next one uses it again.
      manager.referenceCounter = 1_000
      return manager
    }
    return { folder, server: await make('server'), user: await make('user') }
  })()
  return managers
}

/** Throws the certificates of the servers away, and what the library wrote into the environment to make them. */
export async function forgetCertificates(): Promise<void> {
  const made = await managers
  managers = null
  delete process.env['OPENSSL_CONF']
  delete process.env['RANDFILE']
  if (made) await rm(made.folder, { recursive: true, force: true })
}

/** Opens a machine. A user `operator` with the password `mill` may come over a safe channel, anybody over any. */
export async function openPlant({ port = 0, sessionsMax = 10, nodes = {} }: PlantOptions): Promise<Plant> {
  setLogLevel(LogLevel.Emergency)
  const { server: serverCertificateManager, user: userCertificateManager } = await certificates()
  const server = new OPCUAServer({
    port,
    hostname: '127.0.0.1',
    serverCertificateManager,
    userCertificateManager,
    securityModes: [MessageSecurityMode.None, MessageSecurityMode.SignAndEncrypt, MessageSecurityMode.Sign],
    securityPolicies: [SecurityPolicy.None, SecurityPolicy.Basic256Sha256],
    userManager: { isValidUser: (name: string, password: string) => name === 'operator' && password === 'mill' },
    serverCapabilities: { maxSessions: sessionsMax },
  })
  await server.initialize()
  const { addressSpace } = server.engine
  if (!addressSpace) throw new Error('the server has no address space')
  const space = addressSpace.getOwnNamespace()
  const variables = new Map<string, ReturnType<typeof space.addVariable>>()
  const variable = (name: string) => {
    const found = variables.get(name)
    if (!found) throw new Error(`no variable ${name}`)
    return found
  }
  const add: Plant['add'] = (name, { isReadOnly = false, declared, ...value }) =>
    void variables.set(
      name,
      space.addVariable({
        organizedBy: addressSpace.rootFolder.objects,
        browseName: name,
        nodeId: `s=${name}`,
        dataType: declared ?? DataType[value.dataType],
        minimumSamplingInterval: 50,
        ...(value.arrayType ? { valueRank: 1 } : {}),
        accessLevel: isReadOnly ? 'CurrentRead' : 'CurrentRead | CurrentWrite',
        userAccessLevel: isReadOnly ? 'CurrentRead' : 'CurrentRead | CurrentWrite',
        value,
      }),
    )
  for (const [name, node] of Object.entries(nodes)) add(name, node)
  await server.start()
  const [endpoint] = server.endpoints
  if (!endpoint) throw new Error('the server has no endpoint')
  return {
    url: `opc.tcp://127.0.0.1:${endpoint.port}`,
    port: endpoint.port,
    add,
    set: (name, value, { status = 'Good', at = Date.now() } = {}) => {
      const node = variable(name)
      const code = Object.values(StatusCodes).find((one) => one.name === status)
      node.setValueFromSource({ ...node.readValue().value, value }, code ?? StatusCodes.Good, new Date(at))
    },
    held: (name) => variable(name).readValue().value.value,
    sessions: () => server.engine.currentSessionCount,
    close: () => server.shutdown(0),
  }
}

/** A line to a machine that can be cut, or go dead without a word. */
export async function openCable(port: number): Promise<{
  readonly url: string
  readonly freeze: () => void
  readonly thaw: () => void
  readonly close: () => Promise<void>
}> {
  let isFrozen = false
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = dial(port, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('data', (bytes) => void (isFrozen || to.write(bytes)))
      from.on('error', () => from.destroy())
      from.on('close', () => {
        sockets.delete(from)
        if (!isFrozen) to.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `opc.tcp://127.0.0.1:${address.port}`,
    freeze: () => (isFrozen = true),
    thaw: () => (isFrozen = false),
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
