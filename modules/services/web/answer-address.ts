import type { Answers } from './situation-questions.tsx'

/** Answers as the address holds them: `?a=shop_kind:small_shop&a=sign:yes`, several options of one question with dots. */
export function answersOf(query: URLSearchParams): Answers {
  return Object.fromEntries(
    query.getAll('a').flatMap((text) => {
      const [question = '', options = ''] = text.split(':')
      return question === '' || options === '' ? [] : [[question, options.split('.')]]
    }),
  )
}

export function withAnswers(query: URLSearchParams, answers: Answers, back: string | null): URLSearchParams {
  const next = new URLSearchParams(query)
  next.delete('a')
  next.delete('back')
  for (const [question, options] of Object.entries(answers))
    if (options.length > 0) next.append('a', `${question}:${options.join('.')}`)
  if (back !== null) next.set('back', back)
  return next
}
