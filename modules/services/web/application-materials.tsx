import { formatDate, localDateOf, Photo, useText } from '@tingzhou/ui'
import { FromSource } from './source-name.tsx'
import { Mark } from './tags.tsx'
import { useSay, type Application } from './words.ts'

type Material = Application['materials'][number]
type Origin = 'source' | 'sourceName' | 'asOf'

/** Materials with their preview; a held one with its source and date. */
export function ApplicationMaterials(props: {
  readonly materials: readonly (Omit<Material, Origin> & Partial<Pick<Material, Origin>>)[]
}) {
  const t = useText('services')
  const say = useSay()
  if (props.materials.length === 0) return <p className="tz-second">{t('materials.none')}</p>
  return (
    <ul className="services-lines">
      {props.materials.map((material) => (
        <li key={material.code}>
          <div>
            {say(material.name)} <Mark>{t(`material_kind.${material.kind}`)}</Mark>
            {material.source && (
              <span className="tz-caption services-under">
                <FromSource source={material.source} named={material.sourceName ?? null} />
                {material.asOf ? ` · ${t('form.as_of', { date: formatDate(localDateOf(material.asOf)) })}` : ''}
              </span>
            )}
            {material.files.length > 0 && (
              <div className="services-files">
                {material.files.map((file) => (
                  <Photo key={file.id} file={file} />
                ))}
              </div>
            )}
          </div>
          <span className={material.how === 'missing' ? 'services-attention' : ''}>{t(`how.${material.how}`)}</span>
        </li>
      ))}
    </ul>
  )
}
