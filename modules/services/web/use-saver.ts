import { useCommand } from '@tingzhou/ui'
import { useRef } from 'react'
import { api } from './api.ts'
import type { Application } from './words.ts'

type SaveInput = Parameters<typeof api.applications.save.call>[0]
export type Fields = SaveInput['fields']

/** Keeps a draft on the server, one call after the other, each on the revision that the last one gave. */
export function useSaver(application: Application) {
  const rev = useRef(application.rev)
  rev.current = Math.max(rev.current, application.rev)
  const line = useRef<Promise<boolean>>(Promise.resolve(true))
  const command = useCommand({ run: api.applications.save.call, invalidate: [api.applications.key()] })
  const save = (fields: Fields): Promise<boolean> => {
    line.current = line.current.then(async () => {
      const outcome = await command.run({ id: application.id, rev: rev.current, fields })
      if (outcome.ok) rev.current = outcome.value.rev
      return outcome.ok
    })
    return line.current
  }
  return { save, settled: () => line.current, rev: () => rev.current }
}
