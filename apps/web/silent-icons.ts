import type { Plugin } from 'vite'

/**
 * Icons stand beside words, or in a control that has a name of its own. What they are called by, `inbox` or `down` in whatever language, is
 * not read out; one that is to be heard says so with `aria-hidden={false}`.
 */
export function silentIcons(): Plugin {
  return {
    name: 'silent-icons',
    transform: {
      filter: { id: /@ant-design\/icons\/es\/components\/AntdIcon(?:Light)?\.js$/ },
      handler(code) {
        const silent = code.replace(/role: "img",\s*"aria-label": icon\.name/, '"aria-hidden": true')
        if (silent === code) this.error('icons do not say their names as they did')
        return { code: silent, map: null }
      },
    },
  }
}
