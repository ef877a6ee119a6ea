import { DownOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { useNarrow, useText, VerbButton } from '@tingzhou/ui'
import { useSearchParams } from 'react-router'
import { withMove } from './move-address.ts'
import { hardMoves, moveOrder, specOf } from './move-specs.ts'
import type { MoveSubject } from './move-subject.ts'
import { reasonOf, type Move } from './words.ts'

/** The moves in the order of their weight, those without a form left out. Pure. */
export function sortMoves({ kind, moves, first }: Pick<MoveSubject, 'kind' | 'moves' | 'first'>): readonly Move[] {
  const order = moveOrder[kind].toSorted((a, b) => Number(b === first) - Number(a === first))
  return order.flatMap((name) => moves.filter(({ move }) => move === name && specOf(kind, name) !== null))
}

const nearMax = 3

/** The verbs about one thing: the awaited one first, those not possible now with their reason, the rest in a menu. */
export function MoveVerbs(props: {
  readonly subject: MoveSubject
  readonly size?: 'small' | 'large'
  /** Only those possible now, as an applicant's page wants it. */
  readonly possibleOnly?: boolean
}) {
  const { subject, size, possibleOnly = false } = props
  const t = useText('services')
  const narrow = useNarrow()
  const [, setQuery] = useSearchParams()
  const offers = sortMoves(subject).filter(({ allowed }) => allowed || !possibleOnly)
  const primary = offers.find(({ move, allowed }) => allowed && !hardMoves.has(move))
  const open = (move: string) => setQuery((now) => withMove(now, { move, on: subject.id }))
  const possible = offers.filter(({ allowed }) => allowed)
  const near = possibleOnly ? offers : possible.slice(0, narrow ? 1 : nearMax)
  const far = offers.filter((offer) => !near.includes(offer))
  const word = (move: string) => t(`move.${subject.kind}.${move}`)
  return (
    <span className="services-verbs">
      {far.length > 0 && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: far.map((offer) => {
              const reason = reasonOf(t, offer)
              return {
                key: offer.move,
                disabled: reason !== null,
                label: (
                  <>
                    {word(offer.move)}
                    {reason !== null && <span className="tz-caption services-under">{reason}</span>}
                  </>
                ),
              }
            }),
            onClick: ({ key }) => open(key),
          }}
        >
          <Button {...(size ? { size } : {})} icon={<DownOutlined />} iconPlacement="end">
            {t('verb.more')}
          </Button>
        </Dropdown>
      )}
      {(possibleOnly ? near : near.toReversed()).map((offer) => (
        <VerbButton
          key={offer.move}
          {...(size ? { size } : {})}
          type={offer === primary && size !== 'small' ? 'primary' : 'default'}
          reason={reasonOf(t, offer)}
          onClick={() => open(offer.move)}
        >
          {word(offer.move)}
        </VerbButton>
      ))}
    </span>
  )
}
