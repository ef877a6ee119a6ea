/** Where the phone is: WGS-84 degrees, metres. */
export type Position = { readonly lonDeg: number; readonly latDeg: number; readonly accuracyM: number }

const waitMs = 12_000

/** Asks the phone where it is; null when it does not know, may not say, or takes too long. */
export function whereAmI(): Promise<Position | null> {
  if (!('geolocation' in navigator)) return Promise.resolve(null)
  return new Promise((resolve) =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve({ lonDeg: coords.longitude, latDeg: coords.latitude, accuracyM: Math.round(coords.accuracy) }),
      () => resolve(null),
      // A truck is a kilometre on in a minute: where it was proves nothing.
      { enableHighAccuracy: true, timeout: waitMs, maximumAge: 0 },
    ),
  )
}

const radiusM = 6_371_000

/** Metres between two places on a sphere. Source: haversine. */
export function metresBetween(
  a: { readonly lonDeg: number; readonly latDeg: number },
  b: { readonly lonDeg: number; readonly latDeg: number },
): number {
  const rad = (deg: number) => (deg * Math.PI) / 180
  const lat = Math.sin(rad(b.latDeg - a.latDeg) / 2)
  const lon = Math.sin(rad(b.lonDeg - a.lonDeg) / 2)
  return 2 * radiusM * Math.asin(Math.sqrt(lat * lat + Math.cos(rad(a.latDeg)) * Math.cos(rad(b.latDeg)) * lon * lon))
}
