import { useQuery } from '@tanstack/react-query'
import { Drawer, Form, Input, Radio } from 'antd'
import {
  EmptyState,
  FormBox,
  Page,
  ProblemAlert,
  SkeletonLines,
  StateTag,
  useCommand,
  useLate,
  useMe,
  useNarrow,
  useText,
  VerbButton,
  When,
  type Content,
  type Tone,
} from '@tingzhou/ui'
import { Link, useNavigate, useSearchParams } from 'react-router'
import type * as z from 'zod'
import type { VersionRow } from '../editor-contract.ts'
import { api } from './api.ts'
import { blankOneThing } from './part-blank.ts'
import { mayDesign } from './roles.ts'
import { useSay } from './words.ts'

export type Version = z.infer<typeof VersionRow>

export const versionTones: Readonly<Record<Version['state'], Tone>> = {
  draft: 'busy',
  published: 'good',
  retired: 'plain',
}

/** 一件事版本: what is published, what is being written, what is out of use. */
export function VersionList() {
  const t = useText('services')
  const say = useSay()
  const me = useMe()
  const [query, setQuery] = useSearchParams()
  const list = useQuery(api.editor.versions.queryOptions({ input: {} }))
  const late = useLate(list.isPending)
  const reason = mayDesign(me) ? null : t('reason.admin_only')
  const rows = list.data ?? []
  return (
    <Page
      title={t('versions.title')}
      primary={
        <VerbButton type="primary" reason={reason} onClick={() => setQuery({ do: 'new' })}>
          {t('verb.new_thing')}
        </VerbButton>
      }
    >
      {list.error && <ProblemAlert problem={list.error} onRetry={() => void list.refetch()} />}
      {late && <SkeletonLines lines={8} />}
      {list.data && rows.length === 0 && <EmptyState title={t('versions.empty')} />}
      {rows.length > 0 && (
        <div className="tz-panel services-scroll" role="region" tabIndex={0} aria-label={t('versions.title')}>
          <table className="services-table">
            <thead>
              <tr>
                <th>{t('column.one_thing')}</th>
                <th>{t('column.version')}</th>
                <th>{t('column.state')}</th>
                <th className="services-right">{t('versions.applications')}</th>
                <th>{t('versions.edited')}</th>
                <th>{t('versions.published')}</th>
                <th aria-label={t('column.verbs')} />
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id}>
                  <td>
                    <Link to={`/one-thing-versions/${row.id}`}>{say(row.name) || row.code}</Link>
                    <span className="tz-caption tz-mono services-under">{row.code}</span>
                  </td>
                  <td className="tz-number">{row.state === 'draft' ? '–' : `v${row.version}`}</td>
                  <td>
                    <StateTag tone={versionTones[row.state]}>{t(`version_state.${row.state}`)}</StateTag>
                  </td>
                  <td className="services-right tz-number">{row.applications}</td>
                  <td>
                    {row.editedBy} <When at={row.editedAt} />
                  </td>
                  <td>
                    {row.publishedAt === null ? '–' : <When at={row.publishedAt} />}
                    {row.why && <span className="tz-caption services-under">{row.why}</span>}
                  </td>
                  <td>
                    {row.state === 'published' && (
                      <DraftButton
                        code={row.code}
                        reason={
                          reason ??
                          (rows.some(({ code, state }) => code === row.code && state === 'draft')
                            ? t('versions.has_draft')
                            : null)
                        }
                      />
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <NewThing open={query.get('do') === 'new'} close={() => setQuery({}, { replace: true })} />
    </Page>
  )
}

function DraftButton({ code, reason }: { readonly code: string; readonly reason: string | null }) {
  const t = useText('services')
  const navigate = useNavigate()
  const command = useCommand({
    run: api.editor.draft.call,
    invalidate: [api.editor.key()],
    done: ({ id }) => void navigate(`/one-thing-versions/${id}`),
  })
  return (
    <VerbButton size="small" reason={reason} loading={command.pending} onClick={() => void command.run({ code })}>
      {t('verb.new_draft')}
    </VerbButton>
  )
}

type Values = { readonly code: string; readonly zh: string; readonly en: string; readonly target: string }
type Input_ = Parameters<typeof api.editor.draft.call>[0]
type Output = Awaited<ReturnType<typeof api.editor.draft.call>>

/** A fourteenth: a code, a name, for whom; the rest is written in the draft. */
function NewThing({ open, close }: { readonly open: boolean; readonly close: () => void }) {
  const t = useText('services')
  const narrow = useNarrow()
  const navigate = useNavigate()
  const command = useCommand({
    run: api.editor.draft.call,
    invalidate: [api.editor.key()],
    success: t('versions.begun'),
  })
  const must = (label: string) => ({ required: true, whitespace: true, message: t('rule.required', { label }) })
  return (
    <Drawer open={open} onClose={close} title={t('verb.new_thing')} size={narrow ? '100%' : 560} destroyOnHidden>
      <FormBox<Values, Input_, Output>
        draft="services.new_thing"
        command={command}
        initial={{ target: 'enterprise' }}
        submit={t('verb.begin')}
        toInput={({ code, zh, en, target }): Content<Input_> => ({
          code,
          body: blankOneThing(code, { zh, en }, target),
        })}
        done={({ id }) => navigate(`/one-thing-versions/${id}`)}
        onCancel={close}
      >
        <Form.Item
          name="code"
          label={t('column.code')}
          extra={t('designer.code')}
          rules={[must(t('column.code')), { pattern: /^[a-z][a-z0-9_]{0,59}$/, message: t('designer.code') }]}
        >
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item
          name="zh"
          label={t('designer.in_zh', { label: t('designer.name') })}
          rules={[must(t('designer.name'))]}
        >
          <Input maxLength={300} />
        </Form.Item>
        <Form.Item
          name="en"
          label={t('designer.in_en', { label: t('designer.name') })}
          rules={[must(t('designer.name'))]}
        >
          <Input maxLength={300} />
        </Form.Item>
        <Form.Item name="target" label={t('guide.for')}>
          <Radio.Group options={['enterprise', 'person'].map((value) => ({ value, label: t(`target.${value}`) }))} />
        </Form.Item>
      </FormBox>
    </Drawer>
  )
}
