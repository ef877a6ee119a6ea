import { useQuery } from '@tanstack/react-query'
import {
  EmptyState,
  FormDrawer,
  FormBox,
  ObjectPage,
  OpenFormButton,
  Panel,
  StateTag,
  useCommand,
  useOpenForm,
  useText,
  VerbButton,
  When,
} from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import { api, changedKeys, nameOf, typePath } from './api.ts'
import { useConditionText } from './condition-text.ts'
import { measuredFacts } from './measured-facts.ts'
import { ReasonItem } from './reason-item.tsx'
import { RuleForm } from './rule-form.tsx'
import { LevelTag, useRuleRefusal } from './tags.tsx'

type Shown = Awaited<ReturnType<typeof api.pointRules.call>>
type View = Shown['views'][number]

/** The rules of one point: what its type says, what it says itself, what a rule would have raised. */
export function RulePage() {
  const t = useText('alarms')
  const { point = '' } = useParams()
  const query = useQuery(api.pointRules.queryOptions({ input: { point: Number(point) } }))
  const refused = useRuleRefusal()
  const shown = query.data
  return (
    <>
      <ObjectPage
        title={shown ? nameOf(shown.name) : t('rules.one')}
        {...(shown ? { id: shown.code } : {})}
        primary={
          <OpenFormButton name="edit" primary reason={refused}>
            {t('verb.add_rule')}
          </OpenFormButton>
        }
        verbs={<VerbButton href={`/alarm-history?point=${point}`}>{t('nav.history')}</VerbButton>}
        {...(shown
          ? {
              facts: [
                { label: t('field.place'), value: shown.place },
                { label: t('field.type'), value: <TypeLink shown={shown} /> },
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
          <FormDrawer name="edit" title={t('rules.edit')} width={680}>
            <PointRuleForm shown={shown} />
          </FormDrawer>
          <FormDrawer name="off" title={t('verb.switch_off')}>
            <ModeForm shown={shown} mode="off" />
          </FormDrawer>
          <FormDrawer name="inherit" title={t('verb.inherit')}>
            <ModeForm shown={shown} mode="inherit" />
          </FormDrawer>
        </>
      )}
    </>
  )
}

/** The way to the rules of the type, for whoever may change them. */
function TypeLink({ shown: { profileKey, template } }: { readonly shown: Shown }) {
  const refused = useRuleRefusal()
  if (profileKey === null) return '–'
  if (template === null || refused !== null) return profileKey
  return <Link to={typePath(profileKey, template)}>{profileKey}</Link>
}

function Rules({ shown }: { readonly shown: Shown }) {
  const t = useText('alarms')
  if (shown.views.length === 0) return <EmptyState title={t('rules.none')} text={t('rules.none_text')} />
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
  const rule = view.rule ?? view.ofType
  if (!rule) return <OffCard view={view} />
  return (
    <Panel title={nameOf(rule.name)}>
      <p>
        <LevelTag level={rule.level} /> {conditionText(rule.condition, shown.unit)}
      </p>
      <p className="tz-second">
        {view.rule === null ? t('rules.switched_off') : t(`rules.from_${view.from}`)}
        {view.from === 'point' && view.at !== null && (
          <>
            {' · '}
            {view.by} <When at={view.at} /> · {view.reason}
          </>
        )}
        {view.hold && <> · {t(`rules.hold_${view.hold.kind}`, { by: view.hold.by })}</>}
      </p>
      <p className="tz-alarm-verbs">
        <OpenFormButton name="edit" item={view.key} size="small" reason={refused}>
          {t('verb.edit')}
        </OpenFormButton>
        <OpenFormButton
          name="off"
          item={view.key}
          size="small"
          reason={refused ?? (view.rule === null ? t('reason.off_already') : null)}
        >
          {t('verb.switch_off')}
        </OpenFormButton>
        <OpenFormButton
          name="inherit"
          item={view.key}
          size="small"
          reason={refused ?? (view.from === 'point' ? null : t('reason.inherits_already'))}
        >
          {t('verb.inherit')}
        </OpenFormButton>
      </p>
    </Panel>
  )
}

/** A rule of the point's own that is switched off: nothing is left of it but its name, who did it and why. */
function OffCard({ view: { key, by, at, reason } }: { readonly view: View }) {
  const t = useText('alarms')
  const refused = useRuleRefusal()
  return (
    <Panel title={key}>
      <p>
        <StateTag tone="plain" shape="pause">
          {t('rules.off')}
        </StateTag>{' '}
        {t('rules.off_text')}
      </p>
      <p className="tz-second">
        {by} {at !== null && <When at={at} />} · {reason}
      </p>
      <p className="tz-alarm-verbs">
        <OpenFormButton name="edit" item={key} size="small" reason={refused}>
          {t('verb.set_again')}
        </OpenFormButton>
        <OpenFormButton name="inherit" item={key} size="small" reason={refused}>
          {t('verb.drop_rule')}
        </OpenFormButton>
      </p>
    </Panel>
  )
}

function PointRuleForm({ shown: { point, code, kind, unit, views } }: { readonly shown: Shown }) {
  const t = useText('alarms')
  const command = useCommand({ run: api.saveRule.call, invalidate: changedKeys, success: t('done.rule') })
  const known = views.map(({ key, rule, ofType, rev }) => ({ key, rule: rule ?? ofType, rev }))
  return (
    <RuleForm<Parameters<typeof api.saveRule.call>[0]>
      desk={{
        kind,
        unit,
        known,
        triedAt: [{ point, code }],
        command,
        toInput: (said) => ({ point, mode: 'own', ...said }),
      }}
    />
  )
}

/** Switches a rule off at the point, or lets the type speak again. */
function ModeForm({ shown, mode }: { readonly shown: Shown; readonly mode: 'off' | 'inherit' }) {
  const t = useText('alarms')
  const { item, close } = useOpenForm()
  const view = shown.views.find(({ key }) => key === item)
  const save = useCommand({ run: api.saveRule.call, invalidate: changedKeys, success: t('done.rule') })
  if (!view) return null
  return (
    <FormBox<{ readonly reason: string }, Parameters<typeof api.saveRule.call>[0], { rev: number }>
      command={save}
      toInput={({ reason }) => ({ point: shown.point, key: view.key, mode, rule: null, reason, rev: view.rev })}
      submit={t(mode === 'off' ? 'verb.switch_off' : 'verb.inherit')}
      done={close}
      onCancel={close}
    >
      <ReasonItem />
    </FormBox>
  )
}
