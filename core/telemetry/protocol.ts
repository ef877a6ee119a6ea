/** In the order in which they are offered. */
export const protocols = ['jt808', 'hj212', 'mqtt', 'http', 'modbus', 'opcua'] as const
export type Protocol = (typeof protocols)[number]

/**
 * Where the code comes from that a device shows: the platform gives it to the terminal that registers; it stands in the device
 * and is typed in; the platform makes it and shows it once; it shows none, since the platform calls it.
 */
export type SecretOrigin = 'registered' | 'typed' | 'made' | 'none'

/** How a device of a protocol is made known. */
export type ProtocolRule = {
  /** What an identity looks like as a person types it. */
  readonly identity: RegExp
  /** The form in which an identity is kept and found. */
  readonly identityOf: (typed: string) => string
  readonly secret: SecretOrigin
  /** What a typed code looks like; null where none is typed. */
  readonly secretRule: RegExp | null
  /** The type of equipment that is proposed. */
  readonly profileKey: string
}

/** Protocols whose frames are read field by field for whoever pastes them. */
export const parsedProtocols = ['jt808', 'hj212', 'modbus'] as const satisfies readonly Protocol[]

const same = (typed: string): string => typed

/** A machine that is called is named by whoever makes it known. */
const calledRule: ProtocolRule = {
  identity: /^[\w.-]{1,64}$/,
  identityOf: same,
  secret: 'none',
  secretRule: null,
  profileKey: 'sender',
}

/** How devices are made known, by protocol. */
export const protocolRules: { readonly [P in Protocol]: ProtocolRule } = {
  jt808: {
    identity: /^(?=0*[1-9])\d{1,20}$/,
    // A phone is written with as many leading zeros as its header has room for, and means none of them.
    identityOf: (typed) => typed.replace(/^0+(?=.)/, ''),
    secret: 'registered',
    secretRule: null,
    profileKey: 'truck',
  },
  hj212: {
    // 24 hexadecimal digits, 14 characters of 2005; instruments in service also send letters and underscores.
    identity: /^[\w-]{1,40}$/,
    identityOf: same,
    secret: 'typed',
    secretRule: /^[\w-]{1,16}$/,
    profileKey: 'station',
  },
  mqtt: {
    // A client identifier that can stand in the name of a topic.
    identity: /^[\w.:-]{1,64}$/,
    identityOf: same,
    secret: 'made',
    secretRule: null,
    profileKey: 'sender',
  },
  http: {
    identity: /^[\w.-]{1,64}$/,
    identityOf: same,
    secret: 'made',
    secretRule: null,
    profileKey: 'sender',
  },
  modbus: calledRule,
  opcua: calledRule,
}

/** The form in which an identity of a protocol is kept. O(length). */
export const identityOf = (protocol: Protocol, typed: string): string => protocolRules[protocol].identityOf(typed)
