import type { OpenAPI } from '@orpc/openapi'
import type { Lang } from '@tingzhou/parties'
import en from './locales/en.json' with { type: 'json' }
import zhCN from './locales/zh-CN.json' with { type: 'json' }
import { scriptOf, type ApiStory } from './story.ts'

type Operation = { readonly method: string; readonly path: string; readonly operation: OpenAPI.OperationObject }

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const

/**
 * The API's readable page: no script, one style block with the request's nonce; first the stories as scripts that run.
 * @param page  nonce of the style block; from now instants of the stories are reckoned
 * Source: own. O(document).
 */
export function renderDocs(
  document: OpenAPI.Document,
  stories: readonly ApiStory[],
  { lang, nonce, now }: { readonly lang: Lang; readonly nonce: string; readonly now: number },
): string {
  const words = lang === 'en' ? en.docs : zhCN.docs
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method): Operation[] => {
      const operation = item?.[method]
      return operation ? [{ method: method.toUpperCase(), path, operation }] : []
    }),
  )
  const tags = [...new Set(operations.map(tagOf))].toSorted()
  const title = escape(`${document.info.title} · API ${document.info.version}`)
  return `<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style nonce="${nonce}">${style}</style></head>
<body><main><h1>${title}</h1>
<p>${escape(words.intro)} <a href="/api/v1/openapi.json">openapi.json</a></p>
${stories.map((story) => renderStory(story, lang, now, words)).join('')}
<h2>${escape(words.reference)}</h2>
<nav><ul>${tags.map((tag) => `<li><a href="#${escape(tag)}">${escape(tag)}</a></li>`).join('')}</ul></nav>
${tags
  .map((tag) =>
    renderTag(
      tag,
      operations.filter((one) => tagOf(one) === tag),
      words,
    ),
  )
  .join('\n')}
</main></body></html>`
}

const renderStory = (story: ApiStory, lang: Lang, now: number, words: Words): string =>
  `<section><h2>${escape(story.title[lang])}</h2><p>${escape(story.intro[lang])}</p><p>${escape(words.script)}</p>
<pre tabindex="0" data-story="${escape(story.key)}">${escape(scriptOf(story, lang, now))}</pre></section>`

const tagOf = ({ operation }: Operation): string => operation.tags?.[0] ?? '·'

type Words = typeof en.docs

const renderTag = (tag: string, operations: readonly Operation[], words: Words): string =>
  `<section id="${escape(tag)}"><h2>${escape(tag)}</h2>${operations.map((one) => renderOperation(one, words)).join('')}</section>`

function renderOperation({ method, path, operation }: Operation, words: Words): string {
  const parameters = (operation.parameters ?? []).flatMap((one) => ('name' in one ? [one] : []))
  const body = operation.requestBody && 'content' in operation.requestBody ? operation.requestBody.content : {}
  const rows = parameters.map(
    (one) =>
      `<tr><td><code>${escape(one.name)}</code></td><td>${escape(one.in)}</td><td>${one.required ? escape(words.required) : ''}</td><td><code>${escape(JSON.stringify(one.schema ?? {}))}</code></td></tr>`,
  )
  const table = `<table><thead><tr><th>${escape(words.name)}</th><th>${escape(words.place)}</th><th></th><th>${escape(words.schema)}</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
  const answers = Object.entries(operation.responses ?? {}).filter(([status]) => status !== 'default')
  return `<details><summary><b>${method}</b> <code>${escape(path)}</code> ${escape(operation.summary ?? '')}</summary>
${operation.description ? `<p>${escape(operation.description)}</p>` : ''}${rows.length > 0 ? table : ''}
${Object.entries(body)
  .map(([type, media]) => renderSchema(`${words.body} · ${type}`, media.schema))
  .join('')}
${answers.map(([status, answer]) => renderAnswer(status, answer, words)).join('')}</details>`
}

const renderAnswer = (status: string, answer: unknown, words: Words): string =>
  Object.entries(isContent(answer) ? answer.content : {})
    .map(([type, media]) => renderSchema(`${words.answer} ${status} · ${type}`, media.schema))
    .join('')

const isContent = (answer: unknown): answer is { content: Record<string, { schema?: unknown }> } =>
  typeof answer === 'object' && answer !== null && 'content' in answer && typeof answer.content === 'object'

const renderSchema = (title: string, schema: unknown): string =>
  `<h3>${escape(title)}</h3><pre tabindex="0">${escape(JSON.stringify(schema ?? {}, null, 2))}</pre>`

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => escapes[sign] ?? sign)

const style = `
:root { color-scheme: light dark; font: 15px/1.6 "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", system-ui, sans-serif }
body { margin: 0; background: Canvas; color: CanvasText }
main { max-width: 960px; margin: 0 auto; padding: 24px 16px }
details { border-bottom: 1px solid GrayText; padding: 8px 0 }
summary { cursor: pointer }
pre { overflow: auto; max-height: 24em; padding: 8px; border: 1px solid GrayText }
code, pre { font: 13px/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: 2px 8px 2px 0; vertical-align: top }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 16px; padding: 0; list-style: none }`
