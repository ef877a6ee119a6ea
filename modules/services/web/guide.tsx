import { useQuery } from '@tanstack/react-query'
import {
  FactList,
  holdsRole,
  isNowhere,
  NotFound,
  Panel,
  ProblemAlert,
  SkeletonLines,
  useLate,
  useMe,
  usePageTitle,
  useText,
  VerbButton,
} from '@tingzhou/ui'
import { useParams, useSearchParams } from 'react-router'
import type { Burden, OneThing } from '../one-thing.ts'
import { api } from './api.ts'
import { officials } from './roles.ts'
import { Mark } from './tags.tsx'
import { useBase } from './surface.ts'
import { keyed, useSay } from './words.ts'

/** 办事指南: what it is, who decides what in how many days, what is needed, and what it spares; officials read where the days come from. */
export function Guide() {
  const t = useText('services')
  const say = useSay()
  const { counter, base } = useBase()
  const { code = '' } = useParams()
  const [query] = useSearchParams()
  const me = useMe()
  const guide = useQuery(api.catalogue.guide.queryOptions({ input: { code } }))
  usePageTitle(guide.data ? say(guide.data.name) : t('guide.title'))
  const late = useLate(guide.isPending)
  const frame = counter ? 'services-counter' : 'tz-page services-reading'
  if (!guide.data) {
    if (guide.error && isNowhere(guide.error)) return <NotFound />
    return (
      <div className={frame}>
        {late && <SkeletonLines lines={10} />}
        <ProblemAlert problem={guide.error} onRetry={() => void guide.refetch()} />
      </div>
    )
  }
  const { body, departments, taking, lead, jointDays } = guide.data
  const visit = query.get('visit')
  const sum = body.items.reduce((days, item) => days + item.promised.days, 0)
  return (
    <div className={frame}>
      <header className="services-head">
        <div>
          <h1 tabIndex={-1}>{say(body.name)}</h1>
          <p className="tz-second">{say(body.summary)}</p>
        </div>
        <VerbButton
          type="primary"
          size={counter ? 'large' : 'middle'}
          href={`${base}/services/${code}/apply${visit ? `?visit=${visit}` : ''}`}
          reason={taking ? null : t('hall.not_taking')}
        >
          {t('verb.apply')}
        </VerbButton>
      </header>
      {!taking && body.yearly && (
        <p className="services-attention">{t('guide.yearly', { from: body.yearly.from, to: body.yearly.to })}</p>
      )}
      <Panel>
        <FactList
          facts={[
            { label: t('guide.for'), value: t(`target.${body.target}`) },
            { label: t('guide.lead'), value: lead.name },
            { label: t('plan.joint_days'), value: t('days_n', { count: jointDays }) },
            { label: t('plan.sum_all_days'), value: t('guide.sum', { days: sum, items: body.items.length }) },
            {
              label: t('guide.channels'),
              value: body.channels.map((channel) => t(`channel.${channel}`)).join(t('list_comma')),
            },
            { label: t('guide.level'), value: t(`level.${body.level}`) },
          ]}
        />
        {holdsRole(me, officials) && (
          <p className="tz-caption">
            {t('guide.promise_from', {
              source: keyed(
                t,
                'value_source',
                body.jointPromise.source === 'invented default' ? 'invented' : null,
                body.jointPromise.source.replace(/^reported: /, ''),
              ),
            })}
          </p>
        )}
      </Panel>
      <Panel title={t('plan.items')}>
        <GuideItems body={body} departments={departments} />
      </Panel>
      <Panel title={t('guide.materials')}>
        <GuideMaterials body={body} />
      </Panel>
      <Panel title={t('guide.cuts')}>
        <GuideCuts body={body} sum={sum} joint={jointDays} />
      </Panel>
      {body.basis.length > 0 && (
        <Panel title={t('guide.basis')}>
          <ul className="services-lines">
            {body.basis.map(({ title }) => (
              <li key={title.zh}>{say(title)}</li>
            ))}
          </ul>
        </Panel>
      )}
    </div>
  )
}

type Departments = readonly { readonly code: string; readonly name: string }[]

function GuideItems({ body, departments }: { readonly body: OneThing; readonly departments: Departments }) {
  const t = useText('services')
  const say = useSay()
  const names = new Map(departments.map(({ code, name }) => [code, name]))
  return (
    <ul className="services-lines">
      {body.items.map((item) => (
        <li key={item.code}>
          <span>
            {say(item.name)}
            <span className="tz-caption services-under">
              {names.get(item.department) ?? item.department} · {t(`item_kind.${item.kind}`)}
              {!item.always && ` · ${t('guide.by_situation')}`}
              {item.automatic && ` · ${t('plan.automatic', { minutes: item.automatic.minutes })}`}
            </span>
          </span>
          <span className="tz-number">{t('days_n', { count: item.promised.days })}</span>
        </li>
      ))}
    </ul>
  )
}

function GuideMaterials({ body }: { readonly body: OneThing }) {
  const t = useText('services')
  const say = useSay()
  if (body.materials.length === 0) return <p className="tz-second">{t('materials.no_asked')}</p>
  return (
    <ul className="services-lines">
      {body.materials.map((material) => (
        <li key={material.code}>
          <span>
            {say(material.name)}
            <span className="tz-caption services-under">
              {[
                t(`material_kind.${material.kind}`),
                t(`material_form.${material.form}`),
                t(`material_from.${material.from.kind}`),
                ...(material.situational ? [t('guide.by_situation')] : []),
              ].join(' · ')}
            </span>
          </span>
          {material.tolerant && <Mark>{t('materials.tolerant', { days: material.tolerant.daysMax })}</Mark>}
        </li>
      ))}
    </ul>
  )
}

const burdens = ['materials', 'forms', 'steps', 'visits', 'days'] as const

/** What the whole spares against every item by itself; what another place published stands beside it, named. */
function GuideCuts(props: { readonly body: OneThing; readonly sum: number; readonly joint: number }) {
  const t = useText('services')
  const say = useSay()
  const { body, sum, joint } = props
  const alone = body.items.reduce(
    (total, { alone: own }) => ({
      forms: total.forms + own.forms,
      steps: total.steps + own.steps,
      visits: total.visits + own.visits,
    }),
    { forms: 0, steps: 0, visits: 0 },
  )
  const before: Burden = { materials: null, ...alone, days: sum }
  const after: Burden = {
    materials: null,
    forms: 1,
    steps: body.together.steps,
    visits: body.together.visits,
    days: joint,
  }
  return (
    <>
      <CutList before={before} after={after} />
      <p className="tz-caption">{t('guide.cuts_base', { items: body.items.length })}</p>
      {body.published && (
        <>
          <h3>{t('guide.published', { place: say(body.published.place) })}</h3>
          <CutList before={body.published.before} after={body.published.after} />
          <p className="tz-caption">{t('guide.published_note')}</p>
        </>
      )}
    </>
  )
}

function CutList({ before, after }: { readonly before: Burden; readonly after: Burden }) {
  const t = useText('services')
  return (
    <ul className="services-cuts">
      {burdens.map((what) => {
        const [from, to] = [before[what], after[what]]
        if (from === null || to === null) return null
        return (
          <li key={what}>
            <span>{t(`cut.${what}`)}</span>
            <strong className="tz-number">{t('cut.from_to', { before: from, after: to })}</strong>
            <span className="tz-caption tz-number">
              {from === 0 ? t('cut.no_base') : t('cut.share', { share: ((1 - to / from) * 100).toFixed(2) })}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
