import { useQuery } from '@tanstack/react-query'
import { Alert, Drawer, Form } from 'antd'
import { FormBox, formatTime, useCommand, useNarrow, useText, type ApiProblem } from '@tingzhou/ui'
import { useRef, useState } from 'react'
import { useSearchParams } from 'react-router'
import { api, makeMove, type MoveBody } from './api.ts'
import { verbText } from './appeal-trail.tsx'
import { readMove, withMove, type MoveAddress } from './move-address.ts'
import { isMoveName, moveForms, type Values } from './move-forms.tsx'
import { MoveHelpers } from './move-helpers.tsx'
import { offersOf, reasonText } from './move-verbs.tsx'
import type { Detail } from './words.ts'

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
      command={command.command}
      toInput={(values) => ({
        id: appeal.id,
        // The fields carry the names of the move; the contract checks them on arrival.
        move: { ...(convert ? convert(values, appeal) : values), move, rev: appeal.rev } as MoveBody,
      })}
      submit={t(`move.${move}`)}
      done={close}
      onCancel={close}
      reason={command.command.pending ? null : reason}
    >
      {command.stale && <StaleNote appeal={appeal} since={command.stale} />}
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
  const [stale, setStale] = useState<{ readonly rev: number; readonly problem: ApiProblem } | null>(null)
  const seen = useRef(appeal.rev)
  const query = useQuery({ ...api.appeals.get.queryOptions({ input: { id: appeal.id } }), enabled: false })
  const trail = useQuery({ ...api.appeals.trail.queryOptions({ input: { id: appeal.id } }), enabled: false })
  const command = useCommand({ run: makeMove, invalidate: [api.appeals.key()], success })
  const attempt: typeof command.attempt = async (input) => {
    seen.current = input.move.rev
    setStale(null)
    const outcome = await command.attempt(input)
    if (!outcome.ok && outcome.problem.kind === 'stale_revision') {
      await Promise.all([query.refetch(), trail.refetch()])
      setStale({ rev: seen.current, problem: outcome.problem })
    }
    return outcome
  }
  return { command: { ...command, attempt }, stale }
}

/** Who changed it meanwhile; the words below are still there. */
function StaleNote({ appeal, since }: { readonly appeal: Detail; readonly since: { readonly rev: number } }) {
  const t = useText('needs')
  const { data } = useQuery(api.appeals.trail.queryOptions({ input: { id: appeal.id } }))
  const missed = Math.max(1, appeal.rev - since.rev)
  const entries = (data?.rows ?? []).slice(-missed)
  return (
    <Alert
      className="tz-problem"
      type="warning"
      showIcon
      title={t('stale.title')}
      description={
        <>
          <ul className="needs-lines">
            {entries.map((entry) => (
              <li key={entry.seq}>
                {t('stale.line', { who: entry.actor, time: formatTime(entry.at), what: verbText(t, entry.verb) })}
              </li>
            ))}
          </ul>
          <p className="tz-flush">{t('stale.text', { state: t(`state.${appeal.state}`) })}</p>
        </>
      }
    />
  )
}
