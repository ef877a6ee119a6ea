import { StateTag, useText, When } from '@tingzhou/ui'
import { Files } from './appeal-content.tsx'
import type { Detail } from './words.ts'

export const resultLooks = {
  resolved: { tone: 'good', shape: 'check' },
  partly: { tone: 'attention', shape: 'triangle' },
  explained: { tone: 'plain', shape: 'ring' },
  planned: { tone: 'attention', shape: 'pause' },
} as const

/** Replies with their evidence, the newest on top; where and when a photo was taken stands below it. */
export function Replies({ appeal }: { readonly appeal: Pick<Detail, 'replies'> }) {
  const t = useText('needs')
  if (appeal.replies.length === 0) return null
  return (
    <section className="needs-section">
      <h3>
        {t('work.replies')} <span className="tz-second tz-number">{appeal.replies.length}</span>
      </h3>
      {appeal.replies.toReversed().map((reply) => (
        <article key={reply.id} className="needs-reply">
          <p className="needs-help-line">
            <StateTag {...resultLooks[reply.result]}>{t(`result.${reply.result}`)}</StateTag>
            <strong>{reply.by.name}</strong>
            <When at={reply.at} />
            {appeal.replies.length > 1 && <span className="tz-second">{t('work.round', { n: reply.round })}</span>}
          </p>
          <p className="needs-prose">{reply.text}</p>
          {reply.measures !== '' && (
            <p className="needs-prose">
              <span className="tz-second">{t('field.measures')}: </span>
              {reply.measures}
            </p>
          )}
          {reply.files.length > 0 && <Files files={reply.files} />}
          {reply.rejectedReason !== null && (
            <blockquote className="needs-quote">{t('work.rejected', { reason: reply.rejectedReason })}</blockquote>
          )}
        </article>
      ))}
    </section>
  )
}
