import { useQuery } from '@tanstack/react-query'
import { EmptyState, ProblemAlert, SkeletonLines, useLate, useText, VerbButton } from '@tingzhou/ui'
import { Link } from 'react-router'
import type * as z from 'zod'
import type { EditorComplaint } from '../editor-contract.ts'
import { api } from './api.ts'
import { isObject, listAt, textAt } from './json-path.ts'
import { keyed, type Texts } from './words.ts'

export type Complaint = z.infer<typeof EditorComplaint>

/** 检查: everything wrong with the saved draft, each with the place where it is mended. */
export function DesignerCheck(props: { readonly id: string; readonly body: unknown; readonly dirty: boolean }) {
  const { id, body, dirty } = props
  const t = useText('services')
  const query = useQuery(api.editor.check.queryOptions({ input: { id } }))
  const late = useLate(query.isPending)
  return (
    <>
      {dirty && <p className="services-attention">{t('designer.saved_only')}</p>}
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {late && <SkeletonLines lines={5} />}
      {query.data?.length === 0 && <EmptyState title={t('check.good')} text={t('check.good_text')} />}
      <Complaints complaints={query.data ?? []} body={body} />
      <VerbButton loading={query.isFetching} onClick={() => void query.refetch()}>
        {t('verb.check_again')}
      </VerbButton>
    </>
  )
}

export function Complaints({
  complaints,
  body,
}: {
  readonly complaints: readonly Complaint[]
  readonly body: unknown
}) {
  const t = useText('services')
  if (complaints.length === 0) return null
  return (
    <ul className="services-lines">
      {complaints.map((complaint) => {
        const place = placeOf(complaint, body)
        return (
          <li key={`${complaint.kind} ${complaint.at} ${complaint.message}`}>
            <span>
              <strong>{keyed(t, 'complaint', complaint.kind, complaint.kind)}</strong>
              <span className="tz-caption services-under">
                {[placeText(t, complaint.at), ...detailsOf(complaint)].filter((text) => text !== '').join(' · ')}
              </span>
            </span>
            <Link to={`?${place}`}>{t('check.go')}</Link>
          </li>
        )
      })}
    </ul>
  )
}

/** A path such as `items.0.name.zh` as its reader knows it: 事项 1 · 名称（中文）; a code stays as it is. */
function placeText(t: Texts, at: string): string {
  const [first = '', ...rest] = at.split('.')
  const tab = tabs[first]
  const lang = ['zh', 'en'].find((name) => name === rest.at(-1))
  const words = (lang ? rest.slice(0, -1) : rest).map((part) =>
    /^\d+$/.test(part) ? String(Number(part) + 1) : keyed(t, 'place', part, part),
  )
  const text = [tab === undefined ? keyed(t, 'place', first, first) : t(`tab.${tab}`), ...words].join(' ')
  return lang ? t(`designer.in_${lang}`, { label: text }) : text
}

/** What a complaint names besides its place; its own words where nothing else says what is wrong. Pure. */
function detailsOf({ kind, at, value, message }: Complaint): readonly string[] {
  if (!isObject(value)) return shapeKinds.has(kind) ? [] : [message]
  return Object.entries(value)
    .filter(([name, part]) => name !== 'kind' && name !== 'part' && part !== null && part !== at && part !== kind)
    .map(([, part]) => (Array.isArray(part) ? part.join(' → ') : String(part)))
}

// What is wrong with the shape of a part is said by its kind.
const shapeKinds = new Set([
  'invalid_type',
  'too_small',
  'too_big',
  'invalid_format',
  'invalid_value',
  'invalid_union',
  'unrecognized_keys',
])

const tabs: Readonly<Record<string, string>> = {
  items: 'items',
  materials: 'materials',
  questions: 'situations',
  fields: 'fields',
  groups: 'fields',
  tables: 'tables',
}

/** The tab and the part where a complaint is mended: by a path, or by a code that it names. Pure. */
export function placeOf({ part, at, value }: Pick<Complaint, 'part' | 'at' | 'value'>, body: unknown): string {
  if (part === 'drawing') return 'tab=drawing'
  const [list = '', index = ''] = at.split('.')
  const tab = tabs[list]
  if (tab !== undefined) return /^\d+$/.test(index) ? `tab=${tab}&part=${index}` : `tab=${tab}`
  const codes = new Set([at, ...(isObject(value) ? Object.values(value) : [])])
  for (const [name, place] of Object.entries(tabs)) {
    const found = listAt(body, [name]).findIndex((row) => codes.has(textAt(row, ['code'])))
    if (found >= 0) return `tab=${place}&part=${found}`
  }
  return 'tab=overview'
}
