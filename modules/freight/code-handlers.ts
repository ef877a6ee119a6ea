import { implement } from '@orpc/server'
import { requireActor, type RequestContext } from '@tingzhou/http'
import { codeContract } from './code-contract.ts'
import { codeFile } from './codes.ts'

const os = implement(codeContract).$context<RequestContext>()

export const codeHandlers = os.router({
  table: os.table.handler(({ context, input }) => {
    requireActor(context)
    const { source, licence, rows } = codeFile(input.table)
    return { source, licence, rows: [...rows] }
  }),
})
