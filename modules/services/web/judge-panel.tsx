import { useQuery } from '@tanstack/react-query'
import { Input, Radio, Select } from 'antd'
import { Panel, Photo, ProblemAlert, StateTag, useText, VerbButton, When, type Tone } from '@tingzhou/ui'
import { useState } from 'react'
import { api, type SubjectKind } from './api.ts'
import { Mark } from './tags.tsx'
import { useMove } from './use-move.ts'
import { reasonOf, useSay, type Application, type ItemCase, type Move } from './words.ts'

type Line = (Application | ItemCase)['materials'][number]
type Draft = { readonly qualified: boolean; readonly reasonCode: string | null; readonly reason: string }
type Props = {
  readonly kind: Extract<SubjectKind, 'application' | 'item'>
  readonly id: string
  readonly rev: number
  readonly moves: readonly Move[]
  readonly materials: readonly Line[]
}

export const standingTones: Readonly<Record<Line['standing'], Tone>> = {
  missing: 'attention',
  promised: 'busy',
  unjudged: 'plain',
  qualified: 'good',
  unqualified: 'bad',
}

/** 材料审查: every copy is found qualified or not, with a reason; what is bad or missing becomes the list of the correction. */
export function JudgePanel({ kind, id, rev, moves, materials }: Props) {
  const t = useText('services')
  const [drafts, setDrafts] = useState<Readonly<Record<string, Draft>>>({})
  const command = useMove(t('judge.saved'))
  const offer = moves.find(({ move }) => move === 'judge_materials')
  const open = materials.filter(({ mark, how }) => mark !== null && how === 'handed_in')
  const said = open.flatMap((line) => {
    const draft = line.mark === null ? undefined : drafts[keyOf(line)]
    return draft && line.mark !== null ? [{ material: line.code, mark: line.mark, ...draft }] : []
  })
  const isHalf = said.some(
    ({ qualified, reasonCode, reason }) => !qualified && reasonCode === null && reason.trim() === '',
  )
  const refused = offer ? reasonOf(t, offer) : t('reason.not_now')
  const save = async () => {
    const outcome = await command.run({ kind, id, move: { move: 'judge_materials', rev, judgements: said } })
    if (outcome.ok) setDrafts({})
  }
  const restGood = () =>
    setDrafts((now) => {
      const rest = open.filter((line) => line.standing === 'unjudged' && now[keyOf(line)] === undefined)
      return { ...now, ...Object.fromEntries(rest.map((line) => [keyOf(line), good])) }
    })
  return (
    <Panel
      title={t('judge.title')}
      aside={
        <span className="tz-second tz-number">{t('judge.count', { done: doneOf(materials), all: open.length })}</span>
      }
    >
      <ul className="services-judge">
        {materials.map((line) => (
          <li key={line.code}>
            <MaterialLine
              line={line}
              draft={drafts[keyOf(line)]}
              onChange={
                refused === null && line.how === 'handed_in'
                  ? (draft) => setDrafts((now) => ({ ...now, [keyOf(line)]: draft }))
                  : null
              }
            />
          </li>
        ))}
      </ul>
      {command.problem && <ProblemAlert problem={command.problem} />}
      {offer !== undefined && (
        <p className="services-verbs">
          <VerbButton reason={refused} onClick={restGood}>
            {t('judge.rest_good')}
          </VerbButton>
          <VerbButton
            reason={refused ?? (said.length === 0 ? t('judge.nothing') : isHalf ? t('judge.reason_first') : null)}
            loading={command.pending}
            onClick={() => void save()}
          >
            {t('judge.save')}
          </VerbButton>
        </p>
      )}
    </Panel>
  )
}

const good: Draft = { qualified: true, reasonCode: null, reason: '' }
// A verdict belongs to the copy: a new one begins without.
const keyOf = ({ code, mark }: Line) => `${code} ${mark}`
const doneOf = (materials: readonly Line[]) => materials.filter(({ judgement }) => judgement !== null).length

function MaterialLine(props: {
  readonly line: Line
  readonly draft: Draft | undefined
  readonly onChange: ((draft: Draft) => void) | null
}) {
  const { line, draft, onChange } = props
  const t = useText('services')
  const say = useSay()
  const name = say(line.name)
  return (
    <div role="group" aria-label={name}>
      <p className="services-line">
        <strong>{name}</strong>
        <Mark>{t(`material_kind.${line.kind}`)}</Mark>
        <StateTag tone={standingTones[line.standing]}>{t(`standing.${line.standing}`)}</StateTag>
        {line.how === 'held' && <span className="tz-caption">{t('how.held')}</span>}
      </p>
      {line.files.length > 0 && (
        <div className="services-files">
          {line.files.map((file) => (
            <Photo key={file.id} file={file} />
          ))}
        </div>
      )}
      {line.judgement && !draft && <Found judgement={line.judgement} />}
      {onChange && <VerdictFields name={name} draft={draft} onChange={onChange} />}
    </div>
  )
}

function Found({ judgement }: { readonly judgement: NonNullable<Line['judgement']> }) {
  const t = useText('services')
  const say = useSay()
  const why = [say(judgement.reason?.name), judgement.words].filter((part) => part !== '').join(t('list_comma'))
  return (
    <p className="tz-caption">
      {why !== '' && <span className="services-bad">{why} · </span>}
      {judgement.by} · {t(judgement.item === null ? 'judge.at_check' : 'judge.at_review')} · <When at={judgement.at} />
    </p>
  )
}

function VerdictFields(props: {
  readonly name: string
  readonly draft: Draft | undefined
  readonly onChange: (draft: Draft) => void
}) {
  const { name, draft, onChange } = props
  const t = useText('services')
  const say = useSay()
  const reasons = useQuery(api.judgements.reasons.queryOptions())
  return (
    <div className="services-verdict">
      <Radio.Group
        aria-label={t('judge.of', { name })}
        value={draft?.qualified ?? null}
        onChange={(event) => onChange({ ...(draft ?? good), qualified: event.target.value === true })}
        options={[
          { value: true, label: t('standing.qualified') },
          { value: false, label: t('standing.unqualified') },
        ]}
      />
      {draft && !draft.qualified && (
        <>
          <Select
            allowClear
            aria-label={t('judge.reason_of', { name })}
            placeholder={t('judge.reason')}
            value={draft.reasonCode}
            onChange={(reasonCode: string | undefined) => onChange({ ...draft, reasonCode: reasonCode ?? null })}
            options={(reasons.data ?? [])
              .filter(({ state }) => state === 'open')
              .map((reason) => ({ value: reason.code, label: say(reason.name) }))}
          />
          <Input
            aria-label={t('judge.words_of', { name })}
            placeholder={t('judge.words')}
            maxLength={500}
            value={draft.reason}
            onChange={(event) => onChange({ ...draft, reason: event.target.value })}
          />
        </>
      )}
    </div>
  )
}
