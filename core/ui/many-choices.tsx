import { Checkbox } from 'antd'
import type { CheckboxGroupProps } from 'antd/es/checkbox'

/** Some of a list, as a field. antd gives a group what only a field may carry; its label says that it is required. */
export function ManyChoices({
  'aria-required': _required,
  ...props
}: CheckboxGroupProps<string> & { readonly 'aria-required'?: boolean }) {
  return <Checkbox.Group {...props} />
}
