/** A closed ring with the mountains in it: the loop that does not stay open. */
export function BrandMark() {
  return (
    <svg viewBox="0 0 64 64" width="24" height="24" aria-hidden focusable="false" className="tz-mark">
      <circle cx="32" cy="32" r="26" fill="none" stroke="currentColor" strokeWidth="6" />
      <path d="M10 43 25 23l9 11 7-8 13 17" fill="none" stroke="currentColor" strokeWidth="6" strokeLinejoin="round" />
    </svg>
  )
}
