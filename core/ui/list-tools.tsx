import { ColumnHeightOutlined, DownloadOutlined, ReloadOutlined, SettingOutlined } from '@ant-design/icons'
import { Button, Checkbox, Dropdown, Popover, Tooltip } from 'antd'
import { useText } from './i18n.ts'
import type { Density } from './preferences.ts'

const densities = ['compact', 'normal', 'easy'] as const

/** Refresh, export, density, columns. */
export function ListTools(props: {
  readonly columns: readonly { readonly key: string; readonly title: string }[]
  readonly shown: readonly string[]
  readonly onColumns: (keys: readonly string[]) => void
  readonly density: Density
  readonly onDensity: (density: Density) => void
  readonly onRefresh: () => void
  readonly refreshing: boolean
  readonly exportHref: string | undefined
  readonly narrow: boolean
}) {
  const t = useText('ui')
  const choose = (key: string, on: boolean) => {
    const next = props.columns
      .map((column) => column.key)
      .filter((other) => (other === key ? on : props.shown.includes(other)))
    if (next.length > 0) props.onColumns(next)
  }
  return (
    <span className="tz-tools">
      <Tooltip title={t('list.refresh')}>
        <Button
          type="text"
          aria-label={t('list.refresh')}
          icon={<ReloadOutlined spin={props.refreshing} />}
          onClick={props.onRefresh}
        />
      </Tooltip>
      {props.exportHref !== undefined && (
        <Tooltip title={t('list.export')}>
          <Button
            type="text"
            aria-label={t('list.export')}
            icon={<DownloadOutlined />}
            href={props.exportHref}
            download
          />
        </Tooltip>
      )}
      {!props.narrow && (
        <>
          <Dropdown
            trigger={['click']}
            menu={{
              selectable: true,
              selectedKeys: [props.density],
              items: densities.map((key) => ({ key, label: t(`list.density_${key}`) })),
              onClick: ({ key }) => props.onDensity(densities.find((density) => density === key) ?? 'normal'),
            }}
          >
            <Button
              type="text"
              aria-label={t('list.density')}
              title={t('list.density')}
              icon={<ColumnHeightOutlined />}
            />
          </Dropdown>
          <Popover
            trigger="click"
            placement="bottomRight"
            title={t('list.columns')}
            content={
              <div className="tz-column-list">
                {props.columns.map((column) => (
                  <Checkbox
                    key={column.key}
                    checked={props.shown.includes(column.key)}
                    onChange={(event) => choose(column.key, event.target.checked)}
                  >
                    {column.title}
                  </Checkbox>
                ))}
              </div>
            }
          >
            <Button type="text" aria-label={t('list.columns')} title={t('list.columns')} icon={<SettingOutlined />} />
          </Popover>
        </>
      )}
    </span>
  )
}
