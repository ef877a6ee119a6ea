/** A text as part of a pattern of `like`: `%`, `_` and the backslash in it mean themselves. Source: own. O(length). */
export const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`)

/** The pattern of `like` and `ilike` for whatever holds a text, as it is written. Source: own. O(length). */
export const containing = (text: string): string => `%${escapeLike(text)}%`
