import { Checkbox, Input } from 'antd'
import {
  FileField,
  formatDate,
  localDateOf,
  NumberField,
  useNumberFault,
  useText,
  type SendingFiles,
  type UploadedFile,
} from '@tingzhou/ui'
import { useEffect, useRef, useState } from 'react'
import { changedIn } from './draft-content.ts'
import type { StepProps } from './draft-editor.tsx'
import { isShared } from './plan-parts.tsx'
import { FromSource } from './source-name.tsx'
import { StepVerbs } from './step-verbs.tsx'
import { Mark } from './tags.tsx'
import type { Fields } from './use-saver.ts'
import { useSay, type Application, type PlanItem, type PlanMaterial } from './words.ts'

type Given = {
  readonly files: readonly UploadedFile[]
  readonly promised: boolean
  /** The paper itself was shown at the window. */
  readonly shown: boolean
}
type MaterialsProps = StepProps & { readonly onSending: (code: string, now: SendingFiles) => void }
type Stored = Application['materials'][number]
/** The promise as it is typed; without days it is for as many as may be. */
type Signed = { readonly workingDays: number | null; readonly signedBy: string; readonly agreed: boolean }

// Ten working days at most, whatever an item allows. Source: casework.md §10, rule 5.
const promiseDaysMax = 10

/** 材料: what the zone holds is shown with its source, the rest is handed in; a secondary one may be promised. */
export function DraftMaterials({ application, saver, onNext, onBack, onSending }: MaterialsProps) {
  const t = useText('services')
  const plans = application.plan.materials
  const stored = new Map(application.materials.map((material) => [material.code, material]))
  const asked = plans.filter((plan) => plan.asked)
  const held = plans.filter((plan) => !plan.asked)
  const [given, setGiven] = useState<Readonly<Record<string, Given>>>(() =>
    Object.fromEntries(asked.map(({ code }) => [code, givenOf(stored.get(code))])),
  )
  const [signed, setSigned] = useState<Signed>({
    workingDays: application.promiseGiven?.workingDays ?? null,
    signedBy: application.promiseGiven?.signedBy ?? '',
    agreed: application.promiseGiven !== null,
  })
  const [told, setTold] = useState(false)
  const promised = asked.filter(({ code }) => given[code]?.promised === true)
  const limit = Math.min(...promised.map((plan) => promiseLimit(plan, application.plan.items)), promiseDaysMax)
  const daysFault = useNumberFault({ min: 1, max: limit, digits: 0, unit: t('unit.working_days') })(signed.workingDays)
  const isSigned = promised.length === 0 || (signed.agreed && signed.signedBy.trim() !== '' && daysFault === null)
  // Several files may be on their way at once: each arrives into what is there then, not when it was sent.
  const latest = useRef(given)
  const put = (next: Readonly<Record<string, Given>>) => {
    latest.current = { ...latest.current, ...next }
    setGiven(latest.current)
  }
  const change = (code: string, next: Given) => {
    const before = latest.current[code]
    put({ [code]: next })
    // A file that was sent must not be lost with the page.
    if (next.files !== before?.files || next.shown !== before.shown) void saver.save(linesOf(latest.current))
  }
  const { taken } = saver
  useEffect(() => {
    if (!taken) return
    const theirs = new Map(taken.application.materials.map((material) => [material.code, material]))
    const codes = changedIn('materials', taken.was, taken.now)
    put(Object.fromEntries(codes.map((code) => [code, givenOf(theirs.get(code))])))
  }, [taken])
  const fields = (): Fields => ({
    ...linesOf(latest.current),
    promise:
      promised.length > 0 && isSigned
        ? { workingDays: signed.workingDays ?? limit, signedBy: signed.signedBy.trim(), agreed: true }
        : null,
  })
  const forward = async () => {
    setTold(true)
    if ((await saver.save(fields())) && isSigned) onNext()
  }
  return (
    <>
      <h3>
        {t('materials.asked')} <span className="tz-second tz-number">{asked.length}</span>
      </h3>
      {asked.length === 0 && <p className="tz-second">{t('materials.no_asked')}</p>}
      <ul className="services-materials">
        {asked.map((plan) => (
          <AskedMaterial
            key={plan.code}
            plan={plan}
            limit={promiseLimit(plan, application.plan.items)}
            given={given[plan.code] ?? noneGiven}
            atWindow={application.mode === 'window' || application.mode === 'cross_region'}
            onChange={(next) => change(plan.code, next)}
            onSending={(now) => onSending(plan.code, now)}
          />
        ))}
      </ul>
      {promised.length > 0 && (
        <PromiseBox
          materials={promised}
          limit={limit}
          signed={signed}
          daysFault={daysFault}
          onChange={setSigned}
          told={told}
        />
      )}
      <h3>
        {t('materials.held')} <span className="tz-second tz-number">{held.length}</span>
      </h3>
      {held.length === 0 && <p className="tz-second">{t('materials.no_held')}</p>}
      <ul className="services-lines">
        {held.map((plan) => (
          <HeldMaterial key={plan.code} plan={plan} stored={stored.get(plan.code)} />
        ))}
      </ul>
      <StepVerbs onNext={forward} onBack={onBack} onSave={() => void saver.save(fields())} />
    </>
  )
}

/** Working days for which a material may be promised: its own limit, and the promise of every item that needs it. Pure. */
function promiseLimit({ tolerantDaysMax, items }: PlanMaterial, planned: readonly PlanItem[]): number {
  const days = planned.filter(({ code }) => items.includes(code)).map(({ promisedDays }) => promisedDays)
  return Math.max(1, Math.min(promiseDaysMax, tolerantDaysMax ?? promiseDaysMax, ...days))
}

