import {
  annotate,
  besideMn,
  commands,
  createFramer,
  directionOf,
  explain,
  fieldNames,
  findFactor,
  flagNames,
  frameOf,
  suffixNames,
  systems,
  type Message,
  type Span,
} from '@tingzhou/hj212'
import type { FrameReader, Words } from '../frame-view.ts'

/** HJ 212 frames field by field. */
export const hj212Reader: FrameReader = {
  isText: true,
  read: (bytes, identity) => {
    const { spans, complaints: all, message } = annotate(bytes)
    const complaints = message && message.segment.mn === identity ? besideMn(all) : all
    return {
      kind: message?.segment.cn ?? null,
      title: message && titleOf(message),
      fault: complaints.length > 0 ? complaints.map(explain).join(' · ') : null,
      fields: spans.map((span) => ({
        offset: span.offset,
        length: span.length,
        ...nameOf(span),
        raw: Buffer.from(span.raw).toString('hex'),
        value: span.raw.trimEnd(),
        words: wordsOf(span, message),
      })),
    }
  },
  cut: (bytes) => {
    const framer = createFramer()
    return [...framer.push(bytes), ...framer.giveUp()].map(({ segment }) => frameOf(segment))
  },
}

/** What a command is called, said by this side of it. */
function commandOf({ segment, body }: Message) {
  const direction = directionOf(segment.cn, body)
  const rows = commands.filter(({ cn }) => cn === segment.cn)
  return rows.find((row) => row.direction === direction) ?? rows[0] ?? null
}

function titleOf(message: Message): Words {
  const { cn } = message.segment
  const found = commandOf(message)
  return found ? { zh: `${cn} ${found.zh}`, en: `${cn} ${found.en}` } : { zh: cn, en: cn }
}

// Whoever writes a frame names its fields.
const named = (names: Readonly<Record<string, Words>>, name: string): Words | undefined =>
  Object.hasOwn(names, name) ? names[name] : undefined

function nameOf({ name }: Span): Words {
  const own = name.replace(/^CP\./, '')
  const known = named(fieldNames, own)
  if (known) return known
  const at = own.lastIndexOf('-')
  const [factor, suffix] = [findFactor(own.slice(0, at)), named(suffixNames, own.slice(at + 1))]
  if (at < 0 || !suffix) return { zh: own, en: own }
  const code = own.slice(0, at)
  return { zh: `${factor?.zh ?? code} ${suffix.zh}`, en: `${factor?.en ?? code}, ${suffix.en}` }
}

function wordsOf({ name, raw, value }: Span, message: Message | null): Words | null {
  if (value.kind === 'code' && value.meaning) return both(raw, value.meaning)
  if (name === 'ST') return both(raw, systems.find(({ code }) => code === raw) ?? null)
  if (name === 'CN') return message && both(raw, commandOf(message))
  if (name === 'CP.PolId') return both(raw, findFactor(raw))
  if (name !== 'Flag' || !message?.segment.flags) return null
  const { version, wantsAnswer } = message.segment.flags
  const said = [
    flagNames.versions[version],
    wantsAnswer ? flagNames.wantsAnswer : undefined,
    message.segment.packet ? flagNames.inPackets : undefined,
  ].filter((words) => words !== undefined)
  const textIn = (lang: 'zh' | 'en') => said.map((words) => words[lang]).join(' · ')
  return both(raw, { zh: textIn('zh'), en: textIn('en') })
}

const both = (raw: string, found: Words | null): Words | null =>
  found && { zh: `${raw} ${found.zh}`, en: `${raw} ${found.en}` }
