import { useText } from '@tingzhou/ui'

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
