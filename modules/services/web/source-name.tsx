import { useText } from '@tingzhou/ui'
import type { Words } from '../words.ts'
import { useSay, type Say, type Texts } from './words.ts'

/** Where something comes from, in words: a named service, a register the bundle knows; else the id as it is. */
export function sourceText(t: Texts, say: Say, source: string, named: Words | null = null): string {
  if (named) return say(named)
  const register = t(`source.${source.split('.')[0] ?? source}`)
  return register.startsWith('source.') ? source : register
}

/** A data service: its name, its id below. */
export function ServiceName({ id, name }: { readonly id: string; readonly name: Words | null }) {
  const say = useSay()
  if (!name) return <span className="tz-mono services-break">{id}</span>
  return (
    <>
      {say(name)}
      <span className="tz-caption services-under services-break tz-mono">{id}</span>
    </>
  )
}

/** "From …": the source in words, its id for whoever asks for it. */
export function FromSource({ source, named = null }: { readonly source: string; readonly named?: Words | null }) {
  const t = useText('services')
  const say = useSay()
  const text = t('form.from', { source: sourceText(t, say, source, named) })
  return named ? <span title={source}>{text}</span> : text
}
