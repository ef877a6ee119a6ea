import {
  DayItem,
  fileIds,
  FilesItem,
  FormBox,
  FormDrawer,
  MoveVerbs,
  NumberItem,
  ScaledItem,
  TextItem,
  unitWord,
  useCommand,
  useOpenForm,
  useText,
  zoneToday,
} from '@tingzhou/ui'
import type { ReactNode } from 'react'
import { moveNames, type MoveName } from '../../target/target-contract.ts'
import { api } from '../api.ts'
import { makeMove, type MoveInput, type Standing, type TargetDetail } from './api.ts'
import { FirmItem, OwnerItem } from './items.tsx'

type Values = Readonly<Record<string, unknown>>
type MoveForm = {
  readonly Fields: (props: { readonly target: TargetDetail }) => ReactNode
  readonly initial?: (target: TargetDetail) => Values
  /** Where the form's values are not the move's fields. */
  readonly convert?: (values: Values) => Values
}

/** Moves that lead on; of these the first that may be made is the primary verb. */
const onward: readonly MoveName[] = ['resume', 'produce', 'start', 'sign', 'visit', 'contact']

export function TargetVerbs({ target }: { readonly target: TargetDetail }) {
  const t = useText('chains')
  // A plant is taken beside the plant.
  const offered = target.moves.filter(
    ({ move }) => move !== 'take_plant' && (move !== 'give_plant' || target.plant !== null),
  )
  return (
    <MoveVerbs
      moves={offered}
      onward={onward}
      verb={(move) => t(`target.move.${move}`)}
      why={(reason) => t(`target.reason.${reason}`)}
    />
  )
}

/** The form of the move that the address names, beside the target. */
export function MoveForms({ target }: { readonly target: TargetDetail }) {
  const t = useText('chains')
  return moveNames
    .filter((move) => move !== 'take_plant')
    .map((move) => (
      <FormDrawer key={move} name={move} title={t(`target.move.${move}`)}>
        <MoveBox target={target} move={move} />
      </FormDrawer>
    ))
}

function MoveBox({ target, move }: { readonly target: TargetDetail; readonly move: MoveName }) {
  const t = useText('chains')
  const { close } = useOpenForm()
  const { Fields, initial, convert } = forms[move]
  const command = useCommand({
    run: makeMove,
    invalidate: [api.targets.key(), api.lines.key(), api.plants.key()],
    success: t(`target.move_done.${move}`),
  })
  const offer = target.moves.find((one) => one.move === move)
  const reason = offer ? offer.reason : 'not_in_state'
  return (
    <>
      <p className="tz-second">{t(`target.move_means.${move}`)}</p>
      <FormBox<Values, MoveInput, Standing>
        initial={initial?.(target) ?? {}}
        command={command}
        toInput={(values) => ({
          id: target.id,
          // The fields carry the names of the move; the contract checks them on arrival.
          move: { ...(convert ? convert(values) : values), move, rev: target.rev } as MoveInput['move'],
        })}
        fieldNames={{ fileIds: 'files' }}
        submit={t(`target.move.${move}`)}
        done={close}
        onCancel={close}
        reason={command.pending || reason === null ? null : t(`target.reason.${reason}`)}
      >
        <Fields target={target} />
      </FormBox>
    </>
  )
}

function Reason({ required = true }: { readonly required?: boolean }) {
  const t = useText('chains')
  return <TextItem name="reason" label={t('target.why')} max={500} rows={3} required={required} />
}

function Next() {
  const t = useText('chains')
  return (
    <>
      <TextItem name="step" label={t('target.step')} max={200} />
      <DayItem name="stepDay" label={t('target.step_day')} />
    </>
  )
}

function Proof() {
  const t = useText('chains')
  return (
    <>
      <DayItem name="day" label={t('target.day')} required />
      <TextItem name="words" label={t('target.words')} max={1_000} rows={3} />
      <FilesItem name="files" label={t('target.files')} />
    </>
  )
}

function Whom() {
  const t = useText('chains')
  return <TextItem name="whom" label={t('target.whom')} max={120} required />
}

