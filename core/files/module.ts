import { implement } from '@orpc/server'
import { problem, registerProblems, requireActor, type RequestContext, type ServerModule } from '@tingzhou/http'
import { filesContract } from './contract.ts'
import { toInfo } from './file.ts'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }
import { findFile } from './read.ts'
import { addFileRoutes } from './routes.ts'
import type { FileStore } from './store.ts'
import { sweepBytes, sweepOrphans } from './sweep.ts'

declare module '@tingzhou/http' {
  interface Deps {
    readonly files: FileStore
  }
}

registerProblems('files', { 'zh-CN': zhCN.problem, en: en.problem })

const os = implement(filesContract).$context<RequestContext>()

const filesRouter = os.router({
  details: os.details.handler(async ({ context, input }) => {
    const file = await findFile(context.deps.db, context.deps.zoneId, requireActor(context), input.id)
    if (!file) throw problem({ kind: 'not_found', status: 404, field: 'id', value: input.id })
    return toInfo(file)
  }),
})

/** What files give the server: routes, and the nightly sweep. */
export const filesModule: ServerModule = {
  name: 'files',
  contract: filesContract,
  router: filesRouter,
  routes: addFileRoutes,
  jobs: (deps) => [
    {
      kind: 'files.sweep',
      recurs: { dailyAt: '03:10' },
      run: async (tx, job) => {
        await sweepOrphans(tx, deps.zoneId, job.now)
        return async () => void (await sweepBytes(deps.db, deps.files))
      },
    },
  ],
}
