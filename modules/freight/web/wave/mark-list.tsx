import { inputOf, ListPage, OpenFormButton, useCommand, useMe, useText, VerbButton, When } from '@tingzhou/ui'
import { waveContract } from '../../wave/wave-contract.ts'
import { markKinds } from '../../wave/words.ts'
import { api } from '../api.ts'
import { mayDispatch } from '../carriage/rights.ts'
import { placeOf, type MarkRow } from './api.ts'
import { MarkDrawer } from './mark-form.tsx'
import { MarkTag } from './tags.tsx'

const schema = inputOf(waveContract.marks)

/** Pins and forbids that hold, each with who set it and until when. */
export function MarkList() {
  const t = useText('freight')
  const me = useMe()
  const refused = mayDispatch(me) ? null : t('reason.dispatch')
  const set = (
    <OpenFormButton name="mark" reason={refused}>
      {t('mark.verb')}
    </OpenFormButton>
  )
  return (
    <>
      <ListPage
        name="freight.wave_marks"
        title={t('mark.title')}
        searchable={false}
        schema={schema}
        source={{ key: api.waves.marks.key(), load: (input, signal) => api.waves.marks.call(input, { signal }) }}
        rowKey={(row) => row.id}
        rowHref={(row) => placeOf.load(row.load.id)}
        primary={set}
        verbs={<VerbButton href={placeOf.list}>{t('wave.title')}</VerbButton>}
        columns={[
          {
            key: 'load',
            title: t('load.one'),
            card: 'title',
            render: ({ load }) => (
              <>
                <span className="tz-mono">{load.number}</span> <span className="tz-caption">{load.goods}</span>
              </>
            ),
          },
          { key: 'vehicle', title: t('driving.vehicle'), card: 'decides', render: (row) => row.vehicle.plate },
          { key: 'kind', title: t('field.kind'), card: 'decides', render: (row) => <MarkTag kind={row.kind} /> },
          { key: 'until', title: t('mark.until'), card: 'decides', render: (row) => <When at={row.until} /> },
          { key: 'why', title: t('field.why'), render: (row) => <span className="freight-wrap">{row.why}</span> },
          { key: 'by', title: t('mark.by'), render: (row) => row.createdBy },
          { key: 'verbs', title: t('field.verbs'), render: (row) => <EndMark mark={row} refused={refused} /> },
        ]}
        filters={[
          {
            kind: 'choice',
            key: 'kind',
            label: t('field.kind'),
            options: markKinds.map((value) => ({ value, label: t(`mark_kind.${value}`) })),
          },
        ]}
        live={['freight_wave_mark']}
        empty={{ nothing: t('mark.none'), verb: set }}
      />
      <MarkDrawer />
    </>
  )
}

function EndMark({ mark, refused }: { readonly mark: MarkRow; readonly refused: string | null }) {
  const t = useText('freight')
  const command = useCommand({
    run: api.waves.endMark.call,
    invalidate: [api.waves.key()],
    success: t('mark.was_ended'),
  })
  return (
    <VerbButton
      size="small"
      reason={refused}
      loading={command.pending}
      onClick={() => void command.run({ id: mark.id })}
    >
      {t('mark.end')}
    </VerbButton>
  )
}
