import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repoRoot } from '@tingzhou/db'
import { describe, expect, it } from 'vitest'
import { writeFault } from '../device-source.ts'
import { sourceForms } from '../source-contract.ts'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }
import { reasonsIn } from './machine-reason.ts'

// As the connectors say them.
const said = {
  set_unknown: 'its connector ended: whether it was set is not known',
  not_read_back: 'it was set, but could not be read back: no whole answer within 3000 ms',
  not_held: 'the machine holds 12 after it was set',
  too_late: 'its time was over',
  queue_full: 'more than 100 values wait to be set',
  not_connected: 'the machine is not connected',
  not_settable: 'SP is only read',
  nearest: 'the nearest to 80.5 that it can hold is 81',
  does_not_fit: '70000 does not fit into uint16',
  refused: 'connect ECONNREFUSED 10.1.2.3:502',
  name_unknown: 'getaddrinfo ENOTFOUND mill-plc',
  unreachable: 'connect EHOSTUNREACH 10.1.2.3:502',
  no_connection: 'no connection within 5000 ms',
  no_answer: 'no whole answer within 3000 ms',
  too_slow: 'the server has not answered for 15 s',
  closed: 'the machine closed the connection',
  exception_1: 'exception 1 (IllegalFunction)',
  exception_2: 'exception 2 (IllegalDataAddress)',
  exception_3: 'exception 3 (IllegalDataValue)',
  exception_4: 'exception 4 (SlaveDeviceFailure)',
  exception_6: 'exception 6 (SlaveDeviceBusy)',
  exception_10: 'exception 11 (GatewayTargetDeviceFailedToRespond)',
  exception_other: 'exception 8 (MemoryParityError)',
  not_modbus: 'the answer is not Modbus',
  source_unreadable: 'the source cannot be read: url Invalid input',
  not_installed: 'jsmodbus is not installed (npm install --include=optional)',
  begins_again: 'its connector begins again',
  no_disk: 'readings cannot wait on disk: ENOSPC: less than 256 MiB of the disk would be free',
  gateway_away: 'the gateway that calls it is away',
  not_trusted: 'its certificate (SHA-1 0a1b) is not trusted: compare it with the one in the machine',
  no_certificate: 'the server shows no certificate',
  certificate_old: 'the certificate of the server is out of date',
  own_key: 'own/tingzhou.key.pem is not the key of own/tingzhou.der: put the right one there, or remove both',
  not_offered: 'the server does not offer sign by a safe policy, but none',
  plain_password: 'the server wants the password unencrypted: choose sign_and_encrypt',
  user_needs_security: 'a user name needs security: sign or sign_and_encrypt',
  no_password: 'no password is known of the user reader',
  login: 'BadUserAccessDenied',
  node_unknown: 'BadNodeIdUnknown',
  not_writable: 'BadNotWritable: The access level does not allow writing',
  points_not_read: '2 of 12 points are not read: I: BadOutOfService; T: BadNotReadable',
  no_number: 'I: of the type String, and no number',
  readings_refused: 'readings[0].point is X, expected: a point of the equipment',
  clock: 'its clock is 7 min ahead',
}

const keysIn = (words: string) => reasonsIn(words).map(({ key }) => key)

