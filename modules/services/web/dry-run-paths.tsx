import { Panel, StateTag, useText } from '@tingzhou/ui'
import type * as z from 'zod'
import type { DryRun } from '../editor-contract.ts'
import { keyed } from './words.ts'

type Drawings = z.infer<typeof DryRun>['drawings']

/** Every path of the drawings that items have of their own, as the explorer ran them on the engine. */
export function DryRunPaths({ drawings }: { readonly drawings: Drawings }) {
  const t = useText('services')
  return drawings.map(({ item, key, paths, missed, refused }) => (
    <Panel
      key={`${item} ${key}`}
      title={t('dry_run.paths', { key })}
      aside={
        <StateTag tone={missed.length + refused.length === 0 ? 'good' : 'attention'}>
          {t('dry_run.paths_n', { count: paths.length })}
        </StateTag>
      }
    >
      {missed.length > 0 && (
        <p className="services-bad">{t('dry_run.missed', { flows: missed.join(t('list_comma')) })}</p>
      )}
      {refused.length > 0 && <p className="services-bad">{refused.join(t('list_comma'))}</p>}
      <ol className="services-trace">
        {paths.map(({ nodes, ended }) => (
          <li key={nodes.join(' ')}>
            <span className="tz-mono">{nodes.join(' → ')}</span>{' '}
            <StateTag tone={ended === 'granted' ? 'good' : 'plain'}>
              {keyed(t, 'item_state', ended, t('dry_run.stuck'))}
            </StateTag>
          </li>
        ))}
      </ol>
    </Panel>
  ))
}
