import { describe, expect, it } from 'vitest'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }
import { reasonsIn } from './machine-reason.ts'

// As the connectors say them.
const said = {
  refused: 'connect ECONNREFUSED 10.1.2.3:502',
  name_unknown: 'getaddrinfo ENOTFOUND mill-plc',
  unreachable: 'connect EHOSTUNREACH 10.1.2.3:502',
  no_connection: 'no connection within 5000 ms',
  no_answer: 'no whole answer within 3000 ms',
  closed: 'the machine closed the connection',
  exception_1: 'exception 1 (IllegalFunction)',
  exception_2: 'exception 2 (IllegalDataAddress)',
  exception_3: 'exception 3 (IllegalDataValue)',
  exception_4: 'exception 4 (SlaveDeviceFailure)',
  exception_6: 'exception 6 (SlaveDeviceBusy)',
  exception_10: 'exception 11 (GatewayTargetDeviceFailedToRespond)',
  not_modbus: 'the answer is not Modbus',
  not_installed: 'jsmodbus is not installed (npm install --include=optional)',
  begins_again: 'its connector begins again',
  not_trusted: 'its certificate (SHA-1 0a1b) is not trusted: compare it with the one in the machine',
  no_certificate: 'the server shows no certificate',
  not_offered: 'the server does not offer sign by a safe policy, but none',
  plain_password: 'the server wants the password unencrypted: choose sign_and_encrypt',
  login: 'BadUserAccessDenied',
  node_unknown: 'BadNodeIdUnknown',
  not_writable: 'BadNotWritable: The access level does not allow writing',
  points_not_read: '2 of 12 points are not read: I: no number; T: BadNotReadable',
  clock: 'its clock is 7 min ahead',
  not_held: 'the machine holds 12 after it was set',
}

describe('why a machine does not answer', () => {
  it('is told in words of the reader', () => {
    expect(Object.values(said).map((one) => reasonsIn(one)[0]?.key)).toEqual(Object.keys(said))
    for (const { machine } of [zhCN, en])
      expect(Object.keys(machine.reason).toSorted()).toEqual(Object.keys(said).toSorted())
  })

  it('keeps what is known by number and name', () => {
    expect(reasonsIn(said.not_trusted)).toEqual([{ key: 'not_trusted', values: { print: '0a1b' } }])
    expect(reasonsIn(`${said.points_not_read}; ${said.clock}`)).toEqual([
      { key: 'points_not_read', values: { n: '2', all: '12' } },
      { key: 'clock', values: { minutes: '7' } },
    ])
  })

  it('tells exception 1 from 10 and 11, and says nothing of what it does not know', () => {
    expect(reasonsIn('exception 10 (GatewayPathUnavailable)').map(({ key }) => key)).toEqual(['exception_10'])
    expect(reasonsIn('something else')).toEqual([])
  })
})
