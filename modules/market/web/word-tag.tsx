import { StateTag, useText, type Shape, type Tone } from '@tingzhou/ui'

/** How a word of a state looks. */
export type Look = readonly [Tone, Shape]

/** A state, in its word. @param word  where the texts have it */
export function WordTag({ look: [tone, shape], word }: { readonly look: Look; readonly word: string }) {
  const t = useText('market')
  return (
    <StateTag tone={tone} shape={shape}>
      {t(word)}
    </StateTag>
  )
}
