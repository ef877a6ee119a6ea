import { useQuery } from '@tanstack/react-query'
import { Alert, Form } from 'antd'
import {
  EmptyState,
  FormBox,
  formatTime,
  holdsRole,
  ManyChoices,
  Page,
  Panel,
  ProblemAlert,
  SkeletonLines,
  TextItem,
  useCommand,
  useMe,
  useText,
} from '@tingzhou/ui'
import { Link, useNavigate, useParams } from 'react-router'
import type { Enterprise } from '../enterprise-contract.ts'
import type { SplitPartGroup } from '../split-contract.ts'
import { api } from './api.ts'
import { LineItem } from './parts.tsx'
import { AreaSelect } from './pickers.tsx'
import { editors } from './roles.ts'

/** What an entry has, and what of it goes over to an enterprise of its own. */
export function SplitPage() {
  const t = useText('registry')
  const { id = '' } = useParams()
  const mayNot = !holdsRole(useMe(), editors)
  const enterprise = useQuery({ ...api.enterprises.get.queryOptions({ input: { id } }), enabled: !mayNot })
  const parts = useQuery({ ...api.splits.parts.queryOptions({ input: { id } }), enabled: !mayNot })
  const problem = enterprise.error ?? parts.error
  return (
    <Page title={t('split.title')} width="form">
      {problem && (
        <ProblemAlert problem={problem} onRetry={() => void Promise.all([enterprise.refetch(), parts.refetch()])} />
      )}
      {mayNot ? (
        <EmptyState title={t('reason.merge')} />
      ) : enterprise.data && parts.data ? (
        // A newer revision starts the form anew: what was chosen on an older one could not be sent.
        <SplitForm key={enterprise.data.rev} enterprise={enterprise.data} groups={parts.data.groups} />
      ) : (
        !problem && <SkeletonLines lines={8} />
      )}
    </Page>
  )
}

/** The form: chosen parts by the field of their module. */
type Values = {
  readonly name: string
  readonly uscc?: string
  readonly areaId?: string | null
  readonly aliases?: string[]
  readonly parts?: Readonly<Record<string, string[] | undefined>>
  readonly why: string
}
type Input = Parameters<typeof api.splits.create.call>[0]

/** What is chosen, as the command wants it. Pure. */
function takesOf({ aliases = [], parts = {} }: Values): Input['takes'] {
  const { contacts = [], figures = [], ...others } = parts
  return {
    aliases,
    contactIds: contacts,
    figureIds: figures,
    parts: Object.entries(others).flatMap(([module, ids = []]) => ids.map((id) => ({ module, id }))),
  }
}

function SplitForm(props: { readonly enterprise: Enterprise; readonly groups: readonly SplitPartGroup[] }) {
  const t = useText('registry')
  const navigate = useNavigate()
  const { id, rev, name, aliases, areaId } = props.enterprise
  const command = useCommand({
    run: api.splits.create.call,
    invalidate: [api.enterprises.key(), api.contacts.key(), api.figures.key(), api.splits.key(), api.duplicates.key()],
    success: ({ undoUntil }) => t('split.done', { until: formatTime(undoUntil) }),
  })
  const groups = props.groups.filter(({ items }) => items.length > 0)
  return (
    <FormBox<Values, Input, { readonly id: string; readonly enterpriseId: string }>
      command={command}
      draft={`registry.split.${id}.${rev}`}
      initial={{ areaId }}
      toInput={(values) => ({
        id,
        rev,
        name: values.name,
        uscc: values.uscc || null,
        areaId: values.areaId ?? null,
        takes: takesOf(values),
        why: values.why,
      })}
      fieldNames={{ 'takes.aliases': 'aliases' }}
      submit={t('verb.split')}
      done={() => void navigate(`/enterprises/${id}?tab=merges`)}
      onCancel={() => void navigate(`/enterprises/${id}`)}
    >
      <p className="tz-second registry-inline">
        {t('split.from')} <Link to={`/enterprises/${id}`}>{name}</Link>
      </p>
      <p className="tz-second">{t('split.what')}</p>
      <Panel title={t('split.new')}>
        <LineItem name="name" label={t('field.name')} max={120} required />
        <LineItem name="uscc" label={t('field.uscc')} max={40} extra={t('help.uscc')} />
        <Form.Item name="areaId" label={t('field.areaId')}>
          <AreaSelect />
        </Form.Item>
        <TextItem name="why" label={t('why')} max={500} rows={2} required />
      </Panel>
      <Panel title={t('split.takes')}>
        {aliases.length === 0 && groups.length === 0 && <Alert type="info" showIcon message={t('split.nothing')} />}
        {aliases.length > 0 && (
          <Form.Item name="aliases" label={t('field.aliases')}>
            <ManyChoices
              className="registry-choices"
              options={aliases.map((alias) => ({ value: alias, label: alias }))}
            />
          </Form.Item>
        )}
        {groups.map(({ module, title, items, more }) => (
          <Form.Item
            key={module}
            name={['parts', module]}
            label={title}
            extra={more ? t('split.more', { n: items.length }) : undefined}
          >
            <ManyChoices
              className="registry-choices"
              options={items.map((item) => ({
                value: item.id,
                label: (
                  <>
                    {item.label} <span className="tz-second">{item.detail}</span>
                  </>
                ),
              }))}
            />
          </Form.Item>
        ))}
      </Panel>
    </FormBox>
  )
}
