import { useQuery } from '@tanstack/react-query'
import {
  CaseCard,
  CaseDrawing,
  FactList,
  FileField,
  FormBox,
  FormDrawer,
  ObjectPage,
  OpenFormButton,
  Panel,
  StateStepper,
  Trail,
  useCommand,
  useLive,
  useOpenForm,
  useText,
  VerbButton,
  When,
  type UploadedFile,
} from '@tingzhou/ui'
import { Form, Input } from 'antd'
import { useParams } from 'react-router'
import { caseStates } from '../contract.ts'
import { api, changedKeys, nameOf } from './api.ts'
import { CaseState } from './case-state.tsx'
import { AlarmState, LevelTag } from './tags.tsx'

type Shown = Awaited<ReturnType<typeof api.case.call>>
type MoveInput = Parameters<typeof api.moveCase.call>[0]
type Texts = ReturnType<typeof useText>

/** The case of an alarm: respond, verify, closed with proof. */
export function CasePage() {
  const t = useText('alarms')
  const { id = '' } = useParams()
  const query = useQuery(api.case.queryOptions({ input: { id } }))
  useLive({ kinds: ['alarm_case', 'alarm'], keys: [api.case.key(), api.caseProcess.key()] })
  const shown = query.data
  return (
    <>
      <ObjectPage
        title={shown ? nameOf(shown.title) : t('case.one')}
        {...(shown ? { id: shown.no } : {})}
        state={
          shown && (
            <>
              <LevelTag level={shown.level} />
              <CaseState shown={shown} />
            </>
          )
        }
        {...(shown
          ? {
              primary: <Verb shown={shown} move={shown.state === 'responding' ? 'respond' : 'verify'} primary />,
              verbs: (
                <>
                  <Verb shown={shown} move="redo" />
                  <Verb shown={shown} move="note" />
                </>
              ),
              strip: <Strip shown={shown} />,
              steps: <StateStepper steps={stepsOf(shown, t)} />,
              trail: <CaseTrail shown={shown} />,
            }
          : {})}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
        tabs={
          shown
            ? [
                { key: 'work', label: t('tab.work'), children: <Work shown={shown} /> },
                { key: 'alarms', label: t('tab.alarms', { n: shown.alarms }), children: <Members shown={shown} /> },
                { key: 'process', label: t('tab.process'), children: <Process id={shown.id} /> },
              ]
            : []
        }
      />
      {shown &&
        (['respond', 'verify', 'redo', 'note'] as const).map((move) => (
          <FormDrawer key={move} name={move} title={t(`move.${move}`)}>
            <MoveForm shown={shown} move={move} />
          </FormDrawer>
        ))}
    </>
  )
}

function Strip({ shown }: { readonly shown: Shown }) {
  const t = useText('alarms')
  const { state, dueAt, overdue, owner } = shown
  return (
    <CaseCard
      owner={{ name: t(`owner.${owner}`) }}
      clock={
        dueAt === null
          ? { state: state === 'closed' ? 'done' : 'none' }
          : { state: 'running', dueAt, ...(overdue ? { leftSeconds: -1 } : {}) }
      }
      next={t(`next.${state}`)}
    />
  )
}

function Verb(props: { readonly shown: Shown; readonly move: string; readonly primary?: boolean }) {
  const t = useText('alarms')
  const offer = props.shown.moves.find(({ move }) => move === props.move)
  if (!offer) return null
  return (
    <OpenFormButton
      name={props.move}
      {...(props.primary ? { primary: true } : {})}
      reason={offer.allowed ? null : t(`reason.${offer.reason}`)}
    >
      {t(`move.${props.move}`)}
    </OpenFormButton>
  )
}