const noneGiven: Given = { files: [], promised: false, shown: false }

const givenOf = (stored: Stored | undefined): Given =>
  stored
    ? {
        files: stored.files,
        promised: stored.how === 'promised',
        shown: stored.how === 'handed_in' && stored.files.length === 0,
      }
    : noneGiven

const isGiven = ({ files, promised, shown }: Given): boolean => files.length > 0 || promised || shown

/** Every asked material as the server keeps it, and those that are handed in no longer. Pure. */
const linesOf = (given: Readonly<Record<string, Given>>): Pick<Fields, 'materials' | 'takenBack'> => ({
  materials: Object.entries(given)
    .filter(([, one]) => isGiven(one))
    .map(([code, { files, promised }]) => ({
      code,
      how: promised ? ('promised' as const) : ('handed_in' as const),
      fileIds: promised ? [] : files.map(({ id }) => id),
    })),
  takenBack: Object.entries(given).flatMap(([code, one]) => (isGiven(one) ? [] : [code])),
})

function AskedMaterial(props: {
  readonly plan: PlanMaterial
  readonly limit: number
  readonly given: Given
  /** Where the paper itself may be shown instead of a scan. */
  readonly atWindow: boolean
  readonly onChange: (given: Given) => void
  readonly onSending: (now: SendingFiles) => void
}) {
  const { plan, limit, given, onChange } = props
  const t = useText('services')
  const say = useSay()
  return (
    <li>
      <div role="group" aria-label={say(plan.name)}>
        <p className="services-line">
          <strong>{say(plan.name)}</strong>
          <Mark>{t(`material_kind.${plan.kind}`)}</Mark>
          <span className="tz-caption">{t(`material_form.${plan.form}`)}</span>
        </p>
        {isShared(plan) && <p className="tz-caption">{t('materials.not_found')}</p>}
        {!given.promised && (
          <FileField
            value={given.files}
            onChange={(files) => onChange({ ...given, files, shown: given.shown && files.length === 0 })}
            onSending={props.onSending}
            max={9}
            capture
          />
        )}
        {props.atWindow && given.files.length === 0 && !given.promised && (
          <Checkbox checked={given.shown} onChange={(event) => onChange({ ...given, shown: event.target.checked })}>
            {t('materials.shown')}
          </Checkbox>
        )}
        {plan.tolerantDaysMax !== null && given.files.length === 0 && !given.shown && (
          <Checkbox
            checked={given.promised}
            onChange={(event) => onChange({ ...given, promised: event.target.checked })}
          >
            {t('promise.later', { days: limit })}
          </Checkbox>
        )}
      </div>
    </li>
  )
}

function HeldMaterial({ plan, stored }: { readonly plan: PlanMaterial; readonly stored: Stored | undefined }) {
  const t = useText('services')
  const say = useSay()
  return (
    <li>
      <span>
        {say(plan.name)}
        <span className="tz-caption services-under">
          {stored?.source ? (
            <FromSource source={stored.source} named={stored.sourceName} />
          ) : (
            t(`material_from.${plan.from}`)
          )}
          {stored?.asOf ? ` · ${t('form.as_of', { date: formatDate(localDateOf(stored.asOf)) })}` : ''}
        </span>
      </span>
      <Mark>{t('materials.spared')}</Mark>
    </li>
  )
}

/** 容缺承诺书: what, until when, and what happens otherwise, signed by name. */
function PromiseBox(props: {
  readonly materials: readonly PlanMaterial[]
  readonly limit: number
  readonly signed: Signed
  readonly daysFault: string | null
  readonly onChange: (signed: Signed) => void
  readonly told: boolean
}) {
  const { signed, limit, daysFault, onChange, told } = props
  const t = useText('services')
  const say = useSay()
  const isUnnamed = told && signed.signedBy.trim() === ''
  const isNotAgreed = told && !signed.agreed
  return (
    <fieldset className="services-promise">
      <legend>{t('promise.title')}</legend>
      <p>{t('promise.list', { list: props.materials.map(({ name }) => say(name)).join(t('list_comma')) })}</p>
      <p className="tz-second">{t('promise.consequence')}</p>
      <label>
        <span>{t('promise.days')}</span>
        <NumberField
          inputMode="numeric"
          className="services-number"
          unit={t('unit.working_days')}
          value={signed.workingDays ?? limit}
          {...(daysFault === null ? {} : { status: 'error', 'aria-invalid': true })}
          onChange={(workingDays) => onChange({ ...signed, workingDays })}
        />
      </label>
      {daysFault !== null && (
        <p role="alert" className="services-bad">
          {daysFault}
        </p>
      )}
      <label>
        <span>{t('promise.signed_by')}</span>
        <Input
          maxLength={60}
          value={signed.signedBy}
          {...(isUnnamed ? { status: 'error' as const, 'aria-invalid': true } : {})}
          onChange={(event) => onChange({ ...signed, signedBy: event.target.value })}
        />
      </label>
      {isUnnamed && (
        <p role="alert" className="services-bad">
          {t('promise.name_first')}
        </p>
      )}
      <Checkbox checked={signed.agreed} onChange={(event) => onChange({ ...signed, agreed: event.target.checked })}>
        {t('promise.agreed')}
      </Checkbox>
      {isNotAgreed && (
        <p role="alert" className="services-bad">
          {t('promise.agree_first')}
        </p>
      )}
    </fieldset>
  )
}
