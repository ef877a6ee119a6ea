import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Deps } from '@tingzhou/http'
import { oidcProviderId } from './auth.ts'
import { headersOf, passCookies } from './headers.ts'

/**
 * The two addresses that signing in through the operator's service needs: one that sends the browser there, one that it
 * comes back to. Accounts are matched by verified mail address; nobody is created.
 */
export function addOidc(app: FastifyInstance, { access, log }: Deps): void {
  if (access.oidc === null) return
  app.get(`/api/auth/sign-in/${oidcProviderId}`, async (request, reply) => {
    const answer = await access.auth.api.signInSocial({
      body: { provider: oidcProviderId, callbackURL: '/', errorCallbackURL: '/login', disableRedirect: true },
      headers: headersOf(request),
      asResponse: true,
    })
    passCookies(answer.headers, reply)
    // better-auth's answer holds the address of the service.
    const { url } = (await answer.json()) as { url?: string }
    return reply.redirect(url ?? '/login?error=oidc')
  })
  app.get(`/api/auth/callback/${oidcProviderId}`, async (request, reply) => {
    const answer = await access.auth.handler(asFetchRequest(request, access.publicUrl))
    log.info({ status: answer.status, to: answer.headers.get('location') }, 'came back from the sign-in service')
    return passAnswer(answer, reply)
  })
}

const asFetchRequest = (request: FastifyRequest, publicUrl: string): Request =>
  new Request(new URL(request.url, publicUrl), { headers: headersOf(request) })

async function passAnswer(answer: Response, reply: FastifyReply): Promise<FastifyReply> {
  passCookies(answer.headers, reply)
  return reply.redirect(answer.headers.get('location') ?? '/login?error=oidc')
}
