import { useQuery } from '@tanstack/react-query'
import { Form, Input, Radio, Select } from 'antd'
import {
  CaseDrawing,
  CaseTrail,
  EmptyState,
  formatMoney,
  FormBox,
  FormDrawer,
  holdsRole,
  NumberItem,
  ObjectPage,
  OpenFormButton,
  ScaledItem,
  StateStepper,
  useCommand,
  useLive,
  useMe,
  useOpenForm,
  useText,
  VerbButton,
  When,
  type Step,
} from '@tingzhou/ui'
import { useParams } from 'react-router'
import { campaignStates } from '../words.ts'
import { api, moveCampaign, type CampaignMoveBody } from './api.ts'
import { ApplicationList } from './application-list.tsx'
import { TextItem, usePlaces } from './forms.tsx'
import { Ranking } from './ranking.tsx'
import { RulesView } from './rules-view.tsx'
import { CampaignTag, SyntheticMark } from './tags.tsx'
import { keyed, points, useSheetName, type Campaign, type Texts } from './words.ts'

type MoveInput = { readonly id: string; readonly move: CampaignMoveBody; readonly commandId: string }
type Output = Awaited<ReturnType<typeof moveCampaign>>

/** One campaign from its opening to the prizes. */
export function CampaignPage() {
  const t = useText('safety')
  const { id = '' } = useParams()
  const query = useQuery(api.reviewCampaigns.get.queryOptions({ input: { id } }))
  useLive({ kinds: ['review_campaign'], objectId: id, keys: [api.reviewCampaigns.key()] })
  const campaign = query.data
  if (!campaign)
    return (
      <ObjectPage
        title={t('campaign.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return (
    <>
      <ObjectPage
        title={campaign.name}
        state={
          <>
            <CampaignTag state={campaign.state} />
            <SyntheticMark when={campaign.synthetic} />
          </>
        }
        primary={<Primary campaign={campaign} />}
        verbs={<Verbs campaign={campaign} />}
        steps={<StateStepper steps={stepsOf(t, campaign)} />}
        facts={[
          { label: t('column.year'), value: campaign.year },
          { label: t('field.selfDue'), value: campaign.selfDue },
          { label: t('field.countyDue'), value: campaign.countyDue },
          { label: t('field.prefectureDue'), value: campaign.prefectureDue },
          {
            label: t('column.teams'),
            value: t('campaign.counts', { scored: campaign.scored, all: campaign.applications }),
          },
          { label: t('campaign.running'), value: campaign.running },
          { label: t('field.pool'), value: formatMoney(campaign.poolFen) },
          {
            label: t('campaign.publicity_until'),
            value: campaign.publicityUntil === null ? '–' : <When at={campaign.publicityUntil} />,
          },
          ...(campaign.voucher ? [{ label: t('field.voucher'), value: campaign.voucher }] : []),
        ]}
        firstTab={campaign.state === 'open' ? 'applications' : 'ranking'}
        tabs={[
          { key: 'ranking', label: t('ranking.title'), children: <Ranking campaign={campaign} /> },
          { key: 'applications', label: t('application.title'), children: <ApplicationList campaignId={id} /> },
          {
            key: 'objections',
            label: t('objection.title', { n: campaign.objections.length }),
            children: <Objections campaign={campaign} />,
          },
          { key: 'rules', label: t('rules.title'), children: <RulesView campaign={campaign} /> },
          { key: 'process', label: t('process.title'), children: <Process id={id} /> },
        ]}
        trail={<CampaignTrail id={id} />}
        problem={query.error}
      />
      <Forms campaign={campaign} />
    </>
  )
}

function stepsOf(t: Texts, { state }: Campaign): readonly Step[] {
  const at = campaignStates.indexOf(state)
  return campaignStates.map((key, index) => ({
    key,
    label: t(`campaign_state.${key}`),
    state: index < at || state === 'paid' ? 'done' : index === at ? 'now' : 'later',
  }))
}

const offerOf = (campaign: Campaign, move: Campaign['moves'][number]['move']) =>
  campaign.moves.find((offer) => offer.move === move)

const refusal = (t: Texts, campaign: Campaign, move: Campaign['moves'][number]['move']): string | null => {
  const offer = offerOf(campaign, move)
  return offer?.reason ? keyed(t, 'reason', offer.reason, offer.reason) : null
}

/** The one verb that takes the campaign further; an enterprise applies. */
function Primary({ campaign }: { readonly campaign: Campaign }) {
  const t = useText('safety')
  const places = usePlaces()
  const me = useMe()
  const command = useMove(t('done.moved'))
  const run = (move: 'close' | 'publicise' | 'confirm') =>
    void command.run({ id: campaign.id, move: { move, rev: campaign.rev } })
  if (places.counter)
    return campaign.state === 'open' ? (
      <VerbButton
        type="primary"
        href={places.apply(campaign.id)}
        reason={holdsRole(me, ['enterprise']) ? null : t('reason.enterprise_only')}
      >
        {t('verb.apply')}
      </VerbButton>
    ) : null
  switch (campaign.state) {
    case 'open':
      return (
        <VerbButton
          type="primary"
          loading={command.pending}
          reason={
            refusal(t, campaign, 'close') ??
            (campaign.running > 0 ? t('reason.running', { n: campaign.running }) : null)
          }
          confirm={{ title: t('confirm.close', { name: campaign.name }), verb: t('verb.close') }}
          onClick={() => run('close')}
        >
          {t('verb.close')}
        </VerbButton>
      )
    case 'ranked':
      return (
        <VerbButton
          type="primary"
          loading={command.pending}
          reason={refusal(t, campaign, 'publicise')}
          onClick={() => run('publicise')}
        >
          {t('verb.publicise')}
        </VerbButton>
      )
    case 'publicity_over':
      return (
        <VerbButton
          type="primary"
          loading={command.pending}
          reason={refusal(t, campaign, 'confirm')}
          confirm={{
            title: t('confirm.confirm', { name: campaign.name }),
            text: t('confirm.confirm_text', { pool: formatMoney(campaign.poolFen) }),
            verb: t('verb.confirm'),
          }}
          onClick={() => run('confirm')}
        >
          {t('verb.confirm')}
        </VerbButton>
      )
    case 'confirmed':
      return (
        <OpenFormButton name="pay" primary reason={refusal(t, campaign, 'pay')}>
          {t('verb.pay')}
        </OpenFormButton>
      )
    case 'publicised':
    case 'paid':
      return null
  }
}

function Verbs({ campaign }: { readonly campaign: Campaign }) {
  const t = useText('safety')
  const places = usePlaces()
  const command = useMove(t('done.moved'))
  return (
    <>
      {campaign.state === 'publicised' && (
        <OpenFormButton name="object" reason={refusal(t, campaign, 'object')}>
          {t('verb.object')}
        </OpenFormButton>
      )}
      {!places.counter && campaign.state === 'publicity_over' && (
        <VerbButton
          reason={refusal(t, campaign, 'publicise_again')}
          onClick={() => void command.run({ id: campaign.id, move: { move: 'publicise_again', rev: campaign.rev } })}
        >
          {t('verb.publicise_again')}
        </VerbButton>
      )}
      {!places.counter && campaign.state === 'open' && (
        <VerbButton href={`/safety-campaigns/${campaign.id}/panel`} reason={refusal(t, campaign, 'set_panel')}>
          {t('verb.set_panel')}
        </VerbButton>
      )}
      {!places.counter && campaign.state === 'open' && (
        <VerbButton href={`/safety-campaigns/${campaign.id}/rules`} reason={refusal(t, campaign, 'change_rules')}>
          {t('verb.change_rules')}
        </VerbButton>
      )}
    </>
  )
}

function useMove(success: string) {
  return useCommand<MoveInput, Output>({
    run: moveCampaign,
    invalidate: [api.reviewCampaigns.key(), api.reviewApplications.key(), api.honours.key()],
    success,
  })
}

function Objections({ campaign }: { readonly campaign: Campaign }) {
  const t = useText('safety')
  if (campaign.objections.length === 0)
    return <EmptyState title={t('objection.empty')} text={t('objection.empty_text')} />
  return (
    <ul className="safety-objections">
      {campaign.objections.map((one) => (
        <li key={one.id}>
          <p>
            <strong>
              {one.application.no} {one.application.team}
            </strong>{' '}
            <span className="tz-second">{t(`objection.state.${one.state}`)}</span>
          </p>
          <p className="safety-prose">{one.words}</p>
          <p className="tz-caption">
            {one.by} · <When at={one.at} />
          </p>
          {one.decision !== '' && (
            <p className="safety-prose">
              {t('objection.decision')} {one.decision}
              {one.effect && ` · ${t(`effect.${one.effect}`)}`}
              {one.adjustCenti !== null && ` ${points(one.adjustCenti)}`}
            </p>
          )}
          {one.state === 'open' && (
            <OpenFormButton
              name="decide_objection"
              item={one.id}
              size="small"
              reason={refusal(t, campaign, 'decide_objection')}
            >
              {t('verb.decide_objection')}
            </OpenFormButton>
          )}
        </li>
      ))}
    </ul>
  )
}

function Forms({ campaign }: { readonly campaign: Campaign }) {
  const t = useText('safety')
  return (
    <>
      <FormDrawer name="object" title={t('verb.object')}>
        <ObjectForm campaign={campaign} />
      </FormDrawer>
      <FormDrawer name="decide_objection" title={t('verb.decide_objection')}>
        <DecideObjection campaign={campaign} />
      </FormDrawer>
      <FormDrawer name="pay" title={t('verb.pay')}>
        <Pay campaign={campaign} />
      </FormDrawer>
    </>
  )
}

function ObjectForm({ campaign }: { readonly campaign: Campaign }) {
  const t = useText('safety')
  const { close } = useOpenForm()
  const command = useMove(t('done.object'))
  return (
    <FormBox<{ readonly applicationId: string; readonly words: string }, MoveInput, Output>
      draft={`safety.object.${campaign.id}`}
      command={command}
      toInput={(values) => ({ id: campaign.id, move: { move: 'object', rev: campaign.rev, ...values } })}
      submit={t('verb.object')}
      done={close}
      onCancel={close}
    >
      <Form.Item name="applicationId" label={t('column.team')} rules={[{ required: true, message: t('rule.choose') }]}>
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          options={(campaign.list?.rows ?? []).map((row) => ({
            value: row.id,
            label: `${row.rank}. ${row.team} · ${row.enterprise.name}`,
          }))}
        />
      </Form.Item>
      <TextItem name="words" label={t('objection.words')} max={4000} required rows={6} />
    </FormBox>
  )
}

type Decision = {
  readonly outcome: 'upheld' | 'dismissed'
  readonly effect?: 'exclude' | 'adjust'
  readonly vetoItem?: string
  readonly adjust?: number
  readonly decision: string
}

function DecideObjection({ campaign }: { readonly campaign: Campaign }) {
  const t = useText('safety')
  const { item, close } = useOpenForm()
  const command = useMove(t('done.decide_objection'))
  const objection = campaign.objections.find(({ id }) => id === item)
  if (!objection) return null
  return (
    <FormBox<Decision, MoveInput, Output>
      command={command}
      toInput={({ outcome, effect, vetoItem, adjust, decision }) => ({
        id: campaign.id,
        move: {
          move: 'decide_objection',
          rev: campaign.rev,
          objectionId: objection.id,
          outcome,
          effect: outcome === 'upheld' ? (effect ?? null) : null,
          vetoItem: effect === 'exclude' ? (vetoItem ?? null) : null,
          adjustCenti: effect === 'adjust' && adjust !== undefined ? Math.round(adjust * 100) : null,
          decision,
        },
      })}
      fieldNames={{ adjustCenti: 'adjust' }}
      submit={t('verb.decide_objection')}
      done={close}
      onCancel={close}
    >
      <p className="safety-prose">{objection.words}</p>
      <Form.Item name="outcome" label={t('field.outcome')} rules={[{ required: true, message: t('rule.choose') }]}>
        <Radio.Group
          options={(['upheld', 'dismissed'] as const).map((value) => ({ value, label: t(`objection.state.${value}`) }))}
        />
      </Form.Item>
      <Effect campaign={campaign} />
      <TextItem name="decision" label={t('objection.reason')} max={2000} required rows={4} />
    </FormBox>
  )
}

/** What an upheld objection does to the list. */
function Effect({ campaign }: { readonly campaign: Campaign }) {
  const t = useText('safety')
  const nameOf = useSheetName()
  const outcome = Form.useWatch<string | undefined>('outcome')
  const effect = Form.useWatch<string | undefined>('effect')
  const vetoes = campaign.rules.sheet.sections.flatMap(({ items }) => items.filter(({ kind }) => kind === 'veto'))
  if (outcome !== 'upheld') return null
  return (
    <>
      <Form.Item name="effect" label={t('field.effect')} rules={[{ required: true, message: t('rule.choose') }]}>
        <Radio.Group
          options={(['exclude', 'adjust'] as const).map((value) => ({ value, label: t(`effect.${value}`) }))}
        />
      </Form.Item>
      {effect === 'exclude' && (
        <Form.Item name="vetoItem" label={t('field.veto')} rules={[{ required: true, message: t('rule.choose') }]}>
          <Select options={vetoes.map((one) => ({ value: one.key, label: nameOf(one) }))} />
        </Form.Item>
      )}
      {effect === 'adjust' && (
        <NumberItem
          name="adjust"
          label={t('field.adjust')}
          min={-100}
          max={100}
          digits={2}
          unit={t('sheet.points')}
          required
        />
      )}
    </>
  )
}

function Pay({ campaign }: { readonly campaign: Campaign }) {
  const t = useText('safety')
  const { close } = useOpenForm()
  const command = useMove(t('done.pay'))
  const sum = (campaign.list?.rows ?? []).reduce((all, { prizeFen }) => all + prizeFen, 0)
  return (
    <FormBox<{ readonly voucher: string; readonly paidFen: number }, MoveInput, Output>
      command={command}
      toInput={({ voucher, paidFen }) => ({
        id: campaign.id,
        move: { move: 'pay', rev: campaign.rev, voucher, paidFen },
      })}
      submit={t('verb.pay')}
      done={close}
      onCancel={close}
    >
      <p>{t('pay.sum', { sum: formatMoney(sum) })}</p>
      <ScaledItem name="paidFen" label={t('field.paid')} scale={2} unit="¥" required />
      <Form.Item
        name="voucher"
        label={t('field.voucher')}
        rules={[{ required: true, whitespace: true, message: t('rule.say', { label: t('field.voucher') }) }]}
      >
        <Input maxLength={60} />
      </Form.Item>
    </FormBox>
  )
}

function CampaignTrail({ id }: { readonly id: string }) {
  const query = useQuery(api.reviewCampaigns.trail.queryOptions({ input: { id } }))
  return <CaseTrail query={query} module="safety" states="campaign_state" />
}

/** The drawing with the live tokens. */
function Process({ id }: { readonly id: string }) {
  const query = useQuery(api.reviewCampaigns.process.queryOptions({ input: { id } }))
  return <CaseDrawing query={query} module="safety" />
}
