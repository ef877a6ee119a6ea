// Keeps the app on the phone: what it is built of is stored at once, pages come from the server when it answers in time.
type Lasting = Event & { readonly waitUntil: (work: Promise<void>) => void }
type Fetching = Event & { readonly request: Request; readonly respondWith: (answer: Promise<Response>) => void }
/** What a service worker uses of its scope; the compiler knows the scope of pages only. */
type Scope = {
  readonly addEventListener: {
    (kind: 'install' | 'activate', listener: (event: Lasting) => void): void
    (kind: 'fetch', listener: (event: Fetching) => void): void
  }
  readonly skipWaiting: () => Promise<void>
  readonly clients: { readonly claim: () => Promise<void> }
  readonly location: Location
}
const worker = globalThis as unknown as Scope
/** Written in by the build: every file of the app, and what they are together. */
declare const appFiles: readonly string[]
declare const appVersion: string

const store = `phone-${appVersion}`
const page = '/phone/'
const waitMs = 3_000

worker.addEventListener('install', (event) => {
  event.waitUntil(install())
})

async function install(): Promise<void> {
  const cache = await caches.open(store)
  await cache.addAll([page, ...appFiles])
  await worker.skipWaiting()
}

worker.addEventListener('activate', (event) => {
  event.waitUntil(takeOver())
})

async function takeOver(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(
    names.filter((name) => name.startsWith('phone-') && name !== store).map((name) => caches.delete(name)),
  )
  await worker.clients.claim()
}

worker.addEventListener('fetch', (event) => {
  const { request } = event
  const { pathname, origin } = new URL(request.url)
  if (request.method !== 'GET' || origin !== worker.location.origin) return
  if (request.mode === 'navigate') event.respondWith(pageOf(request))
  else if (appFiles.includes(pathname)) event.respondWith(fileOf(request))
})

/** The page as the server has it now, or as it was kept when the server is away or slow. */
async function pageOf(request: Request): Promise<Response> {
  const kept = await caches.match(page, { cacheName: store })
  try {
    const answer = await fetch(request, kept ? { signal: AbortSignal.timeout(waitMs) } : {})
    return kept && answer.status >= 500 ? kept : answer
  } catch (error) {
    if (kept) return kept
    throw error
  }
}

async function fileOf(request: Request): Promise<Response> {
  return (await caches.match(request, { cacheName: store, ignoreSearch: true })) ?? fetch(request)
}
