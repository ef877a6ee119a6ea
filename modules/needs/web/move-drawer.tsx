import { useQuery } from '@tanstack/react-query'
import { Drawer, Form } from 'antd'
import { decodeProblem, FormBox, formatTime, useCommand, useNarrow, useText, type ApiProblem } from '@tingzhou/ui'
import { useSearchParams } from 'react-router'
import { api, makeMove, type MoveBody } from './api.ts'
import { verbText, type Entry } from './appeal-trail.tsx'
import { readMove, withMove, type MoveAddress } from './move-address.ts'
import { isMoveName, moveForms, type Values } from './move-forms.tsx'
import { MoveHelpers } from './move-helpers.tsx'
import { offersOf, reasonText } from './move-verbs.tsx'
import type { Detail, Texts } from './words.ts'

const width = { plain: 560, wide: 920 } as const

/** The form of the move that the address names, beside the appeal. */
export function MoveDrawer({ appeal }: { readonly appeal: Detail }) {
  const t = useText('needs')
  const narrow = useNarrow()
  const [query, setQuery] = useSearchParams()
  const address = readMove(query)
  const close = () => setQuery((now) => withMove(now, null), { replace: true })
  const known = address !== null && isMoveName(address.do) ? address : null
  const wide = known !== null && isMoveName(known.do) && moveForms[known.do].wide
  return (
    <Drawer
      open={known !== null}
      onClose={close}
      title={known && t(`move.${known.do}`)}
      size={narrow ? '100%' : width[wide ? 'wide' : 'plain']}
      destroyOnHidden
    >
      {known && <MoveForm key={`${known.do} ${known.subject ?? ''}`} appeal={appeal} address={known} close={close} />}
    </Drawer>
  )
}

type FormProps = { readonly appeal: Detail; readonly address: MoveAddress; readonly close: () => void }

function MoveForm({ appeal, address, close }: FormProps) {
  const t = useText('needs')
  const [form] = Form.useForm<Values>()
  const move = address.do
  const command = useMoveCommand(appeal, t('done.' + move))
  if (!isMoveName(move)) return null
  const { Fields, initial, convert, wide } = moveForms[move]
  const subjectId = address.subject ?? null
  const offer = offersOf(appeal).find(
    (entry) => entry.move === move && (subjectId === null || entry.subjectId === subjectId),
  )
  const reason = offer ? reasonText(t, offer) : t('reason.not_now')
  const box = (
    <FormBox<Values, Parameters<typeof makeMove>[0], Awaited<ReturnType<typeof makeMove>>>
      form={form}
      draft={`needs.${move}.${appeal.id}.${subjectId ?? ''}`}
      initial={{ ...initial?.(appeal), ...presetOf(address) }}
      command={command}
      toInput={(values) => ({
        id: appeal.id,
        // The fields carry the names of the move; the contract checks them on arrival.
        move: { ...(convert ? convert(values, appeal) : values), move, rev: appeal.rev } as MoveBody,
      })}
      submit={t(`move.${move}`)}
      done={close}
      onCancel={close}
      reason={command.pending ? null : reason}
    >
      <Fields appeal={appeal} subjectId={subjectId} />
    </FormBox>
  )
  return (
    <>
      <p className="tz-second">{t(`consequence.${move}`)}</p>
      {wide ? (
        <div className="needs-two">
          <div>{box}</div>
          <MoveHelpers appeal={appeal} form={form} move={move} />
        </div>
      ) : (
        box
      )}
    </>
  )
}

/** Values that came with the verb, such as the leader proposed for a merge. */
function presetOf({ leaderId, articleId, category }: MoveAddress): Values {
  return { ...(leaderId ? { leaderId } : {}), ...(articleId ? { articleId } : {}), ...(category ? { category } : {}) }
}

/** Makes moves; a stale view is reloaded at once, so that the same words can be sent again on the new one. */
function useMoveCommand(appeal: Detail, success: string) {
  const t = useText('needs')
  const input = { id: appeal.id }
  const query = useQuery({ ...api.appeals.get.queryOptions({ input }), enabled: false })
  const trail = useQuery({ ...api.appeals.trail.queryOptions({ input }), enabled: false })
  const command = useCommand({ run: makeMove, invalidate: [api.appeals.key()], success })
  const attempt: typeof command.attempt = async (made) => {
    const outcome = await command.attempt(made)
    if (outcome.ok || !overtaken.has(outcome.problem.kind)) return outcome
    const [now, history] = await Promise.all([query.refetch(), trail.refetch()])
    if (!now.data || now.data.rev === made.move.rev) return outcome
    const missed = (history.data?.rows ?? []).slice(made.move.rev - now.data.rev)
    return { ok: false, problem: staleProblem(t, outcome.problem, now.data, missed) }
  }
  return { ...command, attempt }
}

/** Refusals that mean somebody was faster. */
const overtaken: ReadonlySet<string> = new Set(['stale_revision', 'not_in_state', 'task_gone', 'concurrent_change'])

/** Says who changed it meanwhile and where it stands now; the words of the form are still there. */
function staleProblem(t: Texts, problem: ApiProblem, now: Detail, missed: readonly Entry[]): ApiProblem {
  const lines = missed.map((entry) =>
    t('stale.line', { who: entry.actor, time: formatTime(entry.at), what: verbText(t, entry.verb) }),
  )
  const detail = [...lines, t('stale.text', { state: t(`state.${now.state}`) })].join(t('stale.joint'))
  return decodeProblem(
    { ...problem.data, title: t('stale.title'), detail, errors: [] },
    problem.data.status,
    problem.requestId,
  )
}
