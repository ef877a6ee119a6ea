import {
  EmptyState,
  OpenFormButton,
  Panel,
  PlainTable,
  ProblemAlert,
  SkeletonLines,
  useCommand,
  useNarrow,
  useOpenForm,
  useText,
  VerbButton,
} from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { api, nameOf } from './api.ts'
import { ComputedTag } from './formula-fields.tsx'
import { KeeperDrawer, useRefusal } from './keeper-drawer.tsx'
import { plantKeys } from './plant-nodes.ts'
import { usePlantPlace } from './plant-place.ts'
import { PlantTrail } from './plant-trail.tsx'
import { AddType, EntryForm, NameType } from './plant-type-forms.tsx'

export type EquipmentType = Awaited<ReturnType<typeof api.profile.call>>

/** The types of equipment on the left, on the right the points that the chosen one gives. */
export function TypesTab() {
  const t = useText('telemetry')
  const narrow = useNarrow()
  const { type, set } = usePlantPlace()
  return (
    <>
      <div className="tz-plant">
        {(!narrow || type === null) && <TypeList chosen={type} onChoose={(key) => set('type', key)} />}
        <div className="tz-plant-side">
          {narrow && type !== null && (
            <p className="tz-flush">
              <VerbButton type="link" onClick={() => set('type', null)}>
                {t('plant.back_types')}
              </VerbButton>
            </p>
          )}
          {type !== null && <TypePanel key={type} typeKey={type} />}
          {type === null && !narrow && <p className="tz-panel tz-second">{t('plant.choose_type')}</p>}
        </div>
      </div>
      <KeeperDrawer name="add-type" title={t('plant.add_type')}>
        <AddType />
      </KeeperDrawer>
    </>
  )
}

function TypeList({ chosen, onChoose }: { readonly chosen: string | null; readonly onChoose: (key: string) => void }) {
  const t = useText('telemetry')
  const asked = useQuery(api.profiles.queryOptions({ input: {} }))
  return (
    <Panel className="tz-plant-tree">
      <ProblemAlert problem={asked.error} onRetry={() => void asked.refetch()} />
      {asked.isPending && <SkeletonLines lines={4} />}
      {asked.data?.rows.length === 0 && <EmptyState title={t('plant.types_empty')} />}
      <nav aria-label={t('plant.types')}>
        <ul className="tz-plant-branch">
          {(asked.data?.rows ?? []).map(({ key, name, points, nodes }) => (
            <li key={key} className={key === chosen ? 'tz-plant-row tz-plant-chosen' : 'tz-plant-row'}>
              <button
                type="button"
                className="tz-plant-name"
                aria-current={key === chosen ? 'true' : undefined}
                onClick={() => onChoose(key)}
              >
                {nameOf(name)} <span className="tz-mono tz-second">{key}</span>
                <br />
                <span className="tz-second">{t('plant.type_counts', { points, nodes })}</span>
              </button>
            </li>
          ))}
        </ul>
      </nav>
    </Panel>
  )
}

function TypePanel({ typeKey }: { readonly typeKey: string }) {
  const t = useText('telemetry')
  const refused = useRefusal()
  const asked = useQuery(api.profile.queryOptions({ input: { key: typeKey } }))
  const trail = useQuery(api.profileTrail.queryOptions({ input: { key: typeKey, order: 'desc' } }))
  if (asked.isPending) return <SkeletonLines lines={6} />
  if (!asked.data) return <ProblemAlert problem={asked.error} onRetry={() => void asked.refetch()} />
  const type = asked.data
  return (
    <>
      <ProblemAlert problem={asked.error} onRetry={() => void asked.refetch()} />
      <Panel title={nameOf(type.name)} aside={<span className="tz-mono tz-second">{type.key}</span>}>
        <p className="tz-second">{t('plant.type_text', { n: type.nodes })}</p>
        <div className="tz-verbs">
          <OpenFormButton name="entry" reason={refused}>
            {t('plant.add_entry')}
          </OpenFormButton>
          <OpenFormButton name="name-type" reason={refused}>
            {t('plant.rename')}
          </OpenFormButton>
        </div>
        <Entries type={type} />
      </Panel>
      <PlantTrail rows={trail.data?.rows} problem={trail.error} onRetry={() => void trail.refetch()} />
      <TypeDrawers type={type} />
    </>
  )
}

function TypeDrawers({ type }: { readonly type: EquipmentType }) {
  const t = useText('telemetry')
  const { item } = useOpenForm()
  return (
    <>
      <KeeperDrawer name="entry" title={t(item === null ? 'plant.add_entry' : 'plant.edit_entry')}>
        <EntryForm key={item ?? ''} type={type} entryKey={item} />
      </KeeperDrawer>
      <KeeperDrawer name="name-type" title={t('plant.rename')}>
        <NameType type={type} />
      </KeeperDrawer>
    </>
  )
}

function Entries({ type }: { readonly type: EquipmentType }) {
  const t = useText('telemetry')
  const range = (low: number | null, high: number | null) =>
    low === null && high === null ? '–' : `${low ?? '…'} – ${high ?? '…'}`
  return (
    <PlainTable
      name={t('tab.points')}
      head={[
        t('point.name'),
        t('plant.key'),
        t('plant.kind'),
        t('plant.field.unit'),
        t('plant.resolution'),
        t('plant.range'),
        t('plant.field.staleAfterS'),
        t('plant.made'),
        '',
      ]}
      empty={t('plant.entries_empty')}
      rows={type.points.map((entry) => ({
        key: entry.key,
        cells: [
          <span key="name">
            {nameOf(entry.name)} <ComputedTag formula={entry.formula} />
          </span>,
          <span key="key" className="tz-mono">
            {entry.key}
          </span>,
          t(`plant.kinds.${entry.kind}`),
          entry.unit ?? '–',
          entry.resolution,
          range(entry.euLow, entry.euHigh),
          entry.staleAfterS ?? '–',
          entry.made,
          <EntryVerbs key="verbs" type={type} entryKey={entry.key} />,
        ],
      }))}
    />
  )
}

function EntryVerbs({ type, entryKey }: { readonly type: EquipmentType; readonly entryKey: string }) {
  const t = useText('telemetry')
  const refused = useRefusal()
  const entry = type.points.find(({ key }) => key === entryKey)
  const save = useCommand({ run: api.setProfile.call, invalidate: plantKeys(), success: t('plant.entry_removed') })
  return (
    <span className="tz-device-state">
      <OpenFormButton name="entry" item={entryKey} size="small" reason={refused}>
        {t('plant.edit')}
      </OpenFormButton>
      <VerbButton
        size="small"
        reason={refused}
        loading={save.pending}
        confirm={{
          title: t('plant.remove_title', { key: entryKey }),
          text: t('plant.remove_text', { n: entry?.made ?? 0 }),
          verb: t('plant.remove'),
        }}
        onClick={() => {
          const points = type.points.filter(({ key }) => key !== entryKey).map(({ made: _made, ...rest }) => rest)
          void save.run({ key: type.key, rev: type.rev, name: type.name, points, reason: null })
        }}
      >
        {t('plant.remove')}
      </VerbButton>
    </span>
  )
}
