import type { Map as MapView } from 'maplibre-gl'
import type { MapPartProps } from '@tingzhou/telemetry/web'
import {
  EmptyState,
  FactList,
  formatTimeFull,
  holdsRole,
  ProblemAlert,
  SkeletonLines,
  useCommand,
  useMe,
  useText,
  VerbButton,
  When,
} from '@tingzhou/ui'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { api, keeperRoles, type Detail, type Geofence } from './api.ts'
import { CrossingItems } from './crossing-items.tsx'
import { useFenceAddress } from './fence-address.ts'
import './fences.css'
import { FenceForm } from './fence-form.tsx'
import { useFenceLayer } from './fence-layer.ts'
import { boundsOf } from './fence-shapes.ts'

const everything = { west: -180, south: -90, east: 180, north: 90 }
const none: readonly Geofence[] = []
const pollMs = 30_000
const listedMax = 200

/** Fences on the map and in a list; one of them with its facts; one that is being drawn. */
export function FencePanel({ map, view, shown, onDrawing }: MapPartProps) {
  const t = useText('geography')
  const { fence: chosen, draw, set } = useFenceAddress()
  const found = useQuery({
    ...api.geofencesShown.queryOptions({ input: view ?? everything }),
    placeholderData: keepPreviousData,
    refetchInterval: pollMs,
  })
  const detail = useQuery({
    ...api.geofence.queryOptions({ input: { id: chosen ?? '' } }),
    enabled: chosen !== null,
  })
  const refused = useRefusal()
  const fences = found.data?.rows ?? none
  const listed = fences.slice(0, listedMax)
  const more = (found.data?.total ?? 0) - listed.length
  const pick = (id: string) => set({ fence: id, panel: 'fences' })
  // The one that is being changed is drawn by its draft.
  useFenceLayer(map, {
    fences: draw === null ? fences : fences.filter(({ id }) => id !== draw),
    chosen,
    silent: draw !== null,
    onPick: pick,
  })
  useFlight(map, detail.data ?? null)
  if (!shown) return null
  if (draw === 'new' || (draw !== null && detail.data))
    return (
      <FenceForm
        key={draw}
        map={map}
        fence={draw === 'new' ? null : (detail.data ?? null)}
        onDone={(id) => set({ fence: id, draw: null })}
        onCancel={() => set({ draw: null })}
        onDrawing={onDrawing}
      />
    )
  return (
    <section className="tz-fences" aria-label={t('nav.fences')}>
      <ProblemAlert problem={found.error} onRetry={() => void found.refetch()} />
      <p className="tz-verbs">
        <VerbButton type="primary" reason={refused} onClick={() => set({ draw: 'new', fence: null })}>
          {t('verb.add')}
        </VerbButton>
        <VerbButton href="/geofences">{t('verb.list')}</VerbButton>
      </p>
      {chosen !== null && (
        <Chosen
          key={chosen}
          detail={detail}
          onEdit={() => set({ draw: chosen })}
          onClose={() => set({ fence: null })}
        />
      )}
      {found.data?.total === 0 && <EmptyState title={t('panel.none')} />}
      <ul>
        {listed.map(({ id, name, purpose, shape }) => (
          <li key={id}>
            <button
              type="button"
              aria-pressed={id === chosen}
              className={id === chosen ? 'tz-chosen' : undefined}
              onClick={() => pick(id)}
            >
              <strong>{name}</strong>
              <span className="tz-second">
                {t(`purpose.${purpose}`)} · {t(`shape.${shape.kind}`)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {more > 0 && <p className="tz-caption">{t('panel.more', { n: more })}</p>}
    </section>
  )
}

/** Why the reader may not change fences; null: they may. */
export function useRefusal(): string | null {
  const t = useText('geography')
  return holdsRole(useMe(), keeperRoles) ? null : t('reason.keeper')
}

type Asked = { readonly data: Detail | undefined; readonly isPending: boolean; readonly error: Error | null }

function Chosen(props: { readonly detail: Asked; readonly onEdit: () => void; readonly onClose: () => void }) {
  const t = useText('geography')
  const { detail, onEdit, onClose } = props
  const refused = useRefusal()
  const remove = useCommand({
    run: api.removeGeofence.call,
    invalidate: [api.geofences.key(), api.geofencesShown.key(), api.geofence.key()],
    success: t('add.removed'),
    done: onClose,
  })
  const fence = detail.data
  if (detail.isPending) return <SkeletonLines lines={4} />
  if (!fence) return <ProblemAlert problem={detail.error} />
  const gone = fence.removedAt === null ? null : t('reason.removed')
  return (
    <article className="tz-panel tz-fence" aria-label={fence.name}>
      <h2>{fence.name}</h2>
      <FactList facts={factsOf(fence, t)} />
      <p className="tz-verbs">
        <VerbButton reason={refused ?? gone} onClick={onEdit}>
          {t('verb.edit')}
        </VerbButton>
        <VerbButton
          reason={refused ?? gone}
          confirm={{
            title: t('remove.title', { name: fence.name }),
            text: t('remove.text'),
            verb: t('verb.remove'),
            danger: true,
          }}
          onClick={() => void remove.run({ id: fence.id, rev: fence.version })}
        >
          {t('verb.remove')}
        </VerbButton>
        <VerbButton onClick={onClose}>{t('verb.close')}</VerbButton>
      </p>
      <h3>{t('nav.events')}</h3>
      <CrossingItems filter={{ fence: fence.id }} limit={5} />
      <h3>{t('panel.versions')}</h3>
      <ol className="tz-fence-versions">
        {fence.versions.slice(0, 5).map(({ version, fromAt, actorName }) => (
          <li key={version}>
            {t('panel.version', { version, name: actorName })} <When at={fromAt} />
          </li>
        ))}
      </ol>
    </article>
  )
}

function factsOf(fence: Detail, t: ReturnType<typeof useText>) {
  const { scope, dwellS, speedLimitKmh, validFrom, validUntil } = fence
  const tells = [
    fence.tellsEntry && t('kind.entry'),
    fence.tellsExit && t('kind.exit'),
    dwellS !== null && t('panel.dwell', { n: dwellS / 60 }),
    speedLimitKmh !== null && t('panel.speed', { n: speedLimitKmh }),
  ].filter((word) => word !== false)
  const names = fence.vehicles.map(({ name }) => name)
  const who = scope === 'all' ? t('scope.all') : scope === 'party' ? (fence.partyName ?? '–') : names.join(t('comma'))
  const time = (at: number | null) => (at === null ? t('panel.open') : formatTimeFull(at))
  return [
    { label: t('field.purpose'), value: t(`purpose.${fence.purpose}`) },
    { label: t('field.events'), value: tells.join(t('comma')) },
    { label: t('field.scope'), value: who },
    ...(validFrom === null && validUntil === null
      ? []
      : [{ label: t('field.valid'), value: `${time(validFrom)} – ${time(validUntil)}` }]),
  ]
}

/** Shows a fence that was chosen, once. */
function useFlight(map: MapView | null, fence: Detail | null): void {
  const flown = useRef<string | null>(null)
  useEffect(() => {
    if (!map || !fence || flown.current === fence.id) return
    flown.current = fence.id
    map.fitBounds(boundsOf(fence.shape), { padding: 60, maxZoom: 14, animate: false })
  }, [map, fence])
}
