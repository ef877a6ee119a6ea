import { useQuery } from '@tanstack/react-query'
import {
  FormBox,
  FormDrawer,
  OpenFormButton,
  useCommand,
  useMe,
  useNow,
  useOpenForm,
  useText,
  VerbButton,
  TextItem,
} from '@tingzhou/ui'
import { api, type Saved } from '../api.ts'
import type { LoadDetail } from './api.ts'
import { AwardBox } from './award.tsx'
import { PlaceBid } from './bid-form.tsx'
import { CrewBox } from './crew.tsx'
import { refusalOf, verbsOf, type LoadVerb } from './load-rules.ts'
import { carriersOf, keepsForShipper, mayDispatch, mayShip, type Side } from './rights.ts'
import { GiveShare } from './share-forms.tsx'
import { useSurface } from './surface.ts'

type Props = { readonly load: LoadDetail; readonly side: Side }

/** The verbs of the reader's side; the first that can be used now is the primary one. */
export function LoadVerbs({ load, side }: Props) {
  const t = useText('freight')
  const me = useMe()
  const at = useSurface()
  const now = useNow()
  const reader = { side, keeps: keepsForShipper(me, load.shipper.id), dispatches: mayDispatch(me) }
  const hasBid = useHasBid(load, side)
  const verbs = verbsOf(load.mode, side).map((verb) => ({
    verb,
    refusal: refusalOf(verb, load, reader, now) ?? (verb === 'bid' && hasBid ? 'one_bid' : null),
  }))
  // The primary one, those that can be used, those that cannot.
  const rankOf = ({ verb, refusal }: (typeof verbs)[number]) => (verb === first ? 0 : refusal === null ? 1 : 2)
  const first = verbs.find(({ verb, refusal }) => refusal === null && leading.has(verb))?.verb
  return (
    <>
      {verbs
        .toSorted((a, b) => rankOf(a) - rankOf(b))
        .map(({ verb, refusal }) => {
          const reason = refusal === null ? null : t(`reason.${refusal}`)
          if (verb === 'publish') return <Publish key={verb} load={load} primary={verb === first} reason={reason} />
          if (verb === 'change')
            return (
              <VerbButton key={verb} href={at.changeLoad(load.id)} reason={reason}>
                {t('verb.change')}
              </VerbButton>
            )
          return (
            <OpenFormButton key={verb} name={verb} primary={verb === first} reason={reason}>
              {t(`load_verb.${verb}`)}
            </OpenFormButton>
          )
        })}
      {side !== 'carrier' && (
        <VerbButton href={at.copyLoad(load.id)} reason={mayShip(me) ? null : t('reason.post')}>
          {t('load_verb.copy')}
        </VerbButton>
      )}
    </>
  )
}

/** Whether each carrier of the reader has bid already: a bid is changed, not placed twice. */
function useHasBid(load: LoadDetail, side: Side): boolean {
  const me = useMe()
  const { data } = useQuery({
    ...api.bids.list.queryOptions({ input: { id: load.id } }),
    enabled: load.mode === 'bid' && side === 'carrier',
  })
  const own = carriersOf(me)
  const hasBid = (id: string) => data?.rows.some((bid) => bid.carrier?.id === id && bid.state === 'submitted') ?? false
  return own.length > 0 && own.every(({ id }) => hasBid(id))
}

/** Those that lead on; the others turn back, or stay beside. */
const leading: ReadonlySet<LoadVerb> = new Set(['publish', 'award', 'share', 'assign', 'grab', 'bid'])

/** Publishing says what the load is and cannot be taken back once somebody took of it: no dialog, for it can be withdrawn. */
function Publish(props: { readonly load: LoadDetail; readonly primary: boolean; readonly reason: string | null }) {
  const t = useText('freight')
  const { load, primary, reason } = props
  const command = useCommand({
    run: api.loads.publish.call,
    invalidate: [api.loads.key()],
    success: t('load.published', { number: load.number }),
  })
  return (
    <VerbButton
      type={primary ? 'primary' : 'default'}
      loading={command.pending}
      reason={command.pending ? null : reason}
      onClick={() => void command.run({ id: load.id, rev: load.rev })}
    >
      {t('load_verb.publish')}
    </VerbButton>
  )
}

/** The form of the verb that the address names, beside the load. */
export function LoadDrawers({ load, side }: Props) {
  const t = useText('freight')
  const shown = new Set<LoadVerb>(verbsOf(load.mode, side))
  return (
    <>
      <FormDrawer name="withdraw" title={t('load_verb.withdraw')}>
        <End load={load} verb="withdraw" />
      </FormDrawer>
      <FormDrawer name="close" title={t('load_verb.close')}>
        <End load={load} verb="close" />
      </FormDrawer>
      {shown.has('share') && (
        <FormDrawer name="share" title={t('load_verb.share')}>
          <GiveShare load={load} />
        </FormDrawer>
      )}
      {shown.has('assign') && (
        <FormDrawer name="assign" title={t('load_verb.assign')}>
          <CrewBox of={load} run={api.loads.assign.call} submit={t('load_verb.assign')} />
        </FormDrawer>
      )}
      {shown.has('grab') && (
        <FormDrawer name="grab" title={t('load_verb.grab')}>
          <CrewBox of={load} run={api.loads.grab.call} submit={t('load_verb.grab')} />
        </FormDrawer>
      )}
      {shown.has('bid') && (
        <FormDrawer name="bid" title={t('load_verb.bid')}>
          <PlaceBid load={load} />
        </FormDrawer>
      )}
      {shown.has('award') && (
        <FormDrawer name="award" title={t('load_verb.award')} width={720}>
          <AwardBox load={load} />
        </FormDrawer>
      )}
    </>
  )
}

function End({ load, verb }: { readonly load: LoadDetail; readonly verb: 'withdraw' | 'close' }) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const command = useCommand({
    run: verb === 'close' ? api.loads.close.call : api.loads.withdraw.call,
    invalidate: [api.loads.key(), api.bids.key()],
    success: t('saved'),
  })
  return (
    <>
      <p className="tz-second">{t(`load.${verb}_means`, { number: load.number })}</p>
      <FormBox<{ readonly why: string }, Parameters<typeof api.loads.close.call>[0], Saved>
        command={command}
        toInput={({ why }) => ({ why, id: load.id, rev: load.rev })}
        submit={t(`load_verb.${verb}`)}
        done={close}
        onCancel={close}
      >
        <TextItem name="why" label={t('field.why')} max={500} required rows={3} />
      </FormBox>
    </>
  )
}
