import type { Map as MapView } from 'maplibre-gl'
import { CheckedNumber, useText, VerbButton } from '@tingzhou/ui'
import { Segmented } from 'antd'
import { useId } from 'react'
import { CoordinatesField } from './coordinates-field.tsx'
import { clicked, shapeOf, turned, undone, type Draft, type ShapeKind } from './draft.ts'

const kinds: readonly ShapeKind[] = ['circle', 'polygon', 'corridor']

/** The shape of a fence: drawn on the map, typed, or set place by place at the middle of the map. */
export function ShapeEditor(props: {
  readonly map: MapView | null
  readonly draft: Draft
  readonly onDraft: (draft: Draft) => void
}) {
  const t = useText('geography')
  const { map, draft, onDraft } = props
  const sizeId = useId()
  const addMiddle = () => {
    if (!map) return
    const { lng, lat } = map.getCenter()
    // For a circle the middle of the map is where it stands, whatever was there.
    onDraft(clicked(draft.kind === 'circle' ? { ...draft, places: [] } : draft, { lon: lng, lat }))
  }
  return (
    <fieldset className="tz-fence-shape">
      <legend>{t('field.shape')}</legend>
      <Segmented
        block
        aria-label={t('field.shape')}
        value={draft.kind}
        options={kinds.map((value) => ({ value, label: t(`shape.${value}`) }))}
        onChange={(kind) => onDraft(turned(draft, kind))}
      />
      <p className="tz-second">{t(`draw.how_${draft.kind}`)}</p>
      <div className="tz-verbs">
        <VerbButton size="small" reason={map ? null : t('reason.no_map')} onClick={addMiddle}>
          {t('draw.middle')}
        </VerbButton>
        <VerbButton
          size="small"
          reason={draft.places.length > 0 ? null : t('reason.nothing_drawn')}
          onClick={() => onDraft(undone(draft))}
        >
          {t('draw.undo')}
        </VerbButton>
      </div>
      <CoordinatesField
        label={t(`draw.places_${draft.kind}`)}
        places={draft.places}
        onPlaces={(places) => onDraft({ ...draft, places: draft.kind === 'circle' ? places.slice(0, 1) : places })}
      />
      {draft.kind !== 'polygon' && (
        <div className="tz-fence-field">
          <label htmlFor={sizeId}>{t(draft.kind === 'circle' ? 'draw.radius' : 'draw.half_width')}</label>
          <CheckedNumber
            id={sizeId}
            value={draft.sizeM}
            min={1}
            digits={0}
            onChange={(sizeM) => onDraft({ ...draft, sizeM: sizeM ?? 0 })}
          />
        </div>
      )}
      <p className="tz-caption tz-flush" role="status">
        {shapeOf(draft) ? t('draw.whole', { n: draft.places.length }) : t('draw.not_whole')}
      </p>
    </fieldset>
  )
}
