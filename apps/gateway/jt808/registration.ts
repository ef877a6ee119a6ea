import type { MessageOf } from '@tingzhou/jt808'
import { bindTerminal, quarantine, setSecret, type Device } from '@tingzhou/telemetry'
import type { Platform } from './platform.ts'

type Answer = MessageOf<'register_answer'>['body']

const strangersMax = 10_000
const noteEveryMs = 60_000

/**
 * Answers a registration: a terminal whose phone is known gets a new code. The terminal that registers first under a phone
 * is the one that belongs to it; another one is refused until somebody frees the phone.
 */
export async function register(
  platform: Platform,
  device: Device | null,
  address: string,
  message: MessageOf<'register'>,
  reply: (answer: Answer) => void,
): Promise<void> {
  const { db, zoneId, counters, devices, log } = platform
  const { header, body } = message
  const answeredSerial = header.serial
  if (!device) {
    noteStranger(platform, header.phone, body.plate || header.phone, address)
    return reply({ answeredSerial, result: 'terminal_unknown' })
  }
  try {
    const terminal = `${body.maker}/${body.terminalId}`
    const spoken = header.version === '2011' ? { before2019: header.version } : {}
    if (!(await bindTerminal(db, zoneId, device.id, { terminal, ...spoken }))) {
      counters.add('jt808.other_terminal')
      return reply({ answeredSerial, result: 'terminal_registered' })
    }
    const authCode = platform.newSecret()
    await setSecret(db, zoneId, device.id, authCode)
    await devices.reload(device.identity)
    counters.add('jt808.registered')
    reply({ answeredSerial, result: 'ok', authCode })
  } catch (error) {
    // Unanswered, the terminal registers again.
    log.error({ err: error, device: device.identity }, 'a terminal could not be registered')
  }
}

/** Notes a phone that nobody knows; each at most once a minute, so that a flood of them is no flood of writes. */
export function noteStranger(platform: Platform, phone: string, name: string, address: string): void {
  const { strangers, counters, clock, log, db, zoneId, newId } = platform
  counters.add('jt808.stranger')
  const now = clock()
  const noted = strangers.get(phone)
  if (noted !== undefined && now - noted < noteEveryMs) return
  if (strangers.size >= strangersMax) strangers.clear()
  strangers.set(phone, now)
  quarantine(db, zoneId, newId(), { protocol: 'jt808', identity: phone, name, address }, now).catch((error: unknown) =>
    log.error({ err: error, phone }, 'a stranger could not be noted'),
  )
}
