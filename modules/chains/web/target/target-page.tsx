import './target.css'
import { useQuery } from '@tanstack/react-query'
import {
  CaseCard,
  CaseDrawing,
  CaseTrail,
  EmptyState,
  formatMoney,
  formatNumber,
  ObjectPage,
  StateStepper,
  unitWord,
  useCommand,
  useLive,
  useText,
  VerbButton,
  When,
  type Fact,
  type Step,
} from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import { stagesOfTarget } from '../../target/words.ts'
import { api } from '../api.ts'
import { useNamed } from '../map/named.ts'
import { makeMove, placeOf, type MoveInput, type TargetDetail } from './api.ts'
import { StepText } from './board.tsx'
import { TargetPlants } from './fits.tsx'
import { MoveForms, TargetVerbs } from './target-moves.tsx'
import { ListTag, SyntheticMark, TargetTag, ValueText } from './tags.tsx'

/** One target: whose it is and by when, where it stands, what proves it, where it could be built. */
export function TargetPage() {
  const t = useText('chains')
  const named = useNamed()
  const { id = '' } = useParams()
  const query = useQuery(api.targets.get.queryOptions({ input: { id } }))
  useLive({ kinds: ['chain_target'], objectId: id, keys: [api.targets.key()] })
  const facts = useFacts(query.data)
  const target = query.data
  if (!target)
    return (
      <ObjectPage
        title={t('target.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const open = target.closedAt === null
  return (
    <>
      <ObjectPage
        title={t('target.of', { product: named(target.product) })}
        state={
          <>
            <TargetTag state={target.state} /> {target.list && <ListTag list={target.list} />}{' '}
            <SyntheticMark when={target.synthetic} />
          </>
        }
        primary={<TargetVerbs target={target} />}
        strip={
          <CaseCard
            owner={{ name: target.owner.name }}
            clock={{
              state: !open ? 'done' : target.state === 'parked' ? 'paused' : 'running',
              dueAt: target.dueAt,
              basis: 'calendar',
            }}
            next={
              target.state === 'parked' ? (
                t('target.look_on', { day: target.lookDay ?? '' })
              ) : (
                <StepText target={target} />
              )
            }
          />
        }
        facts={facts}
        steps={<StateStepper steps={stepsOf(target, t)} />}
        tabs={[
          { key: 'notes', label: t('target.notes'), children: <Notes target={target} /> },
          { key: 'plants', label: t('plant.fit_title'), children: <Plants target={target} /> },
          { key: 'process', label: t('target.process'), children: <Drawing id={target.id} /> },
        ]}
        trail={<TargetTrail id={target.id} />}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
      <MoveForms target={target} />
    </>
  )
}

/** The way from idea to producing with the present stage in its place. Pure. */
function stepsOf({ state, parkedFrom, times }: TargetDetail, t: (key: string) => string): readonly Step[] {
  const timeOf = (step: string) => times.find((one) => one.step === step)?.at ?? null
  const here = stagesOfTarget.findIndex((stage) => stage === (parkedFrom ?? state))
  const reached = here === -1 ? stagesOfTarget.findLastIndex((stage) => timeOf(stage) !== null) : here
  const now = state === 'producing' ? stagesOfTarget.length : reached
  const stopped = state === 'parked' || state === 'dropped'
  return stagesOfTarget.map((key, index) => ({
    key,
    label: index === now && stopped ? t(`target.state.${state}`) : t(`target.state.${key}`),
    state: index < now ? 'done' : index > now ? 'later' : stopped ? 'stopped' : 'now',
    at: timeOf(key),
  }))
}

function useFacts(target: TargetDetail | undefined): readonly Fact[] {
  const t = useText('chains')
  const named = useNamed()
  if (!target) return []
  const { line, firm, plant, product } = target
  return [
    {
      label: t('chain_line.chain'),
      value: <Link to={placeOf.chain(target.chain.code)}>{`${target.chain.code} ${named(target.chain)}`}</Link>,
    },
    { label: t('target.deadline'), value: target.deadline },
    ...(target.goal === '' ? [] : [{ label: t('target.goal'), value: target.goal }]),
    ...(line === null
      ? []
      : [
          {
            label: t('target.value_opened'),
            value: <ValueText fen={line.openedFen} isRounded={line.isRounded} />,
          },
          {
            label: t('target.value_now'),
            value: (
              <>
                {line.isGone ? t('chain_line.gone') : <ValueText fen={line.nowFen} isRounded={line.isRounded} />}{' '}
                <Link to={placeOf.line(line.key)}>{t('target.to_line')}</Link>
              </>
            ),
          },
        ]),
    { label: t('target.firm'), value: firm === null ? '–' : <Link to={placeOf.firm(firm.id)}>{firm.name}</Link> },
    { label: t('target.plant'), value: plant === null ? '–' : <Link to={placeOf.plant(plant.id)}>{plant.name}</Link> },
    ...(target.amountFen === null ? [] : [{ label: t('target.amount'), value: formatMoney(target.amountFen) }]),
    ...(target.capacity === null
      ? []
      : [
          {
            label: t('target.capacity'),
            value: (
              <>
                {`${formatNumber(target.capacity)} ${unitWord(product.unit)}`}{' '}
                <Link to={placeOf.enterPosition(firm?.id ?? null)}>{t('target.enter_position')}</Link>
              </>
            ),
          },
        ]),
    ...(target.parkedWhy === '' ? [] : [{ label: t('target.parked_why'), value: target.parkedWhy }]),
    ...(target.endReason === '' ? [] : [{ label: t('target.why'), value: target.endReason }]),
  ]
}

/** What was done and noted, with its files. */
function Notes({ target }: { readonly target: TargetDetail }) {
  const t = useText('chains')
  if (target.notes.length === 0) return <EmptyState title={t('target.no_notes')} />
  return (
    <ul className="target-notes">
      {target.notes.map(({ id, at, by, verb, day, whom, words, files }) => (
        <li key={id}>
          <strong>{t(`target.did.${verb}`)}</strong>{' '}
          <span className="tz-caption">
            <When at={at} /> · {by}
            {day !== null && ` · ${t('target.done_on', { day })}`}
            {whom !== '' && ` · ${t('target.with', { whom })}`}
          </span>
          {words !== '' && <p>{words}</p>}
          {files.map((file) => (
            <a key={file.id} href={`/api/v1/files/${file.id}`}>
              {file.name}
            </a>
          ))}
        </li>
      ))}
    </ul>
  )
}

/** Plants that fit; one is taken for the target, or given back by a verb of the page. */
function Plants({ target }: { readonly target: TargetDetail }) {
  const t = useText('chains')
  const command = useCommand({
    run: makeMove,
    invalidate: [api.targets.key(), api.plants.key(), api.lines.key()],
    success: t('target.move_done.take_plant'),
  })
  const offer = target.moves.find(({ move }) => move === 'take_plant')
  const reason = !offer ? t('target.reason.not_in_state') : offer.reason && t(`target.reason.${offer.reason}`)
  return (
    <TargetPlants
      id={target.id}
      verb={(row) =>
        row.id === target.plant?.id ? (
          t('target.has_plant')
        ) : (
          <VerbButton
            size="small"
            reason={reason}
            onClick={() =>
              void command.run({
                id: target.id,
                move: { move: 'take_plant', rev: target.rev, plantId: row.id },
              } satisfies Omit<MoveInput, 'commandId'>)
            }
          >
            {t('target.move.take_plant')}
          </VerbButton>
        )
      }
    />
  )
}

/** The history of a target, the newest on top. */
function TargetTrail({ id }: { readonly id: string }) {
  const query = useQuery(api.targets.history.queryOptions({ input: { id } }))
  return <CaseTrail query={query} module="chains" verbs="target.did" states="target.state" />
}

/** The drawing of the target's process with its token and the way that was gone. */
function Drawing({ id }: { readonly id: string }) {
  const query = useQuery(api.targets.process.queryOptions({ input: { id } }))
  return <CaseDrawing query={query} module="chains" nodes="target.node" />
}
