import { OpenFormButton, Page, useNarrow, useText, VerbButton } from '@tingzhou/ui'
import { Tabs } from 'antd'
import { useRefusal } from './keeper-drawer.tsx'
import { NodeForms } from './plant-node-forms.tsx'
import { PlantNode } from './plant-node.tsx'
import { usePlantPlace } from './plant-place.ts'
import { PlantTree } from './plant-tree.tsx'
import { TypesTab } from './plant-types.tsx'
import './plant.css'

/** The plant: places from the site down to the equipment with their points, and the types that give points. */
export function PlantPage() {
  const t = useText('telemetry')
  const refused = useRefusal()
  const { tab, set } = usePlantPlace()
  const isTypes = tab === 'types'
  return (
    <Page
      title={t('plant.title')}
      verbs={<VerbButton href="/devices">{t('nav.devices')}</VerbButton>}
      primary={
        <OpenFormButton name={isTypes ? 'add-type' : 'add-node'} primary reason={refused}>
          {t(isTypes ? 'plant.add_type' : 'plant.add')}
        </OpenFormButton>
      }
    >
      <Tabs
        activeKey={isTypes ? 'types' : 'tree'}
        onChange={(key) => set('tab', key === 'types' ? key : null)}
        destroyOnHidden
        items={[
          { key: 'tree', label: t('plant.tree'), children: <TreeTab /> },
          { key: 'types', label: t('plant.types'), children: <TypesTab /> },
        ]}
      />
    </Page>
  )
}

/** The tree on the left, on the right what is chosen in it; on a phone one of the two. */
function TreeTab() {
  const t = useText('telemetry')
  const narrow = useNarrow()
  const { node, set } = usePlantPlace()
  return (
    <>
      <div className="tz-plant">
        {(!narrow || node === null) && <PlantTree chosen={node} onChoose={(id) => set('node', id)} />}
        <div className="tz-plant-side">
          {narrow && node !== null && (
            <p className="tz-flush">
              <VerbButton type="link" onClick={() => set('node', null)}>
                {t('plant.back')}
              </VerbButton>
            </p>
          )}
          {node !== null && <PlantNode key={node} id={node} />}
          {node === null && !narrow && <p className="tz-panel tz-second">{t('plant.choose')}</p>}
        </div>
      </div>
      <NodeForms />
    </>
  )
}