function MoveForm({ shown, move }: { readonly shown: Shown; readonly move: 'respond' | 'verify' | 'redo' | 'note' }) {
  const t = useText('alarms')
  const { close } = useOpenForm()
  const command = useCommand({
    run: ({ id, move: made, commandId }: { readonly id: string; readonly move: object; readonly commandId: string }) =>
      // The drawer sends the fields of the move that it names.
      api.moveCase.call({ id, move: { ...made, commandId } } as MoveInput),
    invalidate: changedKeys,
    success: t(`done.${move}`),
  })
  const isStanding = move === 'verify' && shown.clearedAt === null
  return (
    <FormBox<
      { readonly words?: string; readonly files?: readonly UploadedFile[] },
      { id: string; move: object; commandId: string },
      unknown
    >
      command={command}
      toInput={({ words = '', files = [] }) => ({
        id: shown.id,
        move: { move, rev: shown.rev, words, ...(move === 'respond' ? { fileIds: files.map(({ id }) => id) } : {}) },
      })}
      fieldNames={{ fileIds: 'files', 'move.words': 'words' }}
      submit={t(`move.${move}`)}
      done={close}
      onCancel={close}
    >
      {isStanding && <p className="tz-alarm-words">{t('case.verify_standing')}</p>}
      <Form.Item
        name="words"
        label={t(`words.${move}`)}
        rules={move === 'verify' && !isStanding ? [] : [{ required: true, whitespace: true, message: t('rule.words') }]}
      >
        <Input.TextArea maxLength={2_000} rows={5} showCount />
      </Form.Item>
      {move === 'respond' && (
        <Form.Item name="files" label={t('field.proof')}>
          <FileField max={9} capture />
        </Form.Item>
      )}
    </FormBox>
  )
}

const stepsOf = ({ state }: Shown, t: Texts) => {
  const at = caseStates.indexOf(state)
  return caseStates.map((key, index) => ({
    key,
    label: t(`case_state.${key}`),
    state: index < at || state === 'closed' ? ('done' as const) : index === at ? ('now' as const) : ('later' as const),
  }))
}

function Work({ shown }: { readonly shown: Shown }) {
  const t = useText('alarms')
  return (
    <>
      <Panel title={t('case.to_do')}>
        <h3>{t('field.response')}</h3>
        <p className="tz-alarm-words">{nameOf(shown.instruction) || t('not_said')}</p>
        <h3>{t('field.consequence')}</h3>
        <p className="tz-alarm-words">{nameOf(shown.consequence) || t('not_said')}</p>
      </Panel>
      <Panel title={t('case.done')}>
        <FactList
          facts={[
            { label: t('field.place'), value: shown.place },
            { label: t('field.point'), value: shown.code },
            {
              label: t('field.cleared'),
              value: shown.clearedAt === null ? t('case.standing') : <When at={shown.clearedAt} />,
            },
            { label: t('field.responded_by'), value: shown.respondedBy ?? '–' },
            { label: t('field.verified_by'), value: shown.verifiedBy ?? '–' },
          ]}
        />
        {shown.response !== null && <p className="tz-alarm-words">{shown.response}</p>}
        {shown.files.length > 0 && (
          <ul aria-label={t('field.proof')}>
            {shown.files.map((file) => (
              <li key={file.id}>
                <a href={`/api/v1/files/${file.id}`} target="_blank" rel="noreferrer">
                  {file.name}
                </a>
              </li>
            ))}
          </ul>
        )}
        {shown.verdict && <p className="tz-alarm-words">{shown.verdict}</p>}
      </Panel>
    </>
  )
}

function Members({ shown }: { readonly shown: Shown }) {
  const t = useText('alarms')
  return (
    <ul className="tz-cards" aria-label={t('tab.alarms', { n: shown.alarms })}>
      {shown.members.map((alarm) => (
        <li key={alarm.id} className="tz-card">
          <AlarmState state={alarm.state} /> <When at={alarm.startedAt} />{' '}
          {alarm.endedAt !== null && (
            <>
              – <When at={alarm.endedAt} />
            </>
          )}{' '}
          <VerbButton type="link" size="small" href={`/alarms/${alarm.id}`}>
            {t('verb.open')}
          </VerbButton>
        </li>
      ))}
    </ul>
  )
}

function CaseTrail({ shown }: { readonly shown: Shown }) {
  const t = useText('alarms')
  return (
    <Trail
      entries={shown.trail
        .map((line) => ({
          id: String(line.seq),
          at: line.at,
          who: line.actor,
          verb: t(`trail.${line.verb}`),
          from: line.from && t(`case_state.${line.from}`),
          to: line.to && t(`case_state.${line.to}`),
          why: line.reason,
          hash: line.hash,
        }))
        .toReversed()}
    />
  )
}

/** The drawing with the live token. */
function Process({ id }: { readonly id: string }) {
  const query = useQuery(api.caseProcess.queryOptions({ input: { id } }))
  return <CaseDrawing query={query} module="alarms" />
}
