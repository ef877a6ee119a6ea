/** Grey lines in the place of text; widths vary so that they read as lines. */
export function SkeletonLines({ lines }: { readonly lines: number }) {
  return (
    <div className="tz-skeleton" aria-hidden>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} className={`tz-bone tz-bone-${index % 4}`} />
      ))}
    </div>
  )
}
