import { useQuery } from '@tanstack/react-query'
import {
  EmptyState,
  FormBox,
  FormDrawer,
  ObjectPage,
  OpenFormButton,
  Panel,
  useCommand,
  useOpenForm,
  useText,
  VerbButton,
  When,
} from '@tingzhou/ui'
import { Alert } from 'antd'
import { useParams } from 'react-router'
import { api, changedKeys, nameOf } from './api.ts'
import { useConditionText } from './condition-text.ts'
import { measuredFacts } from './measured-facts.ts'
import { ReasonItem } from './reason-item.tsx'
import { RuleForm } from './rule-form.tsx'
import { LevelTag, useRuleRefusal } from './tags.tsx'

type Shown = Awaited<ReturnType<typeof api.typeRules.call>>
type View = Shown['views'][number]
type Input = Parameters<typeof api.saveTypeRule.call>[0]

/** The rules that every machine of a type has, unless its point says otherwise. */
export function TypePage() {
  const t = useText('alarms')
  const { profileKey = '', template = '' } = useParams()
  const query = useQuery(api.typeRules.queryOptions({ input: { profileKey, template } }))
  const refused = useRuleRefusal()
  const shown = query.data
  return (
    <>
      <ObjectPage
        title={shown ? `${nameOf(shown.profileName)} · ${nameOf(shown.name)}` : t('types.one')}
        {...(shown ? { id: `${shown.profileKey}.${shown.template}` } : {})}
        primary={
          <OpenFormButton name="edit" primary reason={refused}>
            {t('verb.add_rule')}
          </OpenFormButton>
        }
        verbs={
          <VerbButton href={`/alarm-rules?q=${encodeURIComponent(`.${template}`)}`}>{t('verb.by_point')}</VerbButton>
        }
        {...(shown
          ? {
              facts: [
                { label: t('field.points'), value: t('types.points', { n: shown.points }) },
                ...measuredFacts(shown, t),
              ],
            }
          : {})}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
        tabs={shown ? [{ key: 'rules', label: t('rules.title'), children: <Rules shown={shown} /> }] : []}
      />
      {shown && (
        <>
          <FormDrawer name="edit" title={t('types.edit')} width={680}>
            <Reach shown={shown} />
            <TypeRuleForm shown={shown} />
          </FormDrawer>
          <FormDrawer name="off" title={t('verb.switch_off')}>
            <Reach shown={shown} />
            <OffForm shown={shown} />
          </FormDrawer>
        </>
      )}
    </>
  )
}

/** At how many points it counts: said before it is done. */
function Reach({ shown }: { readonly shown: Shown }) {
  const t = useText('alarms')
  const { item } = useOpenForm()
  const otherwise = shown.views.find(({ key }) => key === item)?.otherwise ?? 0
  return (
    <Alert
      className="tz-alarm-trial"
      type="info"
      showIcon
      title={
        otherwise > 0
          ? t('types.reach_but', { n: shown.points - otherwise, otherwise })
          : t('types.reach', { n: shown.points })
      }
    />
  )
}

function Rules({ shown }: { readonly shown: Shown }) {
  const t = useText('alarms')
  if (shown.views.length === 0) return <EmptyState title={t('types.none')} text={t('types.none_text')} />
  return (
    <>
      {shown.views.map((view) => (
        <RuleCard key={view.key} shown={shown} view={view} />
      ))}
    </>
  )
}

function RuleCard({ shown, view }: { readonly shown: Shown; readonly view: View }) {
  const t = useText('alarms')
  const refused = useRuleRefusal()
  const conditionText = useConditionText()
  const rule = view.rule ?? view.builtIn
  return (
    <Panel title={rule ? nameOf(rule.name) : view.key}>
      {rule && (
        <p>
          <LevelTag level={rule.level} /> {conditionText(rule.condition, shown.unit)}
        </p>
      )}
      <p className="tz-second">
        {t(view.rule === null ? 'types.switched_off' : 'types.stands')}
        {view.reason !== '' && (
          <>
            {' · '}
            {view.by} <When at={view.at} /> · {view.reason}
          </>
        )}
        {view.otherwise > 0 && <> · {t('types.otherwise', { n: view.otherwise })}</>}
      </p>
      <p className="tz-alarm-verbs">
        <OpenFormButton name="edit" item={view.key} size="small" reason={refused}>
          {t(view.rule === null ? 'verb.switch_on' : 'verb.edit')}
        </OpenFormButton>
        <OpenFormButton
          name="off"
          item={view.key}
          size="small"
          reason={refused ?? (view.rule === null ? t('reason.off_already') : null)}
        >
          {t('verb.switch_off')}
        </OpenFormButton>
      </p>
    </Panel>
  )
}

function TypeRuleForm({ shown: { profileKey, template, kind, unit, samples, views } }: { readonly shown: Shown }) {
  const t = useText('alarms')
  const command = useCommand({ run: api.saveTypeRule.call, invalidate: changedKeys, success: t('done.rule') })
  const known = views.map(({ key, rule, builtIn, rev }) => ({ key, rule: rule ?? builtIn, rev }))
  return (
    <RuleForm<Input>
      desk={{
        kind,
        unit,
        known,
        triedAt: samples,
        command,
        toInput: (said) => ({ profileKey, template, mode: 'own', ...said }),
      }}
    />
  )
}

/** Switches a rule off for the type. */
function OffForm({ shown: { profileKey, template, views } }: { readonly shown: Shown }) {
  const t = useText('alarms')
  const { item, close } = useOpenForm()
  const view = views.find(({ key }) => key === item)
  const save = useCommand({ run: api.saveTypeRule.call, invalidate: changedKeys, success: t('done.rule') })
  if (!view) return null
  return (
    <FormBox<{ readonly reason: string }, Input, unknown>
      command={save}
      toInput={({ reason }) => ({
        profileKey,
        template,
        key: view.key,
        mode: 'off',
        rule: null,
        reason,
        rev: view.rev,
      })}
      submit={t('verb.switch_off')}
      done={close}
      onCancel={close}
    >
      <ReasonItem />
    </FormBox>
  )
}
