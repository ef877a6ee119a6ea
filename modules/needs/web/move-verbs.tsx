import { DownOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { useKeys, useNarrow, useText, VerbButton } from '@tingzhou/ui'
import { useSearchParams } from 'react-router'
import { api, makeMove } from './api.ts'
import { withMove } from './move-address.ts'
import { useCommand } from '@tingzhou/ui'
import type { MoveName } from '../appeal-contract.ts'
import { keyed, type Detail, type Texts } from './words.ts'

/** The verb that the state waits for comes first; the first one allowed is the reader's primary verb. */
const order: readonly string[] = [
  'submit',
  'dispatch',
  'decide_jointly',
  'accept_return',
  'sign',
  'opinion',
  'answer_supervision',
  'decide_extension',
  'supplement',
  'pass_reply',
  'strike_off',
  'callback',
  'hold_meeting',
  'list_planned',
  'review_planned',
  'reply',
  'contact',
  'rate',
  'review',
  'refuse_return',
  'reject_reply',
  'refuse_planned',
  'ask_applicant',
  'ask_assistant',
  'assign',
  'ask_extension',
  'classify',
  'merge',
  'answer',
  'split',
  'return',
  'overrule',
  'urge',
  'supervise',
  'lift_supervision',
  'note',
  'unmerge',
  'decline',
  'withdraw',
]

/** Verbs that need no words: one press does them. */
const atOnce: ReadonlySet<string> = new Set(['submit', 'sign'])

/** The moves that a state waits for; the others are possible beside them and never the primary verb. */
const awaited: ReadonlySet<string> = new Set(order.slice(0, order.indexOf('rate') + 1))

/** Worth a button of their own beside the primary verb, when there is room. */
const near: ReadonlySet<string> = new Set([
  ...awaited,
  'refuse_return',
  'reject_reply',
  'refuse_planned',
  'ask_applicant',
  'ask_assistant',
  'classify',
  'return',
])

export type Offer = {
  readonly move: string
  readonly allowed: boolean
  readonly reason: string | null
  readonly subjectId: string | null
}

/** Moves that are about a row of the appeal; without one there is nothing to do, whatever the role. */
const needsSubject: ReadonlySet<string> = new Set(['opinion', 'overrule', 'answer_supervision', 'lift_supervision'])

/** The server's offers, with those refused whose object is not there. Pure. */
export function offersOf(appeal: Pick<Detail, 'moves' | 'extensions' | 'planned'>): readonly Offer[] {
  return appeal.moves.map((offer) => {
    const idle =
      (needsSubject.has(offer.move) && offer.subjectId === null) ||
      (offer.move === 'decide_extension' && !appeal.extensions.some(({ state }) => state === 'asked')) ||
      (offer.move === 'review_planned' && appeal.planned?.state !== 'open')
    return offer.allowed && idle ? { ...offer, allowed: false, reason: `idle_${offer.move}` } : offer
  })
}

/** The moves in the order of their weight. Pure. */
export function sortMoves(moves: readonly Offer[]): readonly Offer[] {
  const weight = ({ move, allowed }: Offer) => (allowed ? 0 : 100) + ((order.indexOf(move) + 100) % 100)
  return moves.toSorted((a, b) => weight(a) - weight(b))
}

/** The reader's one primary verb; what is rated already can be rated anew, but nothing waits for it. */
export function primaryMove(moves: readonly Offer[], rated = false): Offer | null {
  return (
    sortMoves(moves).find(({ move, allowed }) => allowed && awaited.has(move) && !(rated && move === 'rate')) ?? null
  )
}

/** The reader's one primary verb, and the others behind a menu, those not possible now with their reason. */
export function MoveVerbs({ appeal }: { readonly appeal: Detail }) {
  const t = useText('needs')
  const narrow = useNarrow()
  const press = usePress(appeal)
  const offers = offersOf(appeal)
  const primary = primaryMove(offers, appeal.rating !== null)
  const others = sortMoves(offers).filter((offer) => offer !== primary)
  const beside = narrow ? [] : others.filter(({ allowed, move }) => allowed && near.has(move)).slice(0, 2)
  const inMenu = others.filter((offer) => !beside.includes(offer))
  useKeys(primary ? [{ keys: 'a', label: t(`move.${primary.move}`), run: () => press.run(primary) }] : [])
  return (
    <>
      {inMenu.length > 0 && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: inMenu.map((offer) => ({
              key: keyOf(offer),
              disabled: !offer.allowed,
              label: <MenuVerb offer={offer} appeal={appeal} t={t} />,
            })),
            onClick: ({ key }) => {
              const offer = inMenu.find((candidate) => keyOf(candidate) === key)
              if (offer) press.run(offer)
            },
            className: 'needs-verb-menu',
          }}
        >
          <Button>
            {t('verb.more')} <DownOutlined aria-hidden />
          </Button>
        </Dropdown>
      )}
      {beside.map((offer) => (
        <VerbButton key={keyOf(offer)} onClick={() => press.run(offer)}>
          {t(`move.${offer.move}`)}
        </VerbButton>
      ))}
      {primary && (
        <VerbButton type="primary" shortcut="a" loading={press.pending} onClick={() => press.run(primary)}>
          {t(`move.${primary.move}`)}
        </VerbButton>
      )}
    </>
  )
}

const keyOf = ({ move, subjectId }: Offer): string => `${move} ${subjectId ?? ''}`

function MenuVerb({ offer, appeal, t }: { readonly offer: Offer; readonly appeal: Detail; readonly t: Texts }) {
  const subject = subjectText(t, appeal, offer)
  return (
    <span className="needs-verb">
      <span>
        {t(`move.${offer.move}`)}
        {subject && <span className="tz-second"> · {subject}</span>}
      </span>
      {!offer.allowed && <span className="tz-caption">{reasonText(t, offer)}</span>}
    </span>
  )
}

export function reasonText(t: Texts, { allowed, reason }: Offer): string | null {
  return allowed ? null : keyed(t, 'reason', reason, t('reason.not_now'))
}

/** What the move is about when there are several, such as the department whose opinion is open. */
function subjectText(t: Texts, appeal: Detail, { subjectId }: Offer): string | null {
  if (subjectId === null) return null
  const assist = appeal.assists.find(({ id }) => id === subjectId)
  if (assist) return assist.department.name
  const supervision = appeal.supervisions.find(({ id }) => id === subjectId)
  return supervision ? t('supervision.level', { level: supervision.level }) : null
}

/** Presses a verb: at once, or by opening its form; the open form is part of the address. */
function usePress(appeal: Detail) {
  const t = useText('needs')
  const [, setQuery] = useSearchParams()
  const command = useCommand({
    run: makeMove,
    invalidate: [api.appeals.key()],
    success: (_, { move }) => t(`done.${move.move}`),
  })
  return {
    pending: command.pending,
    run: ({ move, subjectId }: Offer) => {
      if (!atOnce.has(move)) {
        setQuery((now) => withMove(now, { do: move as MoveName, subject: subjectId }))
        return
      }
      void command.run({ id: appeal.id, move: { move: move as 'sign', rev: appeal.rev } })
    },
  }
}
