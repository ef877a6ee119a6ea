import { App, Button } from 'antd'
import { useMemo } from 'react'
import { announce } from './announce.tsx'
import type { ApiProblem } from './api.ts'
import { useText } from './i18n.ts'
import { problemText } from './problem-alert.tsx'
import { CopyId } from './copy-id.tsx'

export type Toast = {
  /** A good end; with `undo` a button for ten seconds. */
  readonly good: (text: string, undo?: () => void) => void
  /** A refusal or failure, with the id to quote. */
  readonly problem: (problem: ApiProblem) => void
}

const undoSeconds = 10

export function useToast(): Toast {
  const { message, notification } = App.useApp()
  const t = useText('ui')
  return useMemo(
    () => ({
      good(text, undo) {
        announce(text)
        if (!undo) {
          void message.success(text)
          return
        }
        const key = `undo-${text}-${performance.now()}`
        const button = (
          <Button
            size="small"
            onClick={() => {
              message.destroy(key)
              undo()
            }}
          >
            {t('undo')}
          </Button>
        )
        void message.success({
          key,
          duration: undoSeconds,
          content: (
            <span className="tz-toast">
              {text} {button}
            </span>
          ),
        })
      },
      problem(problem) {
        const { title, detail } = problemText(problem, t)
        announce(title)
        notification.error({
          title,
          description: (
            <>
              {detail && <p className="tz-flush">{detail}</p>}
              {problem.errors
                .filter(({ message: line }) => line !== detail)
                .map((error) => (
                  <p className="tz-flush" key={`${error.field}${error.message}`}>
                    {error.message}
                  </p>
                ))}
              {problem.requestId && (
                <p className="tz-caption tz-flush">
                  {t('problem.quote')} <CopyId value={problem.requestId} short />
                </p>
              )}
            </>
          ),
          closable: { 'aria-label': t('close') },
          duration: 12,
          placement: 'bottomRight',
        })
      },
    }),
    [message, notification, t],
  )
}
