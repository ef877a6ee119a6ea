import { useLocation } from 'react-router'

/** The addresses of postings on the surface that the reader is on: firms have them at the counter. */
export function useMarket() {
  const counter = useLocation().pathname.startsWith('/counter')
  const base = `${counter ? '/counter' : ''}/market-postings`
  return { counter, hall: base, new: `${base}/new`, one: (id: string) => `${base}/${id}` }
}
