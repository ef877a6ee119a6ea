import { alarmFlags, flagNames } from '@tingzhou/jt808'
import { useText } from '@tingzhou/ui'
import { nameOf } from './api.ts'

/** What the receiver marked a fix with. */
export const flag = { late: 1, noFix: 2, jump: 4 } as const

/** Whether a fix says where something was. */
export const hasPlace = (fix: { readonly flags: number }): boolean => (fix.flags & (flag.noFix | flag.jump)) === 0

/** The marks of a fix in words. */
export function useFlags(): (flags: number) => string {
  const t = useText('telemetry')
  return (flags) => {
    const words = (['late', 'noFix', 'jump'] as const).filter((name) => (flags & flag[name]) !== 0)
    return words.length === 0 ? t('flag.good') : words.map((name) => t(`flag.${name}`)).join(t('comma'))
  }
}

/** The alarms whose bits are set in an alarm word. */
export const alarmsIn = (word: number): readonly string[] => alarmFlags.filter((_, bit) => ((word >>> bit) & 1) === 1)

/** What an alarm is called. */
export function alarmName(kind: string): string {
  const name = flagNames[kind]
  return name ? nameOf(name) : kind
}
