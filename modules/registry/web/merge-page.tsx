import { useQuery } from '@tanstack/react-query'
import { Alert, Form, Input, Radio } from 'antd'
import {
  formatTime,
  holdsRole,
  Page,
  Panel,
  ProblemAlert,
  SkeletonLines,
  useCommand,
  useMe,
  useText,
  VerbButton,
} from '@tingzhou/ui'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import type { Enterprise } from '../enterprise-contract.ts'
import { conflictingCodes, conflictsOf } from '../merge-rules.ts'
import { api } from './api.ts'
import { useAreas } from './catalogue.ts'
import { ConflictLines } from './conflicts.tsx'
import { editors } from './roles.ts'
import { shownValue } from './words.ts'

const compared = [
  'name',
  'uscc',
  'aliases',
  'areaId',
  'address',
  'point',
  'industry',
  'otherIndustries',
  'founded',
  'size',
  'aboveScaleYears',
  'ownership',
  'status',
  'tags',
  'chains',
  'source',
] as const

/** Two entries side by side, and which of them stays. */
export function MergePage() {
  const t = useText('registry')
  const { id = '', otherId = '' } = useParams()
  const a = useQuery(api.enterprises.get.queryOptions({ input: { id } }))
  const b = useQuery(api.enterprises.get.queryOptions({ input: { id: otherId } }))
  const problem = a.error ?? b.error
  return (
    <Page title={t('merge.title')} width="reading">
      {problem && <ProblemAlert problem={problem} onRetry={() => void Promise.all([a.refetch(), b.refetch()])} />}
      {a.isPending || b.isPending ? <SkeletonLines lines={8} /> : null}
      {a.data && b.data && <Compare key={`${a.data.rev} ${b.data.rev}`} a={a.data} b={b.data} />}
    </Page>
  )
}

function Compare({ a, b }: { readonly a: Enterprise; readonly b: Enterprise }) {
  const t = useText('registry')
  const me = useMe()
  const navigate = useNavigate()
  const [stays, setStays] = useState(b.id)
  const [why, setWhy] = useState('')
  const [from, into] = stays === a.id ? [b, a] : [a, b]
  const areas = new Map(useAreas().map(({ id, name }) => [id, name]))
  const conflicts = conflictsOf(into, from)
  const codes = conflictingCodes(into, from)
  const merge = useCommand({
    run: api.merges.create.call,
    invalidate: [api.enterprises.key(), api.contacts.key(), api.duplicates.key(), api.merges.key()],
    success: ({ undoUntil }) => t('merge.done', { until: formatTime(undoUntil) }),
  })
  const run = async () => {
    const done = await merge.run({ id: from.id, into: into.id, rev: from.rev, intoRev: into.rev, why: why.trim() })
    if (done.ok) void navigate(`/enterprises/${into.id}`)
  }
  const same = a.id === b.id
  const refused = !holdsRole(me, editors)
    ? t('reason.merge')
    : same
      ? t('merge.same')
      : why.trim() === ''
        ? t('merge.why_needed')
        : null
  return (
    <>
      <Panel>
        <CompareTable a={a} b={b} stays={stays} />
      </Panel>
      <Form layout="vertical" className="tz-form">
        <Form.Item label={t('merge.stays')}>
          <Radio.Group
            value={stays}
            onChange={(event) => setStays(String(event.target.value))}
            options={[a, b].map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Form.Item>
        <Form.Item label={t('why')} required htmlFor="registry-merge-why">
          <Input.TextArea
            id="registry-merge-why"
            rows={2}
            maxLength={500}
            value={why}
            onChange={(event) => setWhy(event.target.value)}
          />
        </Form.Item>
        <p className="tz-second">{t('merge.what')}</p>
        {codes && <Alert type="error" showIcon message={t('merge.two_codes', codes)} />}
        {conflicts.length > 0 && (
          <section aria-label={t('merge.loses')} className="registry-above">
            <h2>{t('merge.loses')}</h2>
            <ConflictLines conflicts={conflicts} areas={areas} />
          </section>
        )}
        <VerbButton
          type="primary"
          reason={refused}
          loading={merge.pending}
          confirm={{
            title: t('merge.confirm', { from: from.name, into: into.name }),
            text:
              conflicts.length > 0
                ? t('merge.confirm_conflicts', {
                    fields: conflicts.map(({ field }) => t(`field.${field}`)).join(t('comma')),
                  })
                : t('merge.confirm_text'),
            verb: t('verb.merge'),
            danger: true,
          }}
          onClick={() => void run()}
        >
          {t('verb.merge')}
        </VerbButton>
      </Form>
    </>
  )
}

function CompareTable(props: { readonly a: Enterprise; readonly b: Enterprise; readonly stays: string }) {
  const t = useText('registry')
  const areas = new Map(useAreas().map(({ id, name }) => [id, name]))
  const columns = [props.a, props.b]
  return (
    <div className="registry-compare">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('merge.field')}</th>
            {columns.map(({ id }) => (
              <th scope="col" key={id}>
                {id === props.stays ? t('merge.keep') : t('merge.goes')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {compared.map((field) => {
            const [one = '', other = ''] = columns.map((enterprise) => shownValue(t, field, enterprise[field], areas))
            return (
              <tr key={field} className={one === other ? '' : 'registry-differs'}>
                <th scope="row">{t(`field.${field}`)}</th>
                <td>{one}</td>
                <td>{other}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
