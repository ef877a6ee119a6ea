import file from '../data/opinions.json' with { type: 'json' }

/** The closed lists of ratings; free of server code, so that the browser may import them. */
export const ratingSides = ['shipper', 'carrier'] as const
/** Of whom ratings are summed: the shipper rates carrier and driver, these rate the shipper. */
export const ratingSubjects = ['carrier', 'driver', 'shipper'] as const
export const tagsMax = 9
/** Fewer ratings than this say nothing. */
export const ratingsMin = 3

export type RatingSide = (typeof ratingSides)[number]
export type RatingSubject = (typeof ratingSubjects)[number]

/** One word that a rating may choose. */
export type RatingTag = { readonly code: string; readonly good: boolean; readonly zh: string; readonly en: string }

/** What each side may say of the other. */
export const ratingTags: Readonly<Record<RatingSide, readonly RatingTag[]>> = file.tags

/** Days that opinions are given, changed, hidden; working days of a complaint's steps. */
export const opinionDays = file.days
