import { CameraOutlined, DeleteOutlined, FileOutlined, PaperClipOutlined } from '@ant-design/icons'
import { Button, Image, Progress } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { announce } from './announce.tsx'
import type { ApiProblem } from './api.ts'
import type { Outcome } from './command.ts'
import { CopyId } from './copy-id.tsx'
import { formatBytes, formatTime } from './format.ts'
import { useText } from './i18n.ts'
import { useMedia } from './media.ts'
import { problemText } from './problem-alert.tsx'
import { isTransient } from './query.ts'
import { uploadFile, type UploadedFile } from './upload.ts'

export type FileFieldProps = {
  readonly id?: string
  readonly value?: readonly UploadedFile[]
  readonly onChange?: (files: readonly UploadedFile[]) => void
  readonly max?: number
  readonly accept?: string
  /** Offers the camera on phones. */
  readonly capture?: boolean
  /** Extra form fields sent with each file, such as `purpose`. */
  readonly fields?: Readonly<Record<string, string>>
  /** Told how many files are on their way, and how many did not arrive, whenever that changes. */
  readonly onSending?: (now: SendingFiles) => void
}

/** Files that are not there yet. */
export type SendingFiles = { readonly sending: number; readonly failed: number }

type Sending = {
  readonly key: string
  readonly file: File
  readonly preview: string | null
  readonly share: number
  readonly problem: ApiProblem | null
  readonly stop: () => void
}

/** Files with preview and progress; what was taken stays on screen until the server has it or says why not. */
export function FileField({
  id,
  value = [],
  onChange,
  max = 9,
  accept = 'image/*,application/pdf',
  capture = false,
  fields,
  onSending,
}: FileFieldProps) {
  const t = useText('ui')
  const touch = useMedia('(pointer: coarse)')
  const { sending, send, forget } = useUploads(value, onChange, fields)
  useTold(sending, onSending)
  const picker = useRef<HTMLInputElement>(null)
  const camera = useRef<HTMLInputElement>(null)
  const room = max - value.length - sending.length
  const take = (list: FileList | null) => {
    for (const file of Array.from(list ?? []).slice(0, Math.max(0, room))) send(file)
  }
  const input = (ref: typeof picker, label: string, extra: Readonly<Record<string, unknown>>) => (
    <input
      ref={ref}
      type="file"
      className="tz-hidden"
      tabIndex={-1}
      aria-label={label}
      onChange={(event) => {
        take(event.target.files)
        event.target.value = ''
      }}
      {...extra}
    />
  )
  return (
    <div
      className="tz-files"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        take(event.dataTransfer.files)
      }}
      onPaste={(event) => take(event.clipboardData.files)}
    >
      <ul className="tz-file-list">
        {value.map((file) => (
          <li key={file.id} className="tz-file">
            <Photo file={file} />
            <Button
              type="text"
              size="small"
              icon={<DeleteOutlined />}
              aria-label={t('files.remove', { name: file.name })}
              onClick={() => onChange?.(value.filter((other) => other.id !== file.id))}
            />
          </li>
        ))}
        {sending.map((entry) => (
          <li key={entry.key} className="tz-file">
            {entry.preview ? (
              // Named beside it; what is no picture shows nothing instead of the browser's broken sign.
              <img
                className="tz-thumb"
                src={entry.preview}
                alt=""
                onError={(event) => event.currentTarget.removeAttribute('src')}
              />
            ) : (
              <FileOutlined aria-hidden className="tz-thumb" />
            )}
            <span className="tz-file-name">{entry.file.name}</span>
            {entry.problem ? (
              <UploadProblem problem={entry.problem} onRetry={() => send(entry.file, entry.key)} />
            ) : (
              <Progress
                size="small"
                percent={Math.round(entry.share * 100)}
                aria-label={t('files.sending', { name: entry.file.name })}
              />
            )}
            <Button
              type="text"
              size="small"
              icon={<DeleteOutlined />}
              aria-label={t('files.remove', { name: entry.file.name })}
              onClick={() => forget(entry.key)}
            />
          </li>
        ))}
      </ul>
      {input(picker, t('files.choose'), { accept, multiple: max > 1 })}
      {capture && input(camera, t('files.camera'), { accept: 'image/*', capture: 'environment' })}
      <span className="tz-file-verbs">
        {capture && touch && (
          <Button icon={<CameraOutlined />} disabled={room <= 0} onClick={() => camera.current?.click()}>
            {t('files.camera')}
          </Button>
        )}
        <Button
          {...(id === undefined ? {} : { id })}
          icon={<PaperClipOutlined />}
          disabled={room <= 0}
          onClick={() => picker.current?.click()}
        >
          {t('files.choose')}
        </Button>
        <span className="tz-caption">{t('files.room', { n: value.length + sending.length, max })}</span>
      </span>
    </div>
  )
}

