import type { MessageOf } from '@tingzhou/jt808'
import { bindTerminal, setSecret, type Device } from '@tingzhou/telemetry'
import { noteStranger } from '../stranger.ts'
import type { Platform } from './platform.ts'

type Answer = MessageOf<'register_answer'>['body']

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
    const { phone } = header
    noteStranger(platform, { protocol: platform.protocol, identity: phone, name: body.plate || phone, address })
    return reply({ answeredSerial, result: 'terminal_unknown' })
  }
  try {
    const terminal = `${body.maker}/${body.terminalId}`
    const { version } = header
    const spoken = { version, ...(version === '2011' ? { before2019: version } : {}) }
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
