import { SearchOutlined } from '@ant-design/icons'
import { i18n, useMe, useText } from '@tingzhou/ui'
import { Input, Modal } from 'antd'
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import { useNavigate } from 'react-router'
import { groupsFor, remember, type PaletteEntry, type PaletteGroup } from './palette-entries.ts'
import { useSearchHits } from './search-hits.ts'

/** One box for everything: places, verbs, and what the search finds. */
export function Palette({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const t = useText('shell')
  return (
    <Modal
      open={open}
      onCancel={onClose}
      footer={null}
      closable={false}
      width={640}
      className="tz-palette"
      title={t('search.open')}
      destroyOnHidden
      // The title names the box for those who do not see it.
      styles={{ body: { padding: 0 }, header: { display: 'none' } }}
    >
      <PaletteBody onClose={onClose} />
    </Modal>
  )
}

function PaletteBody({ onClose }: { readonly onClose: () => void }) {
  const t = useText('shell')
  const me = useMe()
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const { groups: found, searching } = useSearchHits(text, me)
  const groups: readonly PaletteGroup[] = [...groupsFor(text, me, (key) => i18n.t(key)), ...found]
  const entries = groups.flatMap((group) => group.entries)
  const current = entries[Math.min(at, entries.length - 1)]
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }, [current])

  const open = (entry: PaletteEntry) => {
    remember(entry)
    onClose()
    void navigate(entry.path)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      setAt((now) => (Math.min(now, entries.length - 1) + step + entries.length) % Math.max(1, entries.length))
    } else if (event.key === 'Enter' && current) {
      event.preventDefault()
      open(current)
    }
  }
  return (
    <>
      <Input
        autoFocus
        size="large"
        variant="borderless"
        prefix={<SearchOutlined aria-hidden />}
        placeholder={t('search.placeholder')}
        aria-label={t('search.placeholder')}
        role="combobox"
        aria-expanded={entries.length > 0}
        aria-controls={`${id}list`}
        {...(current ? { 'aria-activedescendant': `${id}${current.key}` } : {})}
        value={text}
        maxLength={100}
        onChange={(event) => {
          setText(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
      />
      <div className="tz-palette-list" ref={list} role="listbox" id={`${id}list`} aria-label={t('search.results')}>
        {groups.map((group) => (
          <div key={group.title} role="group" aria-label={group.title}>
            <p className="tz-palette-group" aria-hidden>
              {group.title}
            </p>
            {group.entries.map((entry) => (
              <div
                key={entry.key}
                id={`${id}${entry.key}`}
                role="option"
                tabIndex={-1}
                aria-selected={entry === current}
                className="tz-palette-entry"
                onClick={() => open(entry)}
                onKeyDown={onKeyDown}
                onPointerMove={() => setAt(entries.indexOf(entry))}
              >
                <span className="tz-palette-title">{entry.title}</span>
                {entry.detail && <span className="tz-caption">{entry.detail}</span>}
                {entry.shortcut && <kbd className="tz-key">{entry.shortcut.toUpperCase()}</kbd>}
              </div>
            ))}
          </div>
        ))}
      </div>
      <p className="tz-palette-foot tz-caption" role="status">
        {searching ? t('search.searching') : entries.length === 0 ? t('search.none') : t('search.foot')}
      </p>
    </>
  )
}
