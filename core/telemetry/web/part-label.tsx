import { useText } from '@tingzhou/ui'

/** The name of a part in the words of the package that adds it. */
export function PartLabel({ module, labelKey }: { readonly module: string; readonly labelKey: string }) {
  return <>{useText(module)(labelKey)}</>
}
