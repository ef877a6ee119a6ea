import { useQuery } from '@tanstack/react-query'
import {
  EmptyState,
  FormBox,
  ObjectPage,
  useCommand,
  useMe,
  useText,
  VerbButton,
  When,
  StateTag,
  FormDrawer,
  OpenFormButton,
  useOpenForm,
} from '@tingzhou/ui'
import { useNavigate, useParams } from 'react-router'
import type { Rule, RoutingFault } from '../routing-contract.ts'
import type { z } from 'zod'
import { api } from './api.ts'
import { useCategories } from './catalogue.ts'
import { mayRule } from './roles.ts'
import { TextItem } from './room.tsx'
import { DryRun } from './routing-dry-run.tsx'
import { TableStateTag } from './routing-list.tsx'
import { RuleForm } from './rule-form.tsx'
import { conditionText, diffRules, targetsText, targetText, type Names, type RuleChange } from './rule-words.ts'
import { keyed, type Texts } from './words.ts'

export type Table = Awaited<ReturnType<typeof api.routing.get.call>>

/** One version of the routing table: its rules, what blocks publishing, a dry run, and what it would change. */
export function RoutingPage() {
  const t = useText('needs')
  const me = useMe()
  const { version: text = '' } = useParams()
  const version = Number(text)
  const query = useQuery(api.routing.get.queryOptions({ input: { version } }))
  const versions = useQuery(api.routing.list.queryOptions())
  const published = versions.data?.published ?? null
  const base = useQuery({
    ...api.routing.get.queryOptions({ input: { version: published ?? 1 } }),
    enabled: published !== null && published !== version,
  })
  const { item } = useOpenForm()
  const table = query.data
  if (!table)
    return (
      <ObjectPage
        title={t('routing.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const noRole = mayRule(me) ? null : t('reason.rule_role')
  const notDraft = table.state === 'draft' ? noRole : t('reason.not_draft')
  const changes = published === version ? [] : diffRules(base.data?.rows ?? [], table.rows)
  const names = { ...base.data?.names, ...table.names }
  const rule = table.rows.find(({ number }) => String(number) === item) ?? null
  return (
    <>
      <ObjectPage
        title={t('routing.version_n', { n: version })}
        state={<TableStateTag state={table.state} />}
        primary={
          table.state === 'draft' ? (
            <OpenFormButton
              name="publish"
              primary
              reason={noRole ?? (table.faults.length > 0 ? t('reason.faults', { n: table.faults.length }) : null)}
            >
              {t('routing.publish')}
            </OpenFormButton>
          ) : (
            <CopyButton version={version} reason={noRole} />
          )
        }
        verbs={
          table.state === 'draft' && (
            <OpenFormButton name="rule" reason={noRole}>
              {t('routing.add_rule')}
            </OpenFormButton>
          )
        }
        facts={[
          { label: t('routing.rules'), value: table.rows.length },
          { label: t('field.note'), value: table.note || '–' },
          { label: t('routing.made'), value: <Signed by={table.createdBy} at={table.createdAt} /> },
          {
            label: t('routing.published'),
            value: table.publishedAt === null ? '–' : <Signed by={table.publishedBy ?? ''} at={table.publishedAt} />,
          },
        ]}
        tabs={[
          {
            key: 'rules',
            label: t('routing.rules'),
            children: (
              <>
                <Faults table={table} />
                <Rules table={table} refused={noRole} />
              </>
            ),
          },
          { key: 'dry', label: t('routing.dry_run'), children: <DryRun version={version} /> },
          {
            key: 'diff',
            label: t('routing.diff'),
            children: <Diff changes={changes} names={names} published={published} version={version} />,
          },
        ]}
        problem={query.error}
      />
      <FormDrawer name="rule" title={t(rule ? 'routing.edit_rule' : 'routing.add_rule')} width={640}>
        <RuleForm key={item ?? 'new'} table={table} rule={rule} refused={notDraft} />
      </FormDrawer>
      <FormDrawer name="publish" title={t('routing.publish')} width={720}>
        <Publish table={table} changes={changes} names={names} published={published} />
      </FormDrawer>
    </>
  )
}

/** A table that is or was in use is never edited: its copy is. */
function CopyButton({ version, reason }: { readonly version: number; readonly reason: string | null }) {
  const t = useText('needs')
  const navigate = useNavigate()
  const draft = useCommand({
    run: api.routing.draft.call,
    invalidate: [api.routing.key()],
    success: t('routing.drafted'),
    done: (made) => void navigate(`/routing/${made.version}`),
  })
  return (
    <VerbButton
      type="primary"
      reason={reason}
      loading={draft.pending}
      onClick={() => void draft.run({ from: version })}
    >
      {t('routing.copy')}
    </VerbButton>
  )
}

function Signed({ by, at }: { readonly by: string; readonly at: number }) {
  return (
    <>
      {by} · <When at={at} />
    </>
  )
}

const faultsShown = 30

/** What would block publishing now, each with the category or rule at fault. */
function Faults({ table }: { readonly table: Table }) {
  const t = useText('needs')
  const { labelOf } = useCategories()
  if (table.faults.length === 0) return null
  return (
    <section className="needs-faults">
      <StateTag tone="attention">{t('routing.blocked', { n: table.faults.length })}</StateTag>
      <ul className="needs-lines">
        {table.faults.slice(0, faultsShown).map((fault) => (
          <li key={`${fault.kind} ${fault.category} ${fault.ruleNumber} ${fault.area?.id ?? ''}`}>
            {faultText(t, labelOf, fault)}
          </li>
        ))}
      </ul>
    </section>
  )
}

function faultText(t: Texts, labelOf: (code: string | null) => string, fault: z.infer<typeof RoutingFault>): string {
  return keyed(t, 'routing.fault', fault.kind, fault.kind)
    .replaceAll('%category%', labelOf(fault.category))
    .replaceAll('%area%', fault.area?.name ?? t('routing.every_area'))
    .replaceAll('%rule%', String(fault.ruleNumber ?? '–'))
    .replaceAll('%owner%', fault.owner?.name ?? '–')
}

function Rules({ table, refused }: { readonly table: Table; readonly refused: string | null }) {
  const t = useText('needs')
  const { labelOf } = useCategories()
  const remove = useCommand({ run: api.routing.setRules.call, invalidate: [api.routing.key()], success: t('saved') })
  if (table.rows.length === 0) return <EmptyState title={t('routing.no_rules')} text={t('routing.no_rules_text')} />
  const editable = table.state === 'draft'
  const rules = table.rows.toSorted((a, b) => a.number - b.number)
  return (
    <div className="needs-scroll" tabIndex={0} role="region" aria-label={t('routing.rules')}>
      <table className="needs-edit-table">
        <thead>
          <tr>
            <th scope="col">{t('routing.number')}</th>
            <th scope="col">{t('routing.when')}</th>
            <th scope="col">{t('routing.owner')}</th>
            <th scope="col">{t('routing.assistants')}</th>
            <th scope="col">{t('routing.watchers')}</th>
            <th scope="col">{t('column.class')}</th>
            <th scope="col">{t('field.note')}</th>
            {editable && <th scope="col">{t('verbs')}</th>}
          </tr>
        </thead>
        <tbody>
          {rules.map((rule) => (
            <tr key={rule.number} id={`rule-${rule.number}`}>
              <th scope="row" className="tz-number">
                {rule.number}
              </th>
              <td>{conditionText(t, table.names, labelOf, rule)}</td>
              <td>{ownerText(t, table.names, rule)}</td>
              <td>{rule.effect === 'assign' ? targetsText(t, table.names, rule.assistants) : '–'}</td>
              <td>{targetsText(t, table.names, rule.watchers)}</td>
              <td>{rule.effect === 'assign' && rule.class !== null ? t(`class.${rule.class}`) : '–'}</td>
              <td className="tz-second">{rule.note}</td>
              {editable && (
                <td className="needs-row-verbs">
                  <OpenFormButton name="rule" size="small" item={String(rule.number)} reason={refused}>
                    {t('verb.change')}
                  </OpenFormButton>{' '}
                  <VerbButton
                    size="small"
                    reason={refused}
                    loading={remove.pending}
                    confirm={{ title: t('routing.remove_title', { n: rule.number }), verb: t('verb.remove') }}
                    onClick={() =>
                      void remove.run({
                        version: table.version,
                        rev: table.rev,
                        rules: table.rows.filter(({ number }) => number !== rule.number),
                      })
                    }
                  >
                    {t('verb.remove')}
                  </VerbButton>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function ownerText(t: Texts, names: Names, rule: Rule): string {
  return rule.effect === 'assign' ? targetText(t, names, rule.owner) : t('routing.watch_only')
}

type DiffProps = {
  readonly changes: readonly RuleChange[]
  readonly names: Names
  readonly published: number | null
}

/** What this table changes against the published one. */
function Diff({ changes, names, published, version }: DiffProps & { readonly version: number }) {
  const t = useText('needs')
  if (published === version) return <EmptyState title={t('routing.is_published')} />
  if (changes.length === 0) return <EmptyState title={t('routing.same')} />
  return <DiffTable changes={changes} names={names} published={published} />
}

function DiffTable({ changes, names, published }: DiffProps) {
  const t = useText('needs')
  const { labelOf } = useCategories()
  const side = (rule: Rule | null) =>
    rule === null ? (
      '–'
    ) : (
      <>
        {conditionText(t, names, labelOf, rule)} → {ownerText(t, names, rule)}
        {rule.effect === 'assign' && rule.assistants.length > 0 && (
          <span className="tz-second"> · {targetsText(t, names, rule.assistants)}</span>
        )}
        {rule.effect === 'assign' && rule.class !== null && (
          <span className="tz-second"> · {t(`class.${rule.class}`)}</span>
        )}
        {rule.watchers.length > 0 && (
          <span className="tz-second">
            {' '}
            · {t('routing.watchers')} {targetsText(t, names, rule.watchers)}
          </span>
        )}
        {rule.note && <span className="tz-second"> · {rule.note}</span>}
      </>
    )
  return (
    <div className="needs-scroll" tabIndex={0} role="region" aria-label={t('routing.diff')}>
      <table className="needs-edit-table">
        <thead>
          <tr>
            <th scope="col">{t('routing.number')}</th>
            <th scope="col">{t('routing.change')}</th>
            <th scope="col">{published === null ? t('routing.before') : t('routing.version_n', { n: published })}</th>
            <th scope="col">{t('routing.after')}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <tr key={change.number} className={`needs-diff-${change.kind}`}>
              <th scope="row" className="tz-number">
                {change.number}
              </th>
              <td>{t(`routing.changed.${change.kind}`)}</td>
              <td>{side(change.before)}</td>
              <td>{side(change.after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Publish({ table, changes, names, published }: DiffProps & { readonly table: Table }) {
  const t = useText('needs')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.routing.publish.call,
    invalidate: [api.routing.key()],
    success: t('routing.was_published', { n: table.version }),
  })
  return (
    <FormBox<
      { readonly why?: string },
      Parameters<typeof api.routing.publish.call>[0],
      Awaited<ReturnType<typeof api.routing.publish.call>>
    >
      command={command}
      toInput={({ why = '' }) => ({ version: table.version, rev: table.rev, why })}
      submit={t('routing.publish_n', { n: table.version })}
      done={close}
      onCancel={close}
      reason={table.faults.length > 0 ? t('reason.faults', { n: table.faults.length }) : null}
    >
      <p>{t('routing.publish_text', { n: changes.length })}</p>
      {changes.length > 0 && <DiffTable changes={changes} names={names} published={published} />}
      <TextItem name="why" label={t('field.why')} max={500} rows={2} />
    </FormBox>
  )
}