const nextOf = ({ step, stepDay }: Values) => ({ step: step ?? '', stepDay: stepDay ?? null })
const proved = ({ files, words, ...values }: Values): Values => ({
  ...values,
  ...nextOf(values),
  words: words ?? '',
  fileIds: fileIds(files),
})
const withFirm = ({ firmId, ...values }: Values): Values => ({ ...proved(values), firmId: firmId ?? null })
const today = (): Values => ({ day: zoneToday() })

/** What each move asks for. */
const forms: Readonly<Record<MoveName, MoveForm>> = {
  contact: {
    Fields: function Contact({ target }) {
      const t = useText('chains')
      return (
        <>
          <Whom />
          <FirmItem name="firmId" label={t('target.firm')} first={target.candidates} />
          <Proof />
          <Next />
        </>
      )
    },
    initial: today,
    convert: withFirm,
  },
  visit: {
    Fields: () => (
      <>
        <Whom />
        <Proof />
        <Next />
      </>
    ),
    initial: today,
    convert: proved,
  },
  sign: {
    Fields: function Sign({ target }) {
      const t = useText('chains')
      return (
        <>
          {target.firm === null && (
            <FirmItem name="firmId" label={t('target.firm')} first={target.candidates} required />
          )}
          <ScaledItem name="amountFen" label={t('target.amount')} scale={2} unit="¥" min={1} max={9e15} required />
          <Proof />
          <Next />
        </>
      )
    },
    initial: today,
    convert: withFirm,
  },
  start: {
    Fields: function Start() {
      const t = useText('chains')
      return (
        <>
          <TextItem name="site" label={t('target.site')} max={200} required />
          <Proof />
          <Next />
        </>
      )
    },
    initial: (target) => ({ ...today(), site: target.plant === null ? undefined : target.plant.name }),
    convert: proved,
  },
  produce: {
    Fields: function Produce({ target }) {
      const t = useText('chains')
      return (
        <>
          <NumberItem
            name="capacity"
            label={t('target.capacity')}
            min={0.001}
            max={1_000_000_000_000}
            unit={unitWord(target.product.unit)}
            required
          />
          <Proof />
        </>
      )
    },
    initial: today,
    convert: ({ files, words, ...values }) => ({ ...values, words: words ?? '', fileIds: fileIds(files) }),
  },
  park: {
    Fields: function Park() {
      const t = useText('chains')
      return (
        <>
          <Reason />
          <DayItem name="lookDay" label={t('target.look_day')} required />
        </>
      )
    },
  },
  resume: {
    Fields: function Resume() {
      const t = useText('chains')
      return (
        <>
          <Reason />
          <DayItem name="deadline" label={t('target.deadline')} required />
          <Next />
        </>
      )
    },
    initial: ({ deadline }) => ({ deadline: deadline < zoneToday() ? undefined : deadline }),
    convert: (values) => ({ ...values, ...nextOf(values) }),
  },
  drop: { Fields: () => <Reason /> },
  plan: {
    Fields: function Plan() {
      const t = useText('chains')
      return (
        <>
          <DayItem name="deadline" label={t('target.deadline')} required />
          <Next />
          <Reason required={false} />
        </>
      )
    },
    initial: ({ deadline, step, stepDay }) => ({ deadline, step, stepDay }),
    convert: ({ reason, ...values }) => ({ ...values, ...nextOf(values), reason: reason ?? '' }),
  },
  reassign: {
    Fields: function Reassign() {
      const t = useText('chains')
      return (
        <>
          <OwnerItem name="ownerId" label={t('target.new_owner')} required />
          <Reason />
        </>
      )
    },
  },
  firm: {
    Fields: function Firm({ target }) {
      const t = useText('chains')
      return (
        <>
          <FirmItem name="firmId" label={t('target.firm')} first={target.candidates} />
          <Reason required={false} />
        </>
      )
    },
    convert: ({ firmId, reason }) => ({ firmId: firmId ?? null, reason: reason ?? '' }),
  },
  take_plant: { Fields: () => null },
  give_plant: { Fields: () => <Reason /> },
  note: {
    Fields: function Note() {
      const t = useText('chains')
      return (
        <>
          <TextItem name="words" label={t('target.words')} max={1_000} rows={4} required />
          <FilesItem name="files" label={t('target.files')} />
        </>
      )
    },
    convert: ({ files, ...values }) => ({ ...values, fileIds: fileIds(files) }),
  },
}
