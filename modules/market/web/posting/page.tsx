import './posting.css'
import { useQuery } from '@tanstack/react-query'
import {
  DayItem,
  FormBox,
  FormDrawer,
  ObjectPage,
  OpenFormButton,
  TextItem,
  useCommand,
  useLive,
  useMe,
  useOpenForm,
  useText,
  VerbButton,
  HistoryTrail,
} from '@tingzhou/ui'
import { Form, Input } from 'antd'
import { useParams } from 'react-router'
import { statesFor } from '../../posting/words.ts'
import { api } from '../api.ts'
import { postingTabs, postingVerbs } from '../posting-tabs.tsx'
import { ConfirmItems, inputOf, valuesOf, type PostingValues } from './form.tsx'
import { MatchList } from './match-list.tsx'
import { actsFor, readsOwn } from './rights.ts'
import type { Posted, PostingDetail, Saved } from './types.ts'
import { Invented, PostingTag, useWords } from './words.tsx'

/** One posting: what it says, what is left of it, and who could serve it and why. */
export function PostingPage() {
  const t = useText('market')
  const me = useMe()
  const say = useWords()
  const { id = '' } = useParams()
  const query = useQuery(api.postings.get.queryOptions({ input: { id } }))
  const posting = query.data
  const seesHistory = posting !== undefined && readsOwn(me, posting.firm.id)
  const history = useQuery({ ...api.postings.history.queryOptions({ input: { id } }), enabled: seesHistory })
  useLive({ kinds: ['market_posting'], objectId: id, keys: [api.postings.key()] })
  if (!posting)
    return (
      <ObjectPage
        title={t('posting.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const { kind, product, quantity, left } = posting
  return (
    <>
      <ObjectPage
        title={`${t(`posting.kind.${kind}`)} · ${posting.text.slice(0, 40)}`}
        id={posting.number}
        state={
          <>
            <PostingTag state={posting.state} /> <Invented when={posting.synthetic} />
          </>
        }
        verbs={<Verbs posting={posting} isOwn={actsFor(me, posting.firm.id)} />}
        facts={[
          { label: t('posting.field.firm'), value: posting.firm.name },
          {
            label: t('posting.field.product'),
            value: product
              ? say.path(product)
              : t(posting.subject === 'talent' ? 'posting.subject.talent' : 'posting.unclassified'),
          },
          { label: t('posting.field.spec'), value: posting.spec.join(' · ') || '–' },
          { label: t('posting.field.quantity'), value: say.amount(quantity) },
          {
            label: t('posting.field.left'),
            value: quantity && left !== null ? say.amount({ ...quantity, value: left }) : '–',
          },
          { label: t('posting.field.price'), value: say.price(posting.price) },
          kind === 'need'
            ? { label: t('posting.field.neededBy'), value: posting.neededBy ?? '–' }
            : {
                label: t('posting.field.leadDays'),
                value: posting.leadDays === null ? '–' : t('match.days', { days: posting.leadDays }),
              },
          { label: t('posting.field.place'), value: posting.place || '–' },
          { label: t('posting.field.validTo'), value: posting.validTo },
          { label: t('posting.field.visibility'), value: visibilityOf(posting, t) },
        ]}
        tabs={[
          { key: 'matches', label: t(`match.title.${kind}`), children: <MatchList posting={posting} /> },
          { key: 'text', label: t('posting.tab_text'), children: <Text posting={posting} /> },
          ...postingTabs.map(({ key, labelKey, Component }) => ({
            key,
            label: t(labelKey),
            children: <Component posting={posting} />,
          })),
        ]}
        trail={
          seesHistory ? (
            <HistoryTrail rows={history.data?.rows} did="market:posting.did" nobody={t('deal.somebody')} />
          ) : undefined
        }
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
      <FormDrawer name="change" title={t('posting.change')}>
        <Change posting={posting} />
      </FormDrawer>
      <FormDrawer name="prolong" title={t('posting.prolong')}>
        <Prolong posting={posting} />
      </FormDrawer>
      <FormDrawer name="withdraw" title={t('posting.withdraw')}>
        <Withdraw posting={posting} />
      </FormDrawer>
    </>
  )
}

const visibilityOf = ({ visibility, invited }: PostingDetail, t: (key: string) => string): string =>
  visibility === 'zone' || invited.length === 0
    ? t(`posting.visibility.${visibility}`)
    : invited.map(({ name }) => name).join(t('posting.and'))

/** What its firm may do with it, each with the reason when it may not. */
function Verbs({ posting, isOwn }: { readonly posting: PostingDetail; readonly isOwn: boolean }) {
  const t = useText('market')
  const { id, rev, state, reserved } = posting
  const open = useCommand({
    run: api.postings.open.call,
    invalidate: [api.postings.key()],
    success: t('posting.opened'),
  })
  const close = useCommand({
    run: api.postings.close.call,
    invalidate: [api.postings.key()],
    success: t('posting.closed'),
  })
  const notOwn = isOwn ? null : t('posting.reason.own')
  const only = (states: readonly string[]) => notOwn ?? (states.includes(state) ? null : t('posting.reason.state'))
  return (
    <>
      {postingVerbs.map((Verb, i) => (
        <Verb key={i} posting={posting} />
      ))}
      {state === 'draft' && (
        <VerbButton
          type="primary"
          loading={open.pending}
          reason={notOwn ?? (posting.isConfirmed ? null : t('posting.reason.confirm'))}
          onClick={() => void open.run({ id, rev })}
        >
          {t('posting.open')}
        </VerbButton>
      )}
      <OpenFormButton name="change" reason={only(statesFor.change)}>
        {t('posting.change')}
      </OpenFormButton>
      <OpenFormButton name="prolong" reason={only(statesFor.prolong)}>
        {t('posting.prolong')}
      </OpenFormButton>
      <VerbButton
        loading={close.pending}
        reason={only(statesFor.close)}
        confirm={{ title: t('posting.close_really', { number: posting.number }), verb: t('posting.close') }}
        onClick={() => void close.run({ id, rev, why: '' })}
      >
        {t('posting.close')}
      </VerbButton>
      <OpenFormButton
        name="withdraw"
        reason={only(statesFor.withdraw) ?? (reserved > 0 ? t('posting.reason.agreed') : null)}
      >
        {t('posting.withdraw')}
      </OpenFormButton>
    </>
  )
}

/** Its words, what the platform made of them, and its files. */
function Text({ posting }: { readonly posting: PostingDetail }) {
  const t = useText('market')
  const say = useWords()
  const { resolution, confirmedBy, files } = posting
  const weakened = resolution.mentions.filter(({ rules }) => rules.length > 0)
  return (
    <>
      <p className="market-text">{posting.text}</p>
      {confirmedBy !== null && <p className="tz-second">{t('posting.confirmed_by', { name: confirmedBy })}</p>}
      {weakened.map(({ alias, code, rules }) => (
        <p key={`${code} ${alias}`} className="tz-second">
          {t('posting.because', { alias, product: code, rules: rules.map(say.rule).join(t('posting.and')) })}
        </p>
      ))}
      {resolution.unknown.length > 0 && (
        <p className="tz-second">{t('posting.unknown', { words: resolution.unknown.join(t('posting.and')) })}</p>
      )}
      <ul>
        {files.map(({ id, name }) => (
          <li key={id}>
            <a href={`/api/v1/files/${id}`} target="_blank" rel="noreferrer">
              {name}
            </a>
          </li>
        ))}
      </ul>
    </>
  )
}

function Change({ posting }: { readonly posting: PostingDetail }) {
  const t = useText('market')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.postings.change.call,
    invalidate: [api.postings.key(), api.matches.key()],
    success: t('posting.saved'),
  })
  return (
    <FormBox<PostingValues & { readonly why?: string }, Parameters<typeof api.postings.change.call>[0], Posted>
      initial={valuesOf(posting)}
      command={command}
      toInput={({ why, ...values }) => ({ ...inputOf(values), id: posting.id, rev: posting.rev, why: why ?? '' })}
      submit={t('posting.save')}
      fieldNames={{ productCode: 'product', fileIds: 'files' }}
      done={close}
      onCancel={close}
    >
      <div className="market-form">
        <Form.Item name="kind" hidden>
          <Input />
        </Form.Item>
        <TextItem name="text" label={t('posting.field.text')} max={4000} rows={3} required />
        <ConfirmItems products={posting.product ? [posting.product] : []} guess={null} />
        <TextItem name="why" label={t('posting.field.why')} max={500} />
      </div>
    </FormBox>
  )
}

function Prolong({ posting }: { readonly posting: PostingDetail }) {
  const t = useText('market')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.postings.prolong.call,
    invalidate: [api.postings.key()],
    success: t('posting.saved'),
  })
  return (
    <FormBox<{ readonly validTo: string }, Parameters<typeof api.postings.prolong.call>[0], Saved>
      initial={{ validTo: posting.validTo }}
      command={command}
      toInput={({ validTo }) => ({ id: posting.id, rev: posting.rev, validTo })}
      submit={t('posting.prolong')}
      done={close}
      onCancel={close}
    >
      <DayItem name="validTo" label={t('posting.field.validTo')} required />
    </FormBox>
  )
}

function Withdraw({ posting }: { readonly posting: PostingDetail }) {
  const t = useText('market')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.postings.withdraw.call,
    invalidate: [api.postings.key()],
    success: t('posting.withdrawn'),
  })
  return (
    <FormBox<{ readonly why: string }, Parameters<typeof api.postings.withdraw.call>[0], Saved>
      command={command}
      toInput={({ why }) => ({ id: posting.id, rev: posting.rev, why })}
      submit={t('posting.withdraw')}
      done={close}
      onCancel={close}
    >
      <TextItem name="why" label={t('posting.field.why')} max={500} rows={2} required />
    </FormBox>
  )
}