/** Tells whoever holds the field what is on its way. */
function useTold(sending: readonly Sending[], onSending: FileFieldProps['onSending']) {
  const told = useRef(onSending)
  told.current = onSending
  const failed = sending.filter(({ problem }) => problem !== null).length
  const onTheWay = sending.length - failed
  useEffect(() => told.current?.({ sending: onTheWay, failed }), [onTheWay, failed])
  useEffect(() => () => told.current?.({ sending: 0, failed: 0 }), [])
}

function useUploads(
  value: readonly UploadedFile[],
  onChange: ((files: readonly UploadedFile[]) => void) | undefined,
  fields: Readonly<Record<string, string>> | undefined,
) {
  const t = useText('ui')
  const [sending, setSending] = useState<readonly Sending[]>([])
  const latest = useRef({ value, onChange })
  latest.current = { value, onChange }
  const all = useRef(sending)
  all.current = sending
  useEffect(
    () => () => {
      for (const entry of all.current) {
        entry.stop()
        if (entry.preview) URL.revokeObjectURL(entry.preview)
      }
    },
    [],
  )
  const change = (key: string, part: Partial<Sending>) =>
    setSending((now) => now.map((entry) => (entry.key === key ? { ...entry, ...part } : entry)))
  const forget = (key: string) =>
    setSending((now) => {
      const entry = now.find((candidate) => candidate.key === key)
      entry?.stop()
      if (entry?.preview) URL.revokeObjectURL(entry.preview)
      return now.filter((candidate) => candidate.key !== key)
    })
  const send = (file: File, retryKey?: string) => {
    const key = retryKey ?? `${file.name}-${file.size}-${performance.now()}`
    const upload = uploadFile(file, { fields: fields ?? {}, onProgress: (share) => change(key, { share }) })
    if (retryKey === undefined) {
      const preview = file.type.startsWith('image/') ? URL.createObjectURL(file) : null
      setSending((now) => [...now, { key, file, preview, share: 0, problem: null, stop: upload.stop }])
    } else change(key, { problem: null, share: 0, stop: upload.stop })
    void settle(file, key, upload.done)
  }
  const settle = async (file: File, key: string, done: Promise<Outcome<UploadedFile>>) => {
    const outcome = await done
    if (!outcome.ok) {
      change(key, { problem: outcome.problem })
      return
    }
    forget(key)
    const next = [...latest.current.value.filter((other) => other.id !== outcome.value.id), outcome.value]
    latest.current.value = next
    latest.current.onChange?.(next)
    announce(t('files.sent', { name: file.name }))
  }
  return { sending, send, forget }
}

/** Why a file was not taken, beside it. */
function UploadProblem({ problem, onRetry }: { readonly problem: ApiProblem; readonly onRetry: () => void }) {
  const t = useText('ui')
  const { title, detail } = problemText(problem, t)
  return (
    <span className="tz-file-problem" role="alert">
      <strong>{title}</strong> {detail}{' '}
      {problem.requestId && (
        <span className="tz-caption">
          {t('problem.quote')} <CopyId value={problem.requestId} short />
        </span>
      )}
      {isTransient(problem) && (
        <Button size="small" onClick={onRetry}>
          {t('retry')}
        </Button>
      )}
    </span>
  )
}

/** A stored file: a thumbnail that opens large, or a link; where and when it was taken stands below. */
export function Photo({ file }: { readonly file: UploadedFile }) {
  const t = useText('ui')
  const address = `/api/v1/files/${encodeURIComponent(file.id)}`
  const picture = file.mediaType.startsWith('image/')
  return (
    <figure className="tz-photo">
      {picture ? (
        <Image
          className="tz-thumb"
          src={file.thumbnail ? `${address}/thumbnail` : address}
          preview={{ src: address }}
          alt={file.name}
          width={96}
          height={96}
          loading="lazy"
        />
      ) : (
        <a href={address} target="_blank" rel="noreferrer">
          <FileOutlined aria-hidden /> {file.name}
        </a>
      )}
      <figcaption className="tz-caption">
        {picture && <span className="tz-file-name">{file.name}</span>} {formatBytes(file.size)}
        {file.takenAt && <span> · {t('files.taken', { time: formatTime(file.takenAt) })}</span>}
        {file.place && (
          <span>
            {' '}
            · {file.place.lat.toFixed(5)}, {file.place.lon.toFixed(5)}
          </span>
        )}
      </figcaption>
    </figure>
  )
}
