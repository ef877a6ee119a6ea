import { useLocation } from 'react-router'

/** Screens that stand at the counter and in the console find their neighbours by the surface that they are on. */
export function useBase(): { readonly counter: boolean; readonly base: string } {
  const counter = useLocation().pathname.startsWith('/counter')
  return { counter, base: counter ? '/counter' : '' }
}