describe('why a machine does not answer', () => {
  it('is told in words of the reader', () => {
    expect(Object.values(said).map((one) => keysIn(one)[0])).toEqual(Object.keys(said))
    for (const { machine } of [zhCN, en])
      expect(Object.keys(machine.reason).toSorted()).toEqual(Object.keys(said).toSorted())
  })

  it('keeps what is known by number and name', () => {
    expect(reasonsIn(said.not_trusted)).toEqual([{ key: 'not_trusted', values: { print: '0a1b' } }])
    expect(reasonsIn(said.no_password)).toEqual([{ key: 'no_password', values: { user: 'reader' } }])
    expect(reasonsIn(said.nearest)).toEqual([{ key: 'nearest', values: { held: '81' } }])
    expect(reasonsIn(`${said.points_not_read}; ${said.clock}`)).toEqual([
      { key: 'points_not_read', values: { n: '2', all: '12' } },
      { key: 'clock', values: { minutes: '7' } },
    ])
  })

  it('tells exception 1 from 10 and 11 and from all others, and says nothing of what it does not know', () => {
    expect(keysIn('exception 10 (GatewayPathUnavailable)')).toEqual(['exception_10'])
    expect(reasonsIn('exception 5 (Acknowledge)')).toEqual([{ key: 'exception_other', values: { code: '5' } }])
    expect(keysIn('something else')).toEqual([])
  })

  it('says what became of a value before why', () => {
    expect(keysIn(said.not_read_back)).toEqual(['not_read_back', 'no_answer'])
    expect(keysIn('the connection took longer than 20 s')).toEqual(['no_connection'])
    expect(keysIn('the session took longer than 20 s')).toEqual(['too_slow'])
  })

  it('knows what the server says of a value that may not be set', () => {
    const source = sourceForms.modbus.parse({
      host: 'mill',
      points: [{ key: 'SP', table: 'holding', register: 0, as: 'int16', write: { low: 0, high: 80 } }],
    })
    const faults = [
      { point: 'SP', value: 90 },
      { point: 'I', value: 1 },
    ].map((wish) => writeFault(source, wish))

    // As apps/gateway/connector/speaker.ts puts it.
    expect(faults.map((fault) => fault && keysIn(`${fault.field} ${fault.value}: ${fault.rule}`))).toEqual([
      ['not_settable'],
      ['not_settable'],
    ])
  })
})

const folders = ['apps/connector-modbus', 'apps/connector-opcua', 'libs/connector', 'apps/gateway/connector']

/** The sentences in the strings of a file: at least two words; what is put into them is a 7. */
function sentencesIn(path: string): readonly string[] {
  const code = readFileSync(path, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|(?:^|\s)\/\/.*$/gm, '')
  return [...code.matchAll(/'((?:[^'\\\n]|\\.)*)'|`([^`]*)`/g)]
    .map(([, plain, template = '']) => plain ?? template.replaceAll(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, '7'))
    .filter((text) => /[a-z] [a-z\d]|\d [a-z]/.test(text))
}

const spoken = folders.flatMap((folder) =>
  readdirSync(join(repoRoot(), folder))
    .filter((name) => name.endsWith('.ts') && !/\.test\.ts$|^testing/.test(name))
    .flatMap((name) => sentencesIn(join(repoRoot(), folder, name))),
)

// What nobody reads on a screen: parts of other sentences, lines of the log, and broken promises.
const unsaid = [
  'two processes call the same machine; one of them is to',
  'the session',
  'the connection',
  'the end',
  'type 7',
  'an array of 7',
  'of the type 7',
  'and 7 more',
  String.raw`7 cannot be used:\n7`,
  '7 is no JSON',
  'a session has the services of subscriptions',
  'a connector is begun by a gateway',
  'the machines could not be looked through',
  'the passwords could not be read again',
  'equipment has no room for the points of its machine',
  'the points of a machine could not be made',
  'a connector ended and is begun again',
  'ENOSPC: less than 7 MiB of the disk would be free',
  'readings that waited on disk are damaged and passed over',
  'readings waited on disk too long, or too many',
  'readings of a machine could not be taken',
  'readings of a machine could not be kept and are taken again',
]

describe('what the connectors say', () => {
  it('is known, all of it', () => {
    expect(spoken.length).toBeGreaterThan(50)
    expect(spoken.filter((words) => !unsaid.includes(words) && keysIn(words).length === 0)).toEqual([])
  })

  it('is not forgotten in the list of what is not said', () => {
    expect(unsaid.filter((words) => !spoken.includes(words))).toEqual([])
    expect(unsaid.filter((words) => keysIn(words).length > 0)).toEqual([])
  })
})
