import {
  formatNumber,
  formatTimeFull,
  StateTag,
  useText,
  type Shape,
  type Tone,
  OpenFormButton,
  PlainTable,
} from '@tingzhou/ui'
import { nameOf } from './api.ts'
import { DeviceWhen } from './device-when.tsx'
import { useOrderName } from './command-confirm.tsx'
import { mediaOf, MediumView, type Medium } from './device-media.tsx'
import type { Shown } from './device-page.tsx'
import { kindOf } from './frame-fields.tsx'
import { reasonsIn } from './machine-reason.ts'
import { isRecord } from './record.ts'

type Command = Shown['commands'][number]

const looks: Readonly<Record<Command['state'], readonly [Tone, Shape]>> = {
  proposed: ['attention', 'ring'],
  queued: ['plain', 'ring'],
  sent: ['busy', 'dot'],
  acknowledged: ['good', 'check'],
  failed: ['bad', 'diamond'],
  expired: ['attention', 'pause'],
  withdrawn: ['plain', 'pause'],
}
const results: ReadonlySet<string> = new Set(['ok', 'failed', 'malformed', 'unsupported', 'channel_unsupported'])

/** What was asked of the device, by whom, and what it answered. */
export function DeviceCommands(props: { readonly commands: readonly Command[]; readonly media: readonly Medium[] }) {
  const { commands, media } = props
  const t = useText('telemetry')
  const answerOf = useAnswer()
  const orderName = useOrderName()
  return (
    <PlainTable
      name={t('tab.commands')}
      head={[t('command.order'), t('command.state'), t('command.who'), t('command.when'), t('command.answer')]}
      empty={t('command.empty')}
      rows={commands.map((command) => {
        const [tone, shape] = looks[command.state]
        const text = textOf(command)
        return {
          key: command.id,
          cells: [
            <span key="order">
              {orderName(command.kind)}
              {text !== null && <span className="tz-second"> {text}</span>}
            </span>,
            <StateTag key="state" tone={tone} shape={shape}>
              {t(`command_state.${command.state}`, { attempts: command.attempts })}
            </StateTag>,
            <span key="who">
              {command.actorName}
              {command.decidedByName !== null && command.state !== 'withdrawn' && (
                <span className="tz-second"> {t('confirm.confirmed_by', { name: command.decidedByName })}</span>
              )}
            </span>,
            <DeviceWhen key="when" at={command.createdAt} />,
            <span key="answer">
              {answerOf(command)}{' '}
              {command.state === 'proposed' && (
                <OpenFormButton name="confirm" item={command.id} size="small">
                  {t('confirm.look')}
                </OpenFormButton>
              )}
              {mediaOf(command, media).map((medium) => (
                <MediumView key={medium.id} medium={medium} />
              ))}
            </span>,
          ],
        }
      })}
    />
  )
}

function textOf({ kind, body }: Command): string | null {
  if (kind === 'set_value' && isRecord(body)) return `${String(body['point'])} → ${String(body['value'])}`
  return kind === 'text' && isRecord(body) && typeof body['text'] === 'string' ? body['text'] : null
}

/** The answer in words: a result, what was wrong, or the message that came. */
function useAnswer(): (command: Command) => string {
  const t = useText('telemetry')
  return ({ kind: asked, answer, answeredAt, state, expiresAt, confirmUntil, decidedByName }) => {
    if (state === 'withdrawn') return t('confirm.withdrawn_by', { name: decidedByName ?? '–' })
    if (state === 'expired' && confirmUntil !== null && decidedByName === null)
      return t('confirm.over', { time: formatTimeFull(confirmUntil) })
    if (state === 'proposed' || state === 'queued' || state === 'sent')
      return t('answer.until', { time: formatTimeFull(expiresAt) })
    if (state === 'expired' || !isRecord(answer)) return t('answer.none')
    const at = answeredAt === null ? '' : formatTimeFull(answeredAt)
    const { result, fault, kind } = answer
    const said = isRecord(answer['exeRtn']) ? answer['exeRtn'] : answer['qnRtn']
    if (isWords(said))
      return t('answer.result', { result: [nameOf(said), heardIn(answer)].filter(Boolean).join(' '), at })
    if (asked === 'set_value' && state === 'acknowledged') {
      const { value } = answer
      if (typeof value !== 'number') return t('answer.written', { at })
      return t('answer.held', { value: formatNumber(value), at })
    }
    if (answer['answered'] === true) return t('answer.result', { result: t('result.ok'), at })
    if (typeof fault === 'string') {
      const known = asked === 'set_value' ? reasonsIn(fault) : []
      return [...known.map((one) => t(`machine.reason.${one.key}`, one.values)), fault].join(' ')
    }
    if (typeof kind === 'string') {
      const message = t('answer.message', { kind: kindOf(kind), at })
      const place = placeIn(answer['body'])
      return place ? t('answer.with_place', { message, place: t('point.fix', place) }) : message
    }
    return t('answer.result', {
      result: results.has(String(result)) ? t(`result.${String(result)}`) : String(result),
      at,
    })
  }
}

const isWords = (value: unknown): value is { readonly zh: string; readonly en: string } =>
  isRecord(value) && typeof value['zh'] === 'string' && typeof value['en'] === 'string'

/** What a monitor said while it executed, as it said it. */
function heardIn(answer: Readonly<Record<string, unknown>>): string {
  const heard: unknown = answer['heard']
  if (!Array.isArray(heard)) return ''
  return heard.flatMap((one: unknown) => (isRecord(one) ? Object.entries(one).flatMap(wordOf) : [])).join(' · ')
}

function wordOf([name, value]: [string, unknown]): string[] {
  if (value === null || (Array.isArray(value) && value.length === 0)) return []
  if (name === 'clock' || name === 'at') return typeof value === 'number' ? [formatTimeFull(value)] : []
  return [typeof value === 'object' ? JSON.stringify(value) : `${name} ${String(value)}`]
}

/** Where the answer says that the truck is, as the points show it; null when it says no place. */
function placeIn(body: unknown): { readonly lat: string; readonly lon: string; readonly speed: string } | null {
  const position = isRecord(body) ? body['position'] : null
  if (!isRecord(position)) return null
  const { latitude, longitude, speedKmh } = position
  if (typeof latitude !== 'number' || typeof longitude !== 'number' || typeof speedKmh !== 'number') return null
  return { lat: latitude.toFixed(6), lon: longitude.toFixed(6), speed: formatNumber(speedKmh) }
}
