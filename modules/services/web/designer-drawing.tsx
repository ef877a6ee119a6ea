import { useText, VerbButton } from '@tingzhou/ui'
import ordinary from '../processes/onething.bpmn?raw'
import { Modeler } from './modeler.tsx'

/** 流程图: the ordinary drawing, or the one-thing's own, drawn here within the subset that the engine plays. */
export function DesignerDrawing(props: {
  readonly code: string
  readonly xml: string | null
  readonly readOnly: boolean
  readonly onChange: (xml: string | null) => void
}) {
  const { code, xml, readOnly, onChange } = props
  const t = useText('services')
  if (xml === null)
    return (
      <>
        <p>{t('drawing.ordinary')}</p>
        {!readOnly && (
          <VerbButton onClick={() => onChange(ownDrawing(ordinary, code))}>{t('drawing.begin_own')}</VerbButton>
        )}
        <Modeler key="ordinary" xml={ordinary} readOnly onChange={() => undefined} />
      </>
    )
  return (
    <>
      <p className="tz-caption">{t(readOnly ? 'drawing.own_read' : 'drawing.own')}</p>
      {!readOnly && (
        <VerbButton
          confirm={{ title: t('drawing.back_to_ordinary'), verb: t('drawing.use_ordinary') }}
          onClick={() => onChange(null)}
        >
          {t('drawing.use_ordinary')}
        </VerbButton>
      )}
      <Modeler key="own" xml={xml} readOnly={readOnly} onChange={onChange} />
    </>
  )
}

/** The ordinary drawing under the key that the engine wants of a one-thing's own: `onething.tea_house`. Pure. */
export function ownDrawing(xml: string, code: string): string {
  const key = `onething.${code}`
  return xml
    .replace(/(<process\b[^>]*\bid=")onething(")/, `$1${key}$2`)
    .replace(/(bpmnElement=")onething(")/, `$1${key}$2`)
}
