declare const brand: unique symbol

/** A value of type `T` that only a constructor of `Name` may make. Own. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }
