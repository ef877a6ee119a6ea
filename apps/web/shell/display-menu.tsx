import { EyeOutlined } from '@ant-design/icons'
import { setPreferences, usePreferences, useText } from '@tingzhou/ui'
import { Button, Popover, Segmented, Switch } from 'antd'

/** Light, dark or as the system has it; row height; large type for older readers. */
export function DisplayMenu() {
  const t = useText('shell')
  const { mode, elder, density } = usePreferences()
  const content = (
    <div className="tz-display">
      <span id="display-mode">{t('display.mode')}</span>
      <Segmented
        aria-labelledby="display-mode"
        value={mode}
        onChange={(value) => setPreferences({ mode: value })}
        options={(['light', 'dark', 'system'] as const).map((value) => ({ value, label: t(`display.${value}`) }))}
      />
      <span id="display-density">{t('display.density')}</span>
      <Segmented
        aria-labelledby="display-density"
        value={density}
        onChange={(value) => setPreferences({ density: value })}
        options={(['compact', 'normal', 'easy'] as const).map((value) => ({ value, label: t(`display.${value}`) }))}
      />
      <label htmlFor="display-elder">{t('display.elder')}</label>
      <span>
        <Switch id="display-elder" checked={elder} onChange={(value) => setPreferences({ elder: value })} />
      </span>
      <p className="tz-caption tz-flush tz-display-note">{t('display.elder_note')}</p>
    </div>
  )
  return (
    <Popover content={content} trigger="click" placement="bottomRight">
      <Button type="text" aria-label={t('display.title')} icon={<EyeOutlined />} />
    </Popover>
  )
}
